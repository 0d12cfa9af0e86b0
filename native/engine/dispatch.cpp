#include "engine/dispatch.h"

#include <algorithm>

#include "engine/fault.h"
#include "engine/features.h"
#include "scalar/kernels.h"
#if defined(__x86_64__)
#include "avx2/kernels.h"
#include "avx512/kernels.h"
#include "avxvnni/kernels.h"
#include "sse41/kernels.h"
#elif defined(__aarch64__)
#include "i8mm/kernels.h"
#include "neon/kernels.h"
#if !defined(__APPLE__)
#include "sve2/kernels.h"
#endif
#elif defined(__arm__)
#include "neon/kernels.h"
#endif

namespace lutra {

const std::vector<Tier>& tiers() {
  static const std::vector<Tier> list = {
#if defined(__x86_64__)
      {"avx512-vnni", {"avx512", "avx512-vnni", "avx2", "fma", "f16c"}, avx512_vnni_kernels},
      {"avx-vnni", {"avx-vnni", "avx2", "fma", "f16c"}, avx_vnni_kernels},
      {"avx2", {"avx2", "fma", "f16c"}, avx2_kernels},
      {"sse4.1", {"ssse3", "sse4.1"}, sse41_kernels},
#elif defined(__aarch64__)
#if !defined(__APPLE__)
      {"sve2", {"neon", "dotprod", "i8mm", "sve2", "sve256"}, sve2_kernels},
#endif
      {"neon-i8mm", {"neon", "dotprod", "i8mm"}, neon_i8mm_kernels},
      {"neon-dotprod", {"neon", "dotprod"}, neon_dotprod_kernels},
      {"neon", {"neon"}, neon_kernels},
#elif defined(__arm__)
      {"neon", {"neon", "vfpv4"}, neon_kernels},
#endif
      {"scalar", {}, scalar_kernels},
  };
  return list;
}

std::string lacking(const Tier& tier) {
  const auto have = cpu_features();
  std::string missing;
  for (const char* need : tier.needs)
    if (std::find(have.begin(), have.end(), need) == have.end()) missing += (missing.empty() ? "" : ", ") + std::string(need);
  return missing;
}

Kernels choose(const std::string& isa) {
  std::string names;
  for (const Tier& tier : tiers()) {
    names += (names.empty() ? "" : ", ") + std::string(tier.name);
    if (!isa.empty() && isa != tier.name) continue;
    const std::string missing = lacking(tier);
    if (missing.empty()) return tier.open();
    if (!isa.empty()) throw Fault("unsupported", "Instruction set \"" + isa + "\" needs " + missing + ", which this CPU lacks");
  }
  throw Fault("unsupported", "Expected an instruction set among " + names + " but found \"" + isa + "\"");
}

}  // namespace lutra
