#pragma once
#include "engine/kernels.h"
namespace lutra {
Kernels avx2_kernels();
}
