// x86-64 with AMX: as tier_avx512bf16, the bf16 products on tiles (Sapphire Rapids and later, Linux).
#define LANES 16
#define VECTORS 2
#define ROWS 8
#define TIER_NAME "amx"
#define TIER_HALF
#define TIER_AMX
#include <sys/syscall.h>
#include <unistd.h>

#include "train/tier.inl"

namespace lutra::train {
const Tier* amxTier() {
  const bool here = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                    __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("amx-bf16");
  // The kernel gives the tiles' state only to a process that asks for it.
  constexpr int ASK = 0x1023, TILE_DATA = 18;
  return here && syscall(SYS_arch_prctl, ASK, TILE_DATA) == 0 ? &tier : nullptr;
}
}  // namespace lutra::train
