// x86-64 with AVX-512: 16 of the 32 vector registers are accumulators.
#define WIDTH 64
#define VECTORS 2
#define ROWS 8
#define TIER_NAME "avx512"
#include "algebra/tier.inl"

namespace lutra::algebra {
const Tier& avx512Tier() { return tier; }
}  // namespace lutra::algebra
