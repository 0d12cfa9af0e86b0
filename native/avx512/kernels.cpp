// Kernels for AVX-512 (F, BW, DQ, VL) with VNNI: linear {f32,f16,bf16} dot, {q8_0,q4_0,q2_k…q6_k} mad, w2 mad in 512 bits.
// All else is AVX2's code: of lookups because with VPDPBUSD multiply-add is ahead, so that they only have to be right here; of
// attention and the rest because they are written for 256 bits; of IQ2 because a 32-bit sum times its scale takes back what
// VPDPBUSD saves.
#include "avx512/kernels.h"
#include "avx2/kernels.h"
#include "engine/nibbles.h"
#include "engine/super.h"
#include "engine/triples.h"
#include "engine/uniform.h"

#include <immintrin.h>

namespace lutra {
namespace {
#include "avx2/hints.inc"

inline __m256i dot_add(__m256i acc, __m256i u, __m256i s) { return _mm256_dpbusd_epi32(acc, u, s); }

// 32-bit sums: nothing overflows.
struct Sum {
  __m256i lanes = _mm256_setzero_si256();
  void add(__m256i codes, __m256i x) { lanes = _mm256_dpbusd_epi32(lanes, codes, x); }
  __m256i take() const { return lanes; }
  // The scale stands twice in each lane, 16 bits.
  __m256i take(__m256i scales) const { return _mm256_mullo_epi32(lanes, _mm256_srai_epi32(scales, 16)); }
};

#include "avx2/rows.inc"
#include "avx2/uniform.inc"
#include "avx2/vq.inc"
#include "avx2/nibbles.inc"

struct F32 {
  static constexpr size_t bytes = 4;
  static __m512 load(const uint8_t* p, __mmask16 m) { return _mm512_maskz_loadu_ps(m, p); }
};
struct F16 {
  static constexpr size_t bytes = 2;
  static __m512 load(const uint8_t* p, __mmask16 m) { return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(m, p)); }
};
struct BF16 {
  static constexpr size_t bytes = 2;
  static __m512 load(const uint8_t* p, __mmask16 m) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(m, p)), 16));
  }
};

template <typename F, int R, int T>
void float_tile(const WeightView& w, const Acts& x, size_t r, size_t t, float* y, size_t ldy) {
  __m512 acc[R][T];
  for (int i = 0; i < R; i++)
    for (int j = 0; j < T; j++) acc[i][j] = _mm512_setzero_ps();
  const auto step = [&](size_t c, __mmask16 m) {
    for (int i = 0; i < R; i++) {
      const __m512 v = F::load(w.data + (r + i) * w.stride + c * F::bytes, m);
      for (int j = 0; j < T; j++) acc[i][j] = _mm512_fmadd_ps(v, _mm512_maskz_loadu_ps(m, x.f + (t + j) * x.ldf + c), acc[i][j]);
    }
  };
  size_t c = 0;
  for (; c + 16 <= w.cols; c += 16) step(c, 0xffff);
  if (c < w.cols) step(c, static_cast<__mmask16>((1u << (w.cols - c)) - 1));
  for (int i = 0; i < R; i++)
    for (int j = 0; j < T; j++) y[(t + j) * ldy + r + i] = _mm512_reduce_add_ps(acc[i][j]);
}

template <typename F>
void linear_float(const WeightView& w, const Acts& x, size_t r0, size_t r1, float* y, size_t ldy) {
  size_t r = r0;
  for (; r + 4 <= r1; r += 4) {
    size_t t = 0;
    for (; t + 4 <= x.n; t += 4) float_tile<F, 4, 4>(w, x, r, t, y, ldy);
    for (; t < x.n; t++) float_tile<F, 4, 1>(w, x, r, t, y, ldy);
  }
  for (; r < r1; r++)
    for (size_t t = 0; t < x.n; t++) float_tile<F, 1, 1>(w, x, r, t, y, ldy);
}

