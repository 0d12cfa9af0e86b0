// The choice among the tiers that were built, best first.
#include "algebra/tier.h"

#include "engine/ladder.h"

namespace lutra::algebra {

const Tier* chooseTier(const char* name) {
  const Tier* ladder[] = {
#if defined(__x86_64__)
      has_avx512() ? &avx512Tier() : nullptr, has_avx2() ? &avx2Tier() : nullptr,
#elif defined(__aarch64__)
      &neonTier(),
#endif
      &genericTier(),
  };
  return choose_from(ladder, name);
}

}  // namespace lutra::algebra
