#pragma once
#include "engine/kernels.h"
namespace lutra {
Kernels neon_i8mm_kernels();
}