// Two blocks of 128 columns a step; activations come interleaved so that a register's planes meet theirs. The upper
// half of a last odd block reads as zero codes, which add nothing to code * x.
template <int R, int T>
inline void w2_step(const uint8_t* const (&p)[R], const int8_t* const (&q)[T], size_t b, __mmask64 m, __m512i (&acc)[R][T]) {
  const __m512i mask = _mm512_set1_epi8(3);
  for (int i = 0; i < R; i++) {
    const __m512i v = _mm512_maskz_loadu_epi8(m, p[i] + b * 32);
    const __m512i c0 = _mm512_and_si512(_mm512_srli_epi16(v, 6), mask), c1 = _mm512_and_si512(_mm512_srli_epi16(v, 4), mask);
    const __m512i c2 = _mm512_and_si512(_mm512_srli_epi16(v, 2), mask), c3 = _mm512_and_si512(v, mask);
    for (int j = 0; j < T; j++) {
      const int8_t* a = q[j] + b * 128;
      acc[i][j] = _mm512_dpbusd_epi32(acc[i][j], c0, _mm512_loadu_si512(a));
      acc[i][j] = _mm512_dpbusd_epi32(acc[i][j], c1, _mm512_loadu_si512(a + 64));
      acc[i][j] = _mm512_dpbusd_epi32(acc[i][j], c2, _mm512_loadu_si512(a + 128));
      acc[i][j] = _mm512_dpbusd_epi32(acc[i][j], c3, _mm512_loadu_si512(a + 192));
    }
  }
}

// One token, int8 mode: planes stay where they are in the byte (times 1, 4, 16, 64), which saves the shifts; four sums
// a row, shifted back at the end.
template <int R>
void w2_token(const WeightView& w, const Acts& x, size_t r, size_t t, float* y, size_t ldy) {
  const size_t blocks = w.padded / 128;
  const __m512i m0 = _mm512_set1_epi8(3), m1 = _mm512_set1_epi8(12), m2 = _mm512_set1_epi8(48), m3 = _mm512_set1_epi8(static_cast<char>(192));
  __m512i acc[R][4];
  for (int i = 0; i < R; i++)
    for (int k = 0; k < 4; k++) acc[i][k] = _mm512_setzero_si512();
  const int8_t* q = x.q + t * x.ldq;
  const auto step = [&](size_t b, __mmask64 m) {
    const int8_t* a = q + b * 128;
    const __m512i a0 = _mm512_loadu_si512(a), a1 = _mm512_loadu_si512(a + 64), a2 = _mm512_loadu_si512(a + 128), a3 = _mm512_loadu_si512(a + 192);
    for (int i = 0; i < R; i++) {
      const __m512i v = _mm512_maskz_loadu_epi8(m, w.data + (r + i) * w.stride + b * 32);
      acc[i][3] = _mm512_dpbusd_epi32(acc[i][3], _mm512_and_si512(v, m3), a0);
      acc[i][2] = _mm512_dpbusd_epi32(acc[i][2], _mm512_and_si512(v, m2), a1);
      acc[i][1] = _mm512_dpbusd_epi32(acc[i][1], _mm512_and_si512(v, m1), a2);
      acc[i][0] = _mm512_dpbusd_epi32(acc[i][0], _mm512_and_si512(v, m0), a3);
    }
  };
  size_t b = 0;
  for (; b + 2 <= blocks; b += 2) step(b, ~__mmask64{0});
  if (b < blocks) step(b, 0xffffffffu);
  for (int i = 0; i < R; i++) {
    const __m512i high = _mm512_add_epi32(_mm512_srai_epi32(acc[i][3], 6), _mm512_srai_epi32(acc[i][2], 4));
    const __m512i all = _mm512_add_epi32(_mm512_add_epi32(acc[i][0], _mm512_srai_epi32(acc[i][1], 2)), high);
    y[t * ldy + r + i] = static_cast<float>(_mm512_reduce_add_epi32(all) - x.total[t]) * (w.scale * x.tokenScale[t]);
  }
}

