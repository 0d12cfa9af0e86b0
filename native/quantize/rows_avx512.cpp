// x86-64 with AVX-512.
#define ROWS_NAME "avx512"
#include "quantize/rows.inl"

namespace lutra::quantize {
const Rows& avx512Rows() { return rows; }
}  // namespace lutra::quantize
