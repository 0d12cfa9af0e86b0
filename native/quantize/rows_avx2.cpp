// x86-64 with AVX2.
#define ROWS_NAME "avx2"
#include "quantize/rows.inl"

namespace lutra::quantize {
const Rows& avx2Rows() { return rows; }
}  // namespace lutra::quantize
