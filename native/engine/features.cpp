#include "engine/features.h"

#include "engine/ladder.h"

#if (defined(__aarch64__) || defined(__arm__)) && defined(__linux__)
#include <sys/auxv.h>
#include <sys/prctl.h>
#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace lutra {

#if defined(__aarch64__)
namespace {

// As hal/detect/features.ts has them: bits of AT_HWCAP, of AT_HWCAP2 (-1: none), macOS's FEAT_ name (null: none).
struct Feature {
  const char* name;
  int one, two;
  const char* feat;
};
constexpr Feature kFeatures[] = {
    {"fp16", 10, -1, "FP16"}, {"dotprod", 20, -1, "DotProd"}, {"fhm", 23, -1, "FHM"}, {"i8mm", -1, 13, "I8MM"},
    {"bf16", -1, 14, "BF16"}, {"sve", 22, -1, nullptr},       {"sve2", -1, 1, nullptr},
};

#if defined(__linux__)
// SVE registers are as long as this process was given; 0 where there is none.
int sve_bytes() {
  constexpr int kGetLength = 51, kLengthMask = 0xffff;  // PR_SVE_GET_VL: old headers lack it
  const int answer = prctl(kGetLength);
  return answer < 0 ? 0 : answer & kLengthMask;
}
#endif

}  // namespace
#endif

std::vector<std::string> cpu_features() {
  std::vector<std::string> found;
#if defined(__x86_64__)
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
  const bool avx512 = has_avx512();
  if (avx512) found.push_back("avx512");
  if (avx512 && __builtin_cpu_supports("avx512vnni")) found.push_back("avx512-vnni");
#elif defined(__aarch64__)
  found.push_back("neon");
#if defined(__linux__)
  const unsigned long one = getauxval(AT_HWCAP), two = getauxval(AT_HWCAP2);
  for (const Feature& f : kFeatures)
    if ((f.one >= 0 && (one >> f.one & 1)) || (f.two >= 0 && (two >> f.two & 1))) found.push_back(f.name);
  if (sve_bytes() >= 32) found.push_back("sve256");
#elif defined(__APPLE__)
  for (const Feature& f : kFeatures) {
    int has = 0;
    size_t size = sizeof has;
    if (f.feat && sysctlbyname((std::string("hw.optional.arm.FEAT_") + f.feat).c_str(), &has, &size, nullptr, 0) == 0 && has) found.push_back(f.name);
  }
#endif
#elif defined(__arm__) && defined(__linux__)
  const unsigned long bits = getauxval(AT_HWCAP);
  if (bits >> 12 & 1) found.push_back("neon");
  if (bits >> 16 & 1) found.push_back("vfpv4");
#endif
  return found;
}

}  // namespace lutra
