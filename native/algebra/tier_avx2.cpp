// x86-64 with AVX2 and FMA: 12 of the 16 vector registers are accumulators.
#define WIDTH 32
#define VECTORS 2
#define ROWS 6
#define TIER_NAME "avx2"
#include "algebra/tier.inl"

namespace lutra::algebra {
const Tier& avx2Tier() { return tier; }
}  // namespace lutra::algebra
