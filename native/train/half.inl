// The bf16 side of gemm.inl: operands as pairs of bf16 along k, sums in f32 (AVX512_BF16's dot product, or AMX's in
// amx.inl). Int8 inputs and ternary weights are exact in bf16, so the quantized forward stays exact; only gradients are
// rounded, to 8 bits. Used for linears and the head's gradients; the head's forward stays in f32. In the including file's
// own namespace, with the avx512 tier's tiles; HALF_AMX takes AMX's products.
#include <immintrin.h>

#include "train/tier.h"

#define LANES 16
#define VECTORS 2
#define ROWS 8

namespace lutra::train {
namespace {
#include "train/gemm.inl"

struct Pair {
  static inline __attribute__((always_inline)) Vec multiplyAdd(Vec sum, float unit, Vec b) {
    return (Vec)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_ps(unit), (__m512bh)(__m512)b);
  }
};

// Pairs that k values take; AMX's tiles are 16 deep, zeros fill the last one.
#ifdef HALF_AMX
static int pairs(int k) { return (k + 31) / 32 * 16; }
#else
static int pairs(int k) { return (k + 1) / 2; }
#endif

static __mmask16 firstOf(int n) { return n >= 16 ? 0xffff : n > 0 ? (1u << n) - 1 : 0; }

// 16 values of row 2u and 16 of row 2u + 1 as 16 units.
static inline __m512i twoRows(__m512 even, __m512 odd) {
  const __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(even));
  const __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(odd));
  return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

// Rows of k floats to rows of pairs(k) units.
static void halfRows(int m, int k, const float* a, float* to) {
  const int units = pairs(k);
  for (int r = 0; r < m; r++, a += k, to += units) {
    uint16_t* out = (uint16_t*)to;
    for (int i = 0; i < 2 * units; i += 16) {
      const __m512 values = _mm512_maskz_loadu_ps(firstOf(k - i), a + i);
      _mm256_mask_storeu_epi16(out + i, firstOf(2 * units - i), (__m256i)_mm512_cvtneps_pbh(values));
    }
  }
}

// B(k, n), row-major, in panels of NR units per pair of rows.
static void halfB(int k, int n, const float* b, long ld, float* to) {
  for (int n0 = 0; n0 < n; n0 += NR)
    for (int i = 0; i < 2 * pairs(k); i += 2)
      for (int j = n0; j < n0 + NR; j += 16, to += 16) {
        const __m512 even = _mm512_maskz_loadu_ps(i < k ? firstOf(n - j) : 0, b + i * ld + j);
        const __m512 odd = _mm512_maskz_loadu_ps(i + 1 < k ? firstOf(n - j) : 0, b + (i + 1) * ld + j);
        _mm512_store_si512(to, twoRows(even, odd));
      }
}

// W^T's panels from row-major W(n, k): 16 columns at a time through a small transposed square.
static void halfTransposedB(int k, int n, const float* w, float* to) {
  for (int n0 = 0; n0 < n; n0 += NR)
    for (int i = 0; i < 2 * pairs(k); i += 2)
      for (int j = n0; j < n0 + NR; j++, to++) {
        alignas(64) float two[16] = {};
        if (j < n && i < k) two[0] = w[size_t(j) * k + i], two[1] = i + 1 < k ? w[size_t(j) * k + i + 1] : 0.0f;
        const uint32_t unit = uint32_t(_mm_cvtsi128_si32((__m128i)_mm_cvtneps_pbh(_mm_load_ps(two))));
        __builtin_memcpy(to, &unit, 4);
      }
}

#ifdef HALF_AMX
#include "train/amx.inl"
#else

// C (m, n) = left (m, k) B (k, n), left being halfRows' rows.
static void halfProduct(int m, int n, int k, const float* left, const float* panels, const Out& out) {
  gemmOver<Pair, true>(m, n, pairs(k), left, pairs(k), panels, out, Triangle::None);
}

// C (m, n) = A^T (m, k) B (k, n), A^T being halfA's.
static void halfTransposedProduct(int m, int n, int k, const float* a, const float* panels, const Out& out) {
  gemmOver<Pair, false>(m, n, pairs(k), a, 0, panels, out, Triangle::None);
}

// A^T, a (k, m) matrix, in panels of MR units per pair of rows, each row k times scale[k].
static void halfA(int m, int k, const float* a, const float* scale, float* to) {
  static_assert(MR == 8, "a panel row is one half vector");
  for (int m0 = 0; m0 < m; m0 += MR)
    for (int i = 0; i < k; i += 2, to += MR) {
      const __mmask8 mask = m - m0 >= 8 ? 0xff : (1u << (m - m0)) - 1;
      const __m256 even = _mm256_maskz_loadu_ps(mask, a + size_t(i) * m + m0) * _mm256_set1_ps(scale[i]);
      const __m256 odd = i + 1 < k ? _mm256_maskz_loadu_ps(mask, a + size_t(i + 1) * m + m0) * _mm256_set1_ps(scale[i + 1])
                                   : _mm256_setzero_ps();
      const __m256i low = _mm256_cvtepu16_epi32((__m128i)_mm256_cvtneps_pbh(even));
      const __m256i high = _mm256_cvtepu16_epi32((__m128i)_mm256_cvtneps_pbh(odd));
      _mm256_storeu_si256((__m256i*)to, _mm256_or_si256(low, _mm256_slli_epi32(high, 16)));
    }
}
#endif

const Half half = {halfRows, halfB, halfTransposedB, halfA, halfProduct, halfTransposedProduct};
}  // namespace
}  // namespace lutra::train
