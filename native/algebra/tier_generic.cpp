// Plain C++ over vectors of 16 bytes; compilers split or widen them as the machine allows.
#define WIDTH 16
#define VECTORS 2
#define ROWS 4
#define TIER_NAME "generic"
#include "algebra/tier.inl"

namespace lutra::algebra {
const Tier& genericTier() { return tier; }
}  // namespace lutra::algebra
