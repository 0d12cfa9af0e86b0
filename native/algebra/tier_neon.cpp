// arm64: 24 of the 32 vector registers are accumulators.
#define WIDTH 16
#define VECTORS 3
#define ROWS 8
#define TIER_NAME "neon"
#include "algebra/tier.inl"

namespace lutra::algebra {
const Tier& neonTier() { return tier; }
}  // namespace lutra::algebra
