// What this CPU can do, asked of the CPU itself (cpuid, getauxval), in the words of hal/device.ts.
#pragma once
#include <string>
#include <vector>

namespace lutra {

std::vector<std::string> cpu_features();

}  // namespace lutra
