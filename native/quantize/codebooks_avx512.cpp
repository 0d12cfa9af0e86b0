// x86-64 with AVX-512.
#define CODEBOOKS_NAME "avx512"
#include "quantize/codebooks.inl"

namespace lutra::quantize {
const CodebookLoops* avx512Codebooks() {
  const bool here = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return here ? &loops : nullptr;
}
}  // namespace lutra::quantize