template <int R, int T>
void w2_tile(const WeightView& w, const Acts& x, size_t r, size_t t, float* y, size_t ldy) {
  const size_t blocks = w.padded / 128;
  const uint8_t* p[R];
  const int8_t* q[T];
  for (int i = 0; i < R; i++) p[i] = w.data + (r + i) * w.stride;
  for (int j = 0; j < T; j++) q[j] = x.q + (t + j) * x.ldq;
  __m512i acc[R][T];
  if (x.token && !w.scales) {
    for (int i = 0; i < R; i++)
      for (int j = 0; j < T; j++) acc[i][j] = _mm512_setzero_si512();
    size_t b = 0;
    for (; b + 2 <= blocks; b += 2) w2_step<R, T>(p, q, b, ~__mmask64{0}, acc);
    if (b < blocks) w2_step<R, T>(p, q, b, 0xffffffffu, acc);
    for (int i = 0; i < R; i++)
      for (int j = 0; j < T; j++)
        y[(t + j) * ldy + r + i] = static_cast<float>(_mm512_reduce_add_epi32(acc[i][j]) - x.total[t + j]) * (w.scale * x.tokenScale[t + j]);
    return;
  }
  __m512 sum[R][T];
  float off[R][T];
  for (int i = 0; i < R; i++)
    for (int j = 0; j < T; j++) sum[i][j] = _mm512_setzero_ps(), off[i][j] = 0;
  for (size_t b = 0, g = 0; b < blocks; b += 2, g++) {
    for (int i = 0; i < R; i++)
      for (int j = 0; j < T; j++) acc[i][j] = _mm512_setzero_si512();
    w2_step<R, T>(p, q, b, b + 2 <= blocks ? ~__mmask64{0} : 0xffffffffu, acc);
    for (int i = 0; i < R; i++) {
      const float ws = w.scales ? _cvtsh_ss(w.scales[(r + i) * x.groups + g]) : w.scale;
      for (int j = 0; j < T; j++) {
        const size_t at = (t + j) * x.groups + g;
        const float s = ws * x.scale[at];
        sum[i][j] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(acc[i][j]), _mm512_set1_ps(s), sum[i][j]);
        off[i][j] += s * static_cast<float>(x.sum[at]);
      }
    }
  }
  for (int i = 0; i < R; i++)
    for (int j = 0; j < T; j++) y[(t + j) * ldy + r + i] = _mm512_reduce_add_ps(sum[i][j]) - off[i][j];
}

void linear_w2_mad(const WeightView& w, const Acts& x, size_t r0, size_t r1, float* y, size_t ldy) {
  const bool exact = x.token && !w.scales;
  size_t r = r0;
  for (; r + 4 <= r1; r += 4) {
    size_t t = 0;
    for (; t + 4 <= x.n; t += 4) w2_tile<4, 4>(w, x, r, t, y, ldy);
    for (; t < x.n; t++) exact ? w2_token<4>(w, x, r, t, y, ldy) : w2_tile<4, 1>(w, x, r, t, y, ldy);
  }
  for (; r < r1; r++)
    for (size_t t = 0; t < x.n; t++) w2_tile<1, 1>(w, x, r, t, y, ldy);
}

}  // namespace

Kernels avx512_vnni_kernels() {
  const Kernels avx2 = avx2_kernels();
  const auto avx2_of = [&avx2](Kind kind) { return avx2.linear[static_cast<int>(kind)]; };
  return {"avx512-vnni",
          {linear_float<F32>, linear_float<F16>, linear_float<BF16>, linear_rows<Q8Rows>, linear_rows<Q4Rows>, linear_w2_mad, avx2_of(Kind::L2),
           linear_rows<SuperRows<kQ2K>>, linear_rows<SuperRows<kQ3K>>, linear_rows<SuperRows<kQ4K>>, linear_rows<SuperRows<kQ5K>>,
           linear_rows<SuperRows<kQ6K>>, avx2_of(Kind::Triples), avx2_of(Kind::P1), avx2_of(Kind::P2), avx2_of(Kind::P3), avx2_of(Kind::P4),
           linear_rows<UniformRows<1>>, linear_rows<UniformRows<2>>, linear_rows<UniformRows<3>>, linear_rows<UniformRows<4>>,
           linear_rows<NibbleRows<kQ50>>, linear_rows<NibbleRows<kQ51>>, linear_rows<NibbleRows<kIq4Nl>>, linear_rows<NibbleRows<kIq4Xs>>,
           linear_rows<NibbleRows<kMxFp4>>, linear_rows<NibbleRows<kNvFp4>>, avx2_of(Kind::G2),
           avx2_of(Kind::G2s), linear_rows<SuperRows<kGridded3Xxs>>, linear_rows<SuperRows<kGridded3>>,
           linear_rows<SuperRows<kGridded1>>, linear_rows<SuperRows<kGridded1Sixteens>>, linear_rows<UniformRows<8>>,
           linear_rows<VqRows<1>>, linear_rows<VqRows<2>>, linear_rows<VqRows<4>>},
          {}, true, avx2.dot, avx2.absmax, avx2.quantize, avx2.silu, avx2.attend, avx2.narrow, avx2.tables, avx2.triples, avx2.split};
}

}  // namespace lutra
