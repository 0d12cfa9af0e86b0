// Kernels for ARMv8.2 with dot products (Cortex-A76, A78): SDOT adds four int8 products to an int32 lane.
#include <arm_neon.h>

#include "neon/kernels.h"

namespace lutra {
namespace {
#include "engine/vector.inc"
#include "engine/tables.inc"

inline int32x4_t dot16(int32x4_t acc, int8x16_t a, int8x16_t b) { return vdotq_s32(acc, a, b); }

constexpr size_t kSumBlocks = size_t{1} << 20;  // int32 sums need no widening
struct W2Sum {
  int32x4_t sum = vdupq_n_s32(0);
  void add(int8x16_t codes, int8x16_t x) { sum = vdotq_s32(sum, codes, x); }
  int32x4_t take() const { return sum; }
};

#include "neon/blocks.inc"
#include "neon/float.inc"
#include "neon/lut.inc"
#include "neon/mad.inc"
}  // namespace

Kernels neon_dotprod_kernels() {
  return {"neon-dotprod",
          {linear_float<F32>, linear_float<F16>, linear_float<BF16>, linear_blocks<Q8>, linear_blocks<Q4>, linear_w2_mad, linear_w2_lut},
          false, dot, axpy, absmax, quantize, silu, expsum, tables, split};
}

}  // namespace lutra
