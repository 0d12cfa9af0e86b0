// The one place that knows which kernel rooms exist: tiers best first, chosen once when an engine opens.
#pragma once
#include <string>
#include <vector>

#include "engine/kernels.h"

namespace lutra {

struct Tier {
  const char* name;
  std::vector<const char*> needs;
  Kernels (*open)();
};

// Tiers built into this addon, best first.
const std::vector<Tier>& tiers();

// The features that the tier needs and this CPU lacks; empty: it runs here.
std::string lacking(const Tier& tier);

// The best tier that runs here, or the one of that name. Fault unsupported when there is none.
Kernels choose(const std::string& isa);

}  // namespace lutra
