// Kernels for ARM with SVE2, int8 matrix products and vectors of 256 bits or more: SMMLA on whole vectors, for many tokens.
// On vectors of 128 bits it needs no fewer instructions than NEON's (docs/arm.md), so those run as neon-i8mm. Right at any length.
#include <arm_neon.h>
#include <arm_sve.h>

#include "engine/nibbles.h"
#include "engine/super.h"
#include "engine/uniform.h"
#include "i8mm/kernels.h"
#include "sve2/kernels.h"

namespace lutra {
namespace {
#include "neon/dot.inc"
#include "neon/rows.inc"
#include "neon/uniform.inc"
#include "neon/vq.inc"
#include "neon/nibbles.inc"
#include "i8mm/product.inc"
#include "neon/panels.inc"
#include "sve2/tile.inc"
#include "neon/gemm.inc"
}  // namespace

Kernels sve2_kernels() {
  Kernels k = neon_i8mm_kernels();
  k.isa = "sve2";
  set_gemm(k);
  return k;
}

}  // namespace lutra
