// For what every CPU of the architecture has: SSE2, NEON, or no vectors of doubles.
#define ROWS_NAME "plain"
#include "quantize/rows.inl"

namespace lutra::quantize {
const Rows& plainRows() { return rows; }
}  // namespace lutra::quantize
