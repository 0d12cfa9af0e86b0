#include "engine/features.h"

#if (defined(__aarch64__) || defined(__arm__)) && defined(__linux__)
#include <sys/auxv.h>
#endif

namespace lutra {

std::vector<std::string> cpu_features() {
  std::vector<std::string> found;
#if defined(__x86_64__)
  // gcc and clang ask the system too (XGETBV), so that a feature without saved registers does not count.
  __builtin_cpu_init();
  if (__builtin_cpu_supports("ssse3")) found.push_back("ssse3");
  if (__builtin_cpu_supports("sse4.1")) found.push_back("sse4.1");
  if (__builtin_cpu_supports("avx2")) found.push_back("avx2");
  if (__builtin_cpu_supports("fma")) found.push_back("fma");
  // F16C has no name here in gcc 12; every CPU with AVX2 and FMA has it, and cpuid says so.
  unsigned a = 1, b = 0, c = 0, d = 0;
  __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  const bool avx2 = __builtin_cpu_supports("avx2");
  if (avx2 && (c >> 29 & 1)) found.push_back("f16c");
  a = 7;
  c = 1;
  unsigned top = 0, ignored = 0, e = 0, f = 0;
  __asm__("cpuid" : "=a"(top), "=b"(ignored), "=c"(e), "=d"(f) : "a"(0), "c"(0));
  if (top >= 7) {
    __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    if (avx2 && (a >> 4 & 1)) found.push_back("avx-vnni");
  }
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  if (avx512) found.push_back("avx512");
  if (avx512 && __builtin_cpu_supports("avx512vnni")) found.push_back("avx512-vnni");
#elif defined(__aarch64__)
  found.push_back("neon");
#if defined(__linux__)
  const unsigned long one = getauxval(AT_HWCAP), two = getauxval(AT_HWCAP2);
  if (one >> 20 & 1) found.push_back("dotprod");  // HWCAP_ASIMDDP
  if (one >> 10 & 1) found.push_back("fp16");     // HWCAP_ASIMDHP
  if (two >> 13 & 1) found.push_back("i8mm");
  if (two >> 14 & 1) found.push_back("bf16");
  if (two >> 1 & 1) found.push_back("sve2");
#elif defined(__APPLE__)
  found.push_back("dotprod");  // every Apple silicon has it
  found.push_back("fp16");
#endif
#elif defined(__arm__) && defined(__linux__)
  const unsigned long bits = getauxval(AT_HWCAP);
  if (bits >> 12 & 1) found.push_back("neon");
  if (bits >> 16 & 1) found.push_back("vfpv4");
#endif
  return found;
}

}  // namespace lutra
