// x86-64 with AVX-512: 8 rows by 32 columns.
#define LANES 16
#define VECTORS 2
#define ROWS 8
#define TIER_NAME "avx512"
#include "train/tier.inl"

namespace lutra::train {
const Tier& avx512Tier() { return tier; }
}  // namespace lutra::train
