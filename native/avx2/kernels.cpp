// Kernels for AVX2, FMA and F16C: linear {f32,f16,bf16} dot, {q8_0,q4_0,q2_k…q6_k,q1_0,q2_0,q4_1,lu1…lu4} mad, w2
// {mad,lut,vec,tl2}, codes of one to four bits lut.
#include "avx2/kernels.h"
#include "engine/nibbles.h"
#include "engine/super.h"
#include "engine/triples.h"
#include "engine/uniform.h"

#include <immintrin.h>

namespace lutra {
namespace {
#include "engine/vector.inc"
#include "avx2/quantize.inc"
#include "avx2/hints.inc"
#include "avx2/sum.inc"
#include "avx2/room.inc"
}  // namespace

Kernels avx2_kernels() {
  Kernels all = room("avx2");
  take_products<Gemm>(all.gemm);
  const auto linear = [&all](Kind kind) -> LinearFn& { return all.linear[static_cast<int>(kind)]; };
  linear(Kind::Q8) = linear_rows<Q8Rows>;
  linear(Kind::Q4) = linear_rows<Q4Rows>;
  linear(Kind::K2) = linear_rows<SuperRows<kQ2K>>;
  linear(Kind::K3) = linear_rows<SuperRows<kQ3K>>;
  linear(Kind::K4) = linear_rows<SuperRows<kQ4K>>;
  linear(Kind::K5) = linear_rows<SuperRows<kQ5K>>;
  linear(Kind::K6) = linear_rows<SuperRows<kQ6K>>;
  linear(Kind::G2) = linear_rows<SuperRows<kGridded2>>;
  linear(Kind::G2s) = linear_rows<SuperRows<kGridded2Sixteens>>;
  linear(Kind::G3x) = linear_rows<SuperRows<kGridded3Xxs>>;
  linear(Kind::G3) = linear_rows<SuperRows<kGridded3>>;
  linear(Kind::G1) = linear_rows<SuperRows<kGridded1>>;
  linear(Kind::G1s) = linear_rows<SuperRows<kGridded1Sixteens>>;
  linear(Kind::U1) = linear_rows<UniformRows<1>>;
  linear(Kind::U2) = linear_rows<UniformRows<2>>;
  linear(Kind::U3) = linear_rows<UniformRows<3>>;
  linear(Kind::U4) = linear_rows<UniformRows<4>>;
  linear(Kind::N50) = linear_nibbles<kQ50>;
  linear(Kind::N51) = linear_nibbles<kQ51>;
  linear(Kind::Nl) = linear_nibbles<kIq4Nl>;
  linear(Kind::Xs) = linear_nibbles<kIq4Xs>;
  linear(Kind::Mx) = linear_nibbles<kMxFp4>;
  linear(Kind::Nv) = linear_nibbles<kNvFp4>;
  return all;
}
Unpack avx2_unpack(Kind kind) { return unpack_of(kind); }

}  // namespace lutra
