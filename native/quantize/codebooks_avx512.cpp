// x86-64 with AVX-512.
#define CODEBOOKS_NAME "avx512"
#include "quantize/codebooks.inl"

namespace lutra::quantize {
const CodebookLoops& avx512Codebooks() { return loops; }
}  // namespace lutra::quantize
