#pragma once
#include "engine/kernels.h"
namespace lutra {
Kernels neon_kernels();
Kernels neon_dotprod_kernels();
}
