// The choice among the tiers that were built, best first.
#include "algebra/tier.h"

#include <cstring>

namespace lutra::algebra {

const Tier* chooseTier(const char* name) {
  const Tier* ladder[] = {
#if defined(__x86_64__) || defined(_M_X64)
      avx512Tier(), avx2Tier(),
#elif defined(__aarch64__)
      neonTier(),
#endif
      &genericTier(),
  };
  for (const Tier* tier : ladder)
    if (tier && (!name || !*name || std::strcmp(name, tier->name) == 0)) return tier;
  return nullptr;
}

}  // namespace lutra::algebra
