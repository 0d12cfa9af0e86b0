// x86-64 with AVX2 and FMA: 6 rows by 16 columns keep 12 of the 16 vector registers as accumulators.
#define LANES 8
#define VECTORS 2
#define ROWS 6
#define TIER_NAME "avx2"
#include "train/tier.inl"

namespace lutra::train {
const Tier& avx2Tier() { return tier; }
}  // namespace lutra::train
