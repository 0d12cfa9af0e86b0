// Kernels for ARMv8.2 with dot products (Cortex-A76, A78): SDOT adds four int8 products to an int32 lane.
#include <arm_neon.h>

#include "engine/nibbles.h"
#include "engine/super.h"
#include "engine/triples.h"
#include "engine/uniform.h"
#include "neon/kernels.h"

namespace lutra {
namespace {
#include "engine/vector.inc"
#include "engine/quantize.inc"
#include "engine/tables.inc"
#include "neon/attend.inc"
#include "engine/attention.inc"

inline int32x4_t dot4(int32x4_t acc, int8x16_t a, int8x16_t b) { return vdotq_s32(acc, a, b); }

constexpr size_t kSumBlocks = size_t{1} << 20;  // int32 sums need no widening
struct W2Sum {
  int32x4_t sum = vdupq_n_s32(0);
  void add(int8x16_t codes, int8x16_t x) { sum = vdotq_s32(sum, codes, x); }
  int32x4_t take() const { return sum; }
};

#include "neon/float.inc"
#include "neon/lut.inc"
#include "neon/mad.inc"
#include "neon/rows.inc"
#include "neon/triples.inc"
#include "neon/uniform.inc"
#include "neon/planes.inc"
#include "neon/nibbles.inc"
#include "neon/product.inc"
#include "neon/panels.inc"
#include "neon/tile.inc"
#include "neon/gemm.inc"
}  // namespace

Kernels neon_dotprod_kernels() {
  Kernels k = {"neon-dotprod",
          {linear_float<F32>, linear_float<F16>, linear_float<BF16>, linear_rows<Q8Rows>, linear_rows<Q4Rows>, linear_w2_mad, linear_w2_lut,
           linear_rows<SuperRows<kQ2K>>, linear_rows<SuperRows<kQ3K>>, linear_rows<SuperRows<kQ4K>>, linear_rows<SuperRows<kQ5K>>,
           linear_rows<SuperRows<kQ6K>>, linear_tl2, linear_planes<1>, linear_planes<2>, linear_planes<3>, linear_planes<4>,
           linear_rows<UniformRows<1>>, linear_rows<UniformRows<2>>, linear_rows<UniformRows<3>>, linear_rows<UniformRows<4>>,
           linear_rows<NibbleRows<kQ50>>, linear_rows<NibbleRows<kQ51>>, linear_rows<NibbleRows<kIq4Nl>>, linear_rows<NibbleRows<kIq4Xs>>,
           linear_rows<NibbleRows<kMxFp4>>, linear_rows<NibbleRows<kNvFp4>>, linear_rows<SuperRows<kGridded2>>,
           linear_rows<SuperRows<kGridded2Sixteens>>, linear_rows<SuperRows<kGridded3Xxs>>, linear_rows<SuperRows<kGridded3>>,
           linear_rows<SuperRows<kGridded1>>, linear_rows<SuperRows<kGridded1Sixteens>>, linear_rows<UniformRows<8>>},
          {}, false, dot, absmax, quantize, silu, attend, narrow, tables, triples, split};
  set_gemm(k);
  return k;
}

}  // namespace lutra
