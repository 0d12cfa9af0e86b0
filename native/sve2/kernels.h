#pragma once
#include "engine/kernels.h"
namespace lutra {
Kernels sve2_kernels();
}
