#pragma once
#include "engine/kernels.h"
namespace lutra {
Kernels sse41_kernels();
}
