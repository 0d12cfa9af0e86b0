// arm64: 8 rows by 12 columns keep 24 of the 32 vector registers as accumulators.
#define LANES 4
#define VECTORS 3
#define ROWS 8
#define TIER_NAME "neon"
#include "train/tier.inl"

namespace lutra::train {
const Tier& neonTier() { return tier; }
}  // namespace lutra::train
