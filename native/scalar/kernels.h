#pragma once
#include "engine/kernels.h"
namespace lutra {
Kernels scalar_kernels();
}
