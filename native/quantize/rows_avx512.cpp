// x86-64 with AVX-512.
#define ROWS_NAME "avx512"
#include "quantize/rows.inl"

namespace lutra::quantize {
const Rows* avx512Rows() {
  const bool here = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return here ? &rows : nullptr;
}
}  // namespace lutra::quantize
