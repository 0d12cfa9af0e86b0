#pragma once
#include "avx2/panel.h"
namespace lutra {
Kernels avx2_kernels();
// How AVX2 unpacks a kind of weights for many tokens.
Unpack avx2_unpack(Kind kind);
}
