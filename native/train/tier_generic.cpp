// Plain C++ over vectors of four floats; compilers split or widen them as the machine allows.
#define LANES 4
#define VECTORS 2
#define ROWS 4
#define TIER_NAME "generic"
#include "train/tier.inl"

namespace lutra::train {
const Tier& genericTier() { return tier; }
}  // namespace lutra::train
