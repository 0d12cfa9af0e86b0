// x86-64 with AVX2.
#define ROWS_NAME "avx2"
#include "quantize/rows.inl"

namespace lutra::quantize {
const Rows* avx2Rows() { return __builtin_cpu_supports("avx2") ? &rows : nullptr; }
}  // namespace lutra::quantize
