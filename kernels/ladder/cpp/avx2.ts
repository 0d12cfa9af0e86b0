/**
 * What emitted C++ is written in, for x64 with AVX2 and FMA: eight lanes of 32 bits, 32 bytes.
 * Products of bytes are maddubs: |weight| times the input with the weight's sign; two of 128 · 127 fit its 16 bits.
 */
export const avx2 = `#include <cstdint>
#include <cstring>
#include <immintrin.h>

using Ints = __m256i;
using Reals = __m256;
using Sum = __m256;
constexpr int lanes = 8;

static inline Ints loadInts(const uint32_t* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
static inline Ints ints(int32_t v) { return _mm256_set1_epi32(v); }
static inline Ints iadd(Ints a, Ints b) { return _mm256_add_epi32(a, b); }
static inline Ints isub(Ints a, Ints b) { return _mm256_sub_epi32(a, b); }
static inline Ints imul(Ints a, Ints b) { return _mm256_mullo_epi32(a, b); }
static inline Ints iand(Ints a, Ints b) { return _mm256_and_si256(a, b); }
static inline Ints ior(Ints a, Ints b) { return _mm256_or_si256(a, b); }
static inline Ints ixor(Ints a, Ints b) { return _mm256_xor_si256(a, b); }
static inline Ints shl(Ints a, int n) { return _mm256_slli_epi32(a, n & 31); }
static inline Ints shr(Ints a, int n) { return _mm256_srli_epi32(a, n & 31); }
static inline Ints sar(Ints a, int n) { return _mm256_srai_epi32(a, n & 31); }
static inline Ints shl(Ints a, Ints b) { return _mm256_sllv_epi32(a, iand(b, ints(31))); }
static inline Ints shr(Ints a, Ints b) { return _mm256_srlv_epi32(a, iand(b, ints(31))); }
static inline Ints sar(Ints a, Ints b) { return _mm256_srav_epi32(a, iand(b, ints(31))); }
static inline Ints ieq(Ints a, Ints b) { return shr(_mm256_cmpeq_epi32(a, b), 31); }
static inline Ints ilt(Ints a, Ints b) { return shr(_mm256_cmpgt_epi32(b, a), 31); }
static inline Ints all(Ints test) { return _mm256_xor_si256(_mm256_cmpeq_epi32(test, ints(0)), ints(-1)); }
static inline Ints iselect(Ints test, Ints a, Ints b) { return _mm256_blendv_epi8(b, a, all(test)); }
static inline Reals reals(float v) { return _mm256_set1_ps(v); }
static inline Reals loadReals(const float* p) { return _mm256_loadu_ps(p); }
static inline Reals toReal(Ints a) { return _mm256_cvtepi32_ps(a); }
static inline Reals asReal(Ints a) { return _mm256_castsi256_ps(a); }
static inline Reals add(Reals a, Reals b) { return _mm256_add_ps(a, b); }
static inline Reals sub(Reals a, Reals b) { return _mm256_sub_ps(a, b); }
static inline Reals mul(Reals a, Reals b) { return _mm256_mul_ps(a, b); }
static inline Reals select(Ints test, Reals a, Reals b) { return _mm256_blendv_ps(b, a, asReal(all(test))); }
// Tables end with a zero, where indices beyond the end go. Sixteen floats fill two registers.
static inline Reals lookUp(const float* table, int size, Ints i) {
  if (size > 16) return _mm256_i32gather_ps(table, _mm256_min_epu32(i, ints(size)), 4);
  const Ints at = size < 16 ? _mm256_min_epu32(i, ints(size)) : i;
  const Reals low = _mm256_permutevar8x32_ps(loadReals(table), at), high = _mm256_permutevar8x32_ps(loadReals(table + 8), at);
  const Reals found = _mm256_blendv_ps(low, high, asReal(shl(at, 28)));
  return size < 16 ? found : _mm256_and_ps(found, asReal(_mm256_cmpeq_epi32(shr(at, 4), ints(0))));
}
static inline Sum none() { return _mm256_setzero_ps(); }
static inline Sum madd(Reals a, Reals b, Sum c) { return _mm256_fmadd_ps(a, b, c); }
static inline Sum join(Sum a, Sum b) { return _mm256_add_ps(a, b); }
static inline Sum scaleBy(Sum a, float s, Sum c) { return _mm256_fmadd_ps(a, _mm256_set1_ps(s), c); }
static inline float across(Sum a) {
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

using Bytes = __m256i;
using Products = __m256i;
constexpr int byteLanes = 32;

static inline Bytes loadBytes(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
static inline Bytes bytes(int v) { return _mm256_set1_epi8(static_cast<char>(v)); }
static inline Bytes field(Bytes a, int n, int mask) { return _mm256_and_si256(_mm256_srli_epi16(a, n), bytes(mask)); }
static inline Bytes raise(Bytes a, int n) { return _mm256_slli_epi16(a, n); } // bits stay in their byte: fields are narrow
static inline Bytes either(Bytes a, Bytes b) { return _mm256_or_si256(a, b); }
static inline Bytes exclusive(Bytes a, Bytes b) { return _mm256_xor_si256(a, b); }
static inline Bytes minus(Bytes a, int v) { return _mm256_sub_epi8(a, bytes(v)); }
static inline Bytes lookUpBytes(const int8_t* table, Bytes i) {
  return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table))), i);
}
static inline Products noProducts() { return _mm256_setzero_si256(); }
static inline Products dot(Bytes w, Bytes q, Products c) {
  const Bytes pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(q, w));
  return _mm256_add_epi32(c, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}
static inline Products joinProducts(Products a, Products b) { return _mm256_add_epi32(a, b); }
static inline Sum toSum(Products a) { return _mm256_cvtepi32_ps(a); }
`
