#pragma once
#include "engine/kernels.h"
namespace lutra {
Kernels avx_vnni_kernels();
}
