// Kernels for ARM with int8 matrix products and no need of SVE (Apple M2, Snapdragon X, Neoverse N2): SMMLA multiplies
// 2 rows by 2 tokens over 8 columns, twice SDOT's products. It pays for many tokens; one token runs as on dotprod.
#include <arm_neon.h>

#include "engine/nibbles.h"
#include "engine/super.h"
#include "engine/uniform.h"
#include "i8mm/kernels.h"
#include "neon/kernels.h"

namespace lutra {
namespace {
#include "neon/dot.inc"
#include "neon/rows.inc"
#include "neon/uniform.inc"
#include "neon/vq.inc"
#include "neon/nibbles.inc"
#include "i8mm/product.inc"
#include "neon/panels.inc"
#include "neon/tile.inc"
#include "neon/gemm.inc"
}  // namespace

Kernels neon_i8mm_kernels() {
  Kernels k = neon_dotprod_kernels();
  k.isa = "neon-i8mm";
  set_gemm(k);
  return k;
}

}  // namespace lutra
