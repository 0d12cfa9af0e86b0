// Kernels for AVX-VNNI (with AVX2, FMA, F16C): Alder Lake N and what came after it without AVX-512. VPDPBUSD adds up products
// of bytes, one instruction for three or four, in 32-bit sums, in which nothing overflows. AVX2's with it, where products are
// a good part of the work: prompts, and single tokens of weights whose scales come seldom. All else is AVX2's own code.
#include "avxvnni/kernels.h"
#include "avx2/kernels.h"
#include "engine/nibbles.h"
#include "engine/super.h"
#include "engine/triples.h"
#include "engine/uniform.h"

#include <immintrin.h>

namespace lutra {
namespace {
#include "avx2/hints.inc"

constexpr bool kWideSums = true;

inline __m256i dot_add(__m256i acc, __m256i u, __m256i s) { return _mm256_dpbusd_avx_epi32(acc, u, s); }
inline __m256i words_add(__m256i acc, __m256i a, __m256i b) { return _mm256_dpwssd_avx_epi32(acc, a, b); }

// What avx2/sum.inc is with 16 bits.
struct Sum {
  __m256i lanes = _mm256_setzero_si256();
  void add(__m256i codes, __m256i x) { lanes = dot_add(lanes, codes, x); }
  void add(__m256i a, __m256i x, __m256i b, __m256i y) { lanes = dot_add(dot_add(lanes, a, x), b, y); }
  void put(__m256i codes, __m256i x) {
    add(codes, x);
    pin(lanes);
  }
  __m256i take() const { return lanes; }
  __m256i take(__m256i scales) const { return _mm256_mullo_epi32(lanes, _mm256_srai_epi32(scales, 16)); }
};

Unpack unpack_of(Kind kind) { return avx2_unpack(kind); }

#include "avx2/rows.inc"
#include "avx2/uniform.inc"
#include "avx2/vq.inc"
#include "avx2/nibbles.inc"
#include "avx2/gemm.inc"
#include "avx2/products.inc"
#include "avx2/float.inc"
#include "avx2/mad.inc"
}  // namespace

Kernels avx_vnni_kernels() {
  Kernels all = avx2_kernels();
  all.isa = "avx-vnni";
  take_products<Gemm>(all.gemm);
  const auto linear = [&all](Kind kind) -> LinearFn& { return all.linear[static_cast<int>(kind)]; };
  linear(Kind::Q8) = linear_rows<Q8Rows>;
  linear(Kind::Q4) = linear_rows<Q4Rows>;
  linear(Kind::W2) = linear_w2_mad;
  linear(Kind::K4) = linear_rows<SuperRows<kQ4K>>;
  linear(Kind::U1) = linear_rows<UniformRows<1>>;
  linear(Kind::U2) = linear_rows<UniformRows<2>>;
  linear(Kind::U3) = linear_rows<UniformRows<3>>;
  linear(Kind::U4) = linear_rows<UniformRows<4>>;
  linear(Kind::U8) = linear_rows<UniformRows<8>>;
  linear(Kind::V1) = linear_rows<VqRows<1>>;
  linear(Kind::V2) = linear_rows<VqRows<2>>;
  linear(Kind::V4) = linear_rows<VqRows<4>>;
  linear(Kind::Nl) = linear_nibbles<kIq4Nl>;
  linear(Kind::Xs) = linear_nibbles<kIq4Xs>;
  linear(Kind::Mx) = linear_nibbles<kMxFp4>;
  return all;
}

}  // namespace lutra
