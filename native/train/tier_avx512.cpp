// x86-64 with AVX-512: 8 rows by 32 columns.
#define LANES 16
#define VECTORS 2
#define ROWS 8
#define TIER_NAME "avx512"
#include "train/tier.inl"

namespace lutra::train {
const Tier* avx512Tier() {
  const bool here = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return here ? &tier : nullptr;
}
}  // namespace lutra::train
