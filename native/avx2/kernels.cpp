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
#include "avx2/attend.inc"
#include "engine/attention.inc"

constexpr size_t kAhead = 4096;  // bytes to prefetch: a stream of one pass over the weights outruns the hardware's guess

// Products of up to 255 * 127 in pairs may pass 16 bits; 128 * 127 * 2 < 2^15 does not.
inline __m256i dot_add(__m256i acc, __m256i u, __m256i s) {
  return _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_maddubs_epi16(u, s), _mm256_set1_epi16(1)));
}

// 16-bit sums: 8 lines of codes up to 15 (8 * 2 * 15 * 127 = 30480), 4 of 31 (31496), 2 of 63 (32004).
struct Sum {
  __m256i lanes = _mm256_setzero_si256();
  void add(__m256i codes, __m256i x) { lanes = _mm256_add_epi16(lanes, _mm256_maddubs_epi16(codes, x)); }
  __m256i take() const { return _mm256_madd_epi16(lanes, _mm256_set1_epi16(1)); }
  __m256i take(__m256i scales) const { return _mm256_madd_epi16(lanes, scales); }
};

#include "avx2/lut.inc"
#include "avx2/rows.inc"
#include "avx2/triples.inc"
#include "avx2/uniform.inc"
#include "avx2/planes.inc"
#include "avx2/nibbles.inc"
#include "avx2/panels.inc"
#include "avx2/gemm.inc"
#include "avx2/vec_lut.inc"

inline float sum8(__m256 v) {
  __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  s = _mm_add_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

struct F32 {
  static constexpr size_t bytes = 4;
  static __m256 load(const uint8_t* p) { return _mm256_loadu_ps(reinterpret_cast<const float*>(p)); }
  static float one(const uint8_t* p) { return load_f32(p); }
};
struct F16 {
  static constexpr size_t bytes = 2;
  static __m256 load(const uint8_t* p) { return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))); }
  static float one(const uint8_t* p) { return _cvtsh_ss(load_u16(p)); }
};
struct BF16 {
  static constexpr size_t bytes = 2;
  static __m256 load(const uint8_t* p) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))), 16));
  }
  static float one(const uint8_t* p) { return bf16_to_f32(load_u16(p)); }
};

template <typename F, int R, int T>
void float_tile(const WeightView& w, const Acts& x, size_t r, size_t t, float* y, size_t ldy) {
  __m256 acc[R][T];
  for (int i = 0; i < R; i++)
    for (int j = 0; j < T; j++) acc[i][j] = _mm256_setzero_ps();
  size_t c = 0;
  for (; c + 8 <= w.cols; c += 8)
    for (int i = 0; i < R; i++) {
      const __m256 v = F::load(w.data + (r + i) * w.stride + c * F::bytes);
      for (int j = 0; j < T; j++) acc[i][j] = _mm256_fmadd_ps(v, _mm256_loadu_ps(x.f + (t + j) * x.ldf + c), acc[i][j]);
    }
  for (int i = 0; i < R; i++)
    for (int j = 0; j < T; j++) {
      float s = sum8(acc[i][j]);
      for (size_t k = c; k < w.cols; k++) s += F::one(w.data + (r + i) * w.stride + k * F::bytes) * x.f[(t + j) * x.ldf + k];
      y[(t + j) * ldy + r + i] = s;
    }
}

template <typename F>
void linear_float(const WeightView& w, const Acts& x, size_t r0, size_t r1, float* y, size_t ldy) {
  size_t r = r0;
  for (; r + 4 <= r1; r += 4) {
    size_t t = 0;
    for (; t + 2 <= x.n; t += 2) float_tile<F, 4, 2>(w, x, r, t, y, ldy);
    for (; t < x.n; t++) float_tile<F, 4, 1>(w, x, r, t, y, ldy);
  }
  for (; r < r1; r++)
    for (size_t t = 0; t < x.n; t++) float_tile<F, 1, 1>(w, x, r, t, y, ldy);
}

