// Kernels for SSE4.1 (with SSSE3): Atoms, Celerons and Pentiums without AVX. AVX2's, each register as two.
#include "sse41/kernels.h"
#include "avx2/panel.h"
#include "engine/nibbles.h"
#include "engine/super.h"
#include "engine/triples.h"
#include "engine/uniform.h"

#include <smmintrin.h>

namespace lutra {
namespace {
#include "engine/vector.inc"
#include "engine/quantize.inc"
#include "sse41/wide.h"
#include "sse41/hints.inc"
#include "avx2/sum.inc"
#include "avx2/room.inc"
#include "sse41/rows.inc"
}  // namespace

Kernels sse41_kernels() {
  Kernels all = room("sse4.1");
  take_products<PanelRows>(all.linear);
  all.linear[static_cast<int>(Kind::Nv)] = linear_rows<NibbleRows<kNvFp4>>;
  take_products<WholeGemm>(all.gemm);
  return all;
}

}  // namespace lutra
