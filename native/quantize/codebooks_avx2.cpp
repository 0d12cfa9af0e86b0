// x86-64 with AVX2.
#define CODEBOOKS_NAME "avx2"
#include "quantize/codebooks.inl"

namespace lutra::quantize {
const CodebookLoops& avx2Codebooks() { return loops; }
}  // namespace lutra::quantize
