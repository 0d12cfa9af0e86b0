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
#include "neon/prepare.inc"
#include "neon/attend.inc"
#include "engine/attention.inc"

#include "neon/dot.inc"

// Codes stay where they lie in the byte, 4 or 16 times themselves, which is taken off their sums: one AND instead of a shift
// and an AND. The top ones would be negative there. Int32 holds 2^31 / (8 * 16 * 3 * 127) = 44 034 blocks of these.
constexpr size_t kSumBlocks = size_t{1} << 15;
struct W2Codes {
  int8x16_t c[4];
  explicit W2Codes(uint8x16_t v) {
    c[0] = vreinterpretq_s8_u8(vshrq_n_u8(v, 6));
    for (int i = 1; i < 4; i++) c[i] = vreinterpretq_s8_u8(vandq_u8(v, vdupq_n_u8(static_cast<uint8_t>(3 << (6 - 2 * i)))));
  }
};
struct W2Sum {
  int32x4_t one = vdupq_n_s32(0), four = one, sixteen = one;
  void add(const W2Codes& w, const int8x16_t (&x)[4]) {
    one = vdotq_s32(vdotq_s32(one, w.c[0], x[0]), w.c[3], x[3]);
    sixteen = vdotq_s32(sixteen, w.c[1], x[1]);
    four = vdotq_s32(four, w.c[2], x[2]);
  }
  int32x4_t take() const { return vsraq_n_s32(vsraq_n_s32(one, four, 2), sixteen, 4); }
};

#include "neon/float.inc"
#include "neon/lut.inc"
#include "neon/mad.inc"
#include "neon/rows.inc"
#include "neon/triples.inc"
#include "neon/uniform.inc"
#include "neon/vq.inc"
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
           linear_rows<SuperRows<kGridded1>>, linear_rows<SuperRows<kGridded1Sixteens>>, linear_rows<UniformRows<8>>,
           linear_rows<VqRows<1>>, linear_rows<VqRows<2>>, linear_rows<VqRows<4>>},
          {}, false, dot, absmax, quantize, silu, attend, narrow, tables, triples, split};
  set_gemm(k);
  return k;
}

}  // namespace lutra
