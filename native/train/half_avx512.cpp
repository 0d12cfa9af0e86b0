// x86-64 with AVX-512: 8 rows by 32 columns, quantized linears in bf16 pairs (Zen 4, Sapphire Rapids and later).
#define LANES 16
#define VECTORS 2
#define ROWS 8
#define TIER_NAME "avx512bf16"
#define TIER_HALF
#include "train/tier.inl"

namespace lutra::train {
const Tier* avx512bf16Tier() {
  const bool here = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bf16");
  return here ? &tier : nullptr;
}
}  // namespace lutra::train
