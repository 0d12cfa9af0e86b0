// Numeric code that is compiled once per instruction set: what its tiers need of an x86-64 CPU, and the choice among them.
// takes a ladder of tiers with a name each, best first, null where the CPU or the build lacks one
// before train/tier.cpp, algebra/tier.cpp, quantize/door.cpp, features.cpp: files compiled for every CPU. Code of a tier's
//        own file may need what it asks for, so no tier asks by itself.
#pragma once
#include <cstddef>
#include <cstring>

namespace lutra {

#if defined(__x86_64__)
// gcc and clang ask the system too (XGETBV), so that a feature without saved registers does not count.
inline bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
inline bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}
#endif

// The best of a ladder, or the one of that name (null or empty: any); null where it is not here.
template <class Tier, size_t N>
const Tier* choose_from(const Tier* const (&ladder)[N], const char* name) {
  for (const Tier* tier : ladder)
    if (tier && (!name || !*name || std::strcmp(name, tier->name) == 0)) return tier;
  return nullptr;
}

}  // namespace lutra
