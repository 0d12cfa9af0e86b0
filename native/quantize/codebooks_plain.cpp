// For what every CPU of the architecture has: SSE2, NEON, or no vectors of doubles.
#define CODEBOOKS_NAME "plain"
#include "quantize/codebooks.inl"

namespace lutra::quantize {
const CodebookLoops& plainCodebooks() { return loops; }
}  // namespace lutra::quantize
