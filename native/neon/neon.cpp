// Kernels for every 64-bit ARM (Cortex-A53, A72), and 32-bit ones with VFPv4 (Cortex-A7, A15): NEON without dot products.
#include "neon/a32.h"

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

// Neighbours are added in 16 bits, which cannot overflow: 128 * 127 * 2 < 2^15.
inline int32x4_t dot4(int32x4_t acc, int8x16_t a, int8x16_t b) {
  return vpadalq_s16(acc, vpaddq_s16(vmull_s8(vget_low_s8(a), vget_low_s8(b)), vmull_high_s8(a, b)));
}
inline int32x4_t dot4_lane(int32x4_t acc, int8x16_t a, int8x16_t b, int lane) {
  const int32x4_t x = vreinterpretq_s32_s8(b);
  switch (lane) {
    case 0: return dot4(acc, a, vreinterpretq_s8_s32(vdupq_laneq_s32(x, 0)));
    case 1: return dot4(acc, a, vreinterpretq_s8_s32(vdupq_laneq_s32(x, 1)));
    case 2: return dot4(acc, a, vreinterpretq_s8_s32(vdupq_laneq_s32(x, 2)));
    default: return dot4(acc, a, vreinterpretq_s8_s32(vdupq_laneq_s32(x, 3)));
  }
}

// 16-bit lanes take 8 products of a block each: 8 blocks * 8 * 3 * 127 = 24384.
constexpr size_t kSumBlocks = 8;
struct W2Codes {
  int8x16_t c[4];
  explicit W2Codes(uint8x16_t v) {
    const uint8x16_t mask = vdupq_n_u8(3);
    c[0] = vreinterpretq_s8_u8(vshrq_n_u8(v, 6));
    c[1] = vreinterpretq_s8_u8(vandq_u8(vshrq_n_u8(v, 4), mask));
    c[2] = vreinterpretq_s8_u8(vandq_u8(vshrq_n_u8(v, 2), mask));
    c[3] = vreinterpretq_s8_u8(vandq_u8(v, mask));
  }
};
struct W2Sum {
  int16x8_t low = vdupq_n_s16(0), high = vdupq_n_s16(0);
  void add(const W2Codes& w, const int8x16_t (&x)[4]) {
    for (int i = 0; i < 4; i++) {
      low = vmlal_s8(low, vget_low_s8(w.c[i]), vget_low_s8(x[i]));
      high = vmlal_high_s8(high, w.c[i], x[i]);
    }
  }
  int32x4_t take() const { return vaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high)); }
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
}  // namespace

Kernels neon_kernels() {
  return {"neon",
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
}

}  // namespace lutra