inline int32_t sum_int(__m256i v) {
  __m128i s = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1)));
}

// Adds code * x of `blocks` blocks of 128 columns, as int32 lanes. 16-bit lanes hold 8 blocks: 8 * 4 * 2 * 3 * 127 = 24384.
template <int R, int T>
inline void w2_blocks(const uint8_t* const (&p)[R], const int8_t* const (&q)[T], size_t from, size_t to, __m256i (&acc)[R][T]) {
  const __m256i mask = _mm256_set1_epi8(3), ones = _mm256_set1_epi16(1);
  __m256i part[R][T];
  for (int i = 0; i < R; i++)
    for (int j = 0; j < T; j++) part[i][j] = _mm256_setzero_si256();
  for (size_t b = from; b < to; b++)
    for (int i = 0; i < R; i++) {
      const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p[i] + b * 32));
      const __m256i c0 = _mm256_and_si256(_mm256_srli_epi16(v, 6), mask), c1 = _mm256_and_si256(_mm256_srli_epi16(v, 4), mask);
      const __m256i c2 = _mm256_and_si256(_mm256_srli_epi16(v, 2), mask), c3 = _mm256_and_si256(v, mask);
      for (int j = 0; j < T; j++) {
        const __m256i* a = reinterpret_cast<const __m256i*>(q[j] + b * 128);
        const __m256i s0 = _mm256_add_epi16(_mm256_maddubs_epi16(c0, _mm256_loadu_si256(a)), _mm256_maddubs_epi16(c1, _mm256_loadu_si256(a + 1)));
        const __m256i s1 = _mm256_add_epi16(_mm256_maddubs_epi16(c2, _mm256_loadu_si256(a + 2)), _mm256_maddubs_epi16(c3, _mm256_loadu_si256(a + 3)));
        part[i][j] = _mm256_add_epi16(part[i][j], _mm256_add_epi16(s0, s1));
      }
    }
  for (int i = 0; i < R; i++)
    for (int j = 0; j < T; j++) acc[i][j] = _mm256_add_epi32(acc[i][j], _mm256_madd_epi16(part[i][j], ones));
}

template <int R, int T>
void w2_tile(const WeightView& w, const Acts& x, size_t r, size_t t, float* y, size_t ldy) {
  const size_t blocks = w.padded / 128;
  const uint8_t* p[R];
  const int8_t* q[T];
  for (int i = 0; i < R; i++) p[i] = w.data + (r + i) * w.stride;
  for (int j = 0; j < T; j++) q[j] = x.q + (t + j) * x.ldq;
  __m256i acc[R][T];
  const auto clear = [&acc] {
    for (int i = 0; i < R; i++)
      for (int j = 0; j < T; j++) acc[i][j] = _mm256_setzero_si256();
  };
  if (x.token && !w.scales) {
    clear();
    for (size_t b = 0; b < blocks; b += 8) w2_blocks<R, T>(p, q, b, b + 8 < blocks ? b + 8 : blocks, acc);
    for (int i = 0; i < R; i++)
      for (int j = 0; j < T; j++)
        y[(t + j) * ldy + r + i] = static_cast<float>(sum_int(acc[i][j]) - x.total[t + j]) * (w.scale * x.tokenScale[t + j]);
    return;
  }
  __m256 sum[R][T];
  float off[R][T];
  for (int i = 0; i < R; i++)
    for (int j = 0; j < T; j++) sum[i][j] = _mm256_setzero_ps(), off[i][j] = 0;
  for (size_t b = 0, g = 0; b < blocks; b += 2, g++) {
    clear();
    w2_blocks<R, T>(p, q, b, b + 2 < blocks ? b + 2 : blocks, acc);
    for (int i = 0; i < R; i++) {
      const float ws = w.scales ? _cvtsh_ss(w.scales[(r + i) * x.groups + g]) : w.scale;
      for (int j = 0; j < T; j++) {
        const size_t at = (t + j) * x.groups + g;
        const float s = ws * x.scale[at];
        sum[i][j] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(acc[i][j]), _mm256_set1_ps(s), sum[i][j]);
        off[i][j] += s * static_cast<float>(x.sum[at]);
      }
    }
  }
  for (int i = 0; i < R; i++)
    for (int j = 0; j < T; j++) y[(t + j) * ldy + r + i] = sum8(sum[i][j]) - off[i][j];
}

