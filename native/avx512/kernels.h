#pragma once
#include "engine/kernels.h"
namespace lutra {
Kernels avx512_vnni_kernels();
}
