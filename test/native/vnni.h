// AVX-VNNI's two instructions in others, exactly, for machines without them: g++ -include, so that avxvnni/kernels.cpp stays
// as it is. Built with -mavx2.
#pragma once
#include <immintrin.h>

// Four products of an unsigned and a signed byte are added to each lane. Even and odd bytes are widened apart.
static inline __m256i emulated_dpbusd(__m256i acc, __m256i u, __m256i s) {
  const __m256i even = _mm256_madd_epi16(_mm256_and_si256(u, _mm256_set1_epi16(255)), _mm256_srai_epi16(_mm256_slli_epi16(s, 8), 8));
  const __m256i odd = _mm256_madd_epi16(_mm256_srli_epi16(u, 8), _mm256_srai_epi16(s, 8));
  return _mm256_add_epi32(acc, _mm256_add_epi32(even, odd));
}
#define _mm256_dpbusd_avx_epi32 emulated_dpbusd
// Two products of signed words.
#define _mm256_dpwssd_avx_epi32(acc, a, b) _mm256_add_epi32(acc, _mm256_madd_epi16(a, b))