void linear_w2_mad(const WeightView& w, const Acts& x, size_t r0, size_t r1, float* y, size_t ldy) {
  size_t r = r0;
  for (; r + 4 <= r1; r += 4) {
    size_t t = 0;
    for (; t + 2 <= x.n; t += 2) w2_tile<4, 2>(w, x, r, t, y, ldy);
    for (; t < x.n; t++) w2_tile<4, 1>(w, x, r, t, y, ldy);
  }
  for (; r < r1; r++)
    for (size_t t = 0; t < x.n; t++) w2_tile<1, 1>(w, x, r, t, y, ldy);
}

}  // namespace

Kernels avx2_kernels() {
  return {"avx2",
          {linear_float<F32>, linear_float<F16>, linear_float<BF16>, linear_rows<Q8Rows>, linear_rows<Q4Rows>, linear_w2_mad, linear_w2_lut,
           linear_rows<SuperRows<kQ2K>>, linear_rows<SuperRows<kQ3K>>, linear_rows<SuperRows<kQ4K>>, linear_rows<SuperRows<kQ5K>>,
           linear_rows<SuperRows<kQ6K>>, linear_tl2, linear_planes<1>, linear_planes<2>, linear_planes<3>, linear_planes<4>,
           linear_rows<UniformRows<1>>, linear_rows<UniformRows<2>>, linear_rows<UniformRows<3>>, linear_rows<UniformRows<4>>,
           linear_nibbles<kQ50>, linear_nibbles<kQ51>, linear_nibbles<kIq4Nl>, linear_nibbles<kIq4Xs>,
           linear_nibbles<kMxFp4>, linear_nibbles<kNvFp4>, linear_rows<SuperRows<kGridded2>>,
           linear_rows<SuperRows<kGridded2Sixteens>>, linear_rows<SuperRows<kGridded3Xxs>>, linear_rows<SuperRows<kGridded3>>,
           linear_rows<SuperRows<kGridded1>>, linear_rows<SuperRows<kGridded1Sixteens>>, linear_rows<UniformRows<8>>},
          {nullptr, nullptr, nullptr, gemm<Q8Panel>, gemm<Q4Panel>, nullptr, linear_w2_vec, gemm<SuperPanel<kQ2K>>, gemm<SuperPanel<kQ3K>>,
           gemm<SuperPanel<kQ4K>>, gemm<SuperPanel<kQ5K>>, gemm<SuperPanel<kQ6K>>, nullptr, nullptr, nullptr, nullptr, nullptr,
           gemm<UniformPanel<1>>, gemm<UniformPanel<2>>, gemm<UniformPanel<3>>, gemm<UniformPanel<4>>, gemm<NibblePanel<kQ50>>, gemm<NibblePanel<kQ51>>, gemm<WordPanel<kIq4Nl>>, gemm<WordPanel<kIq4Xs>>,
           gemm<NibblePanel<kMxFp4>>, nullptr, gemm<SuperPanel<kGridded2>>, gemm<SuperPanel<kGridded2Sixteens>>, gemm<SuperPanel<kGridded3Xxs>>,
           gemm<SuperPanel<kGridded3>>, gemm<SuperPanel<kGridded1>>, gemm<SuperPanel<kGridded1Sixteens>>, nullptr},
          false, dot, absmax, quantize, silu, attend, narrow, tables, triples, split};
}

}  // namespace lutra
