// The choice among the tiers that were built, best first.
#include "train/tier.h"

#ifdef LUTRA_AMX
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "engine/ladder.h"

namespace lutra::train {

#if defined(__x86_64__)
namespace {

bool hasBf16() { return has_avx512() && __builtin_cpu_supports("avx512bf16"); }

// The avx512 tier with bf16 products for its linears.
Tier withHalf(const char* name, const Half& half) {
  Tier tier = avx512Tier();
  tier.name = name, tier.half = &half;
  return tier;
}

const Tier* bf16Tier() {
  if (!hasBf16()) return nullptr;
  static const Tier tier = withHalf("avx512bf16", avx512Half());
  return &tier;
}

#ifdef LUTRA_AMX
const Tier* amxTier() {
  // The kernel gives the tiles' state only to a process that asks for it.
  constexpr int ASK = 0x1023, TILE_DATA = 18;
  if (!hasBf16() || !__builtin_cpu_supports("amx-bf16") || syscall(SYS_arch_prctl, ASK, TILE_DATA) != 0) return nullptr;
  static const Tier tier = withHalf("amx", amxHalf());
  return &tier;
}
#endif

}  // namespace
#endif

const Tier* chooseTier(const char* name) {
  const Tier* ladder[] = {
#if defined(__x86_64__)
#ifdef LUTRA_AMX
      amxTier(),
#endif
      bf16Tier(), has_avx512() ? &avx512Tier() : nullptr, has_avx2() ? &avx2Tier() : nullptr,
#elif defined(__aarch64__)
      &neonTier(),
#endif
      &genericTier(),
  };
  return choose_from(ladder, name);
}

}  // namespace lutra::train
