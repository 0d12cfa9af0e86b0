// 256-bit registers as two of 128: what the kernels of avx2/ use of AVX2, FMA and F16C, in SSE4.1 and under the same names,
// so that no kernel is written twice. Integers are the same to the last bit; a multiply-add rounds twice where FMA rounds once.
// Included inside an anonymous namespace, after <smmintrin.h> alone: the compiler's own 256-bit header must stay away.
// before avx2/room.inc

#define LUTRA_WIDE inline __attribute__((always_inline))

struct __attribute__((may_alias)) __m256i {
  __m128i lo, hi;
};
struct __attribute__((may_alias)) __m256 {
  __m128 lo, hi;
};

// Lane by lane.
#define LUTRA_INT(name)                                                                        \
  LUTRA_WIDE __m256i _mm256_##name(__m256i a, __m256i b) { return {_mm_##name(a.lo, b.lo), _mm_##name(a.hi, b.hi)}; }
LUTRA_INT(add_epi8)
LUTRA_INT(add_epi16)
LUTRA_INT(add_epi32)
LUTRA_INT(sub_epi16)
LUTRA_INT(sub_epi32)
LUTRA_INT(avg_epu8)
LUTRA_INT(cmpgt_epi32)
LUTRA_INT(madd_epi16)
LUTRA_INT(maddubs_epi16)
LUTRA_INT(mullo_epi16)
LUTRA_INT(mullo_epi32)
LUTRA_INT(shuffle_epi8)
LUTRA_INT(sign_epi8)
LUTRA_INT(unpackhi_epi8)
LUTRA_INT(unpacklo_epi8)
#undef LUTRA_INT

LUTRA_WIDE __m256i _mm256_and_si256(__m256i a, __m256i b) { return {_mm_and_si128(a.lo, b.lo), _mm_and_si128(a.hi, b.hi)}; }
LUTRA_WIDE __m256i _mm256_or_si256(__m256i a, __m256i b) { return {_mm_or_si128(a.lo, b.lo), _mm_or_si128(a.hi, b.hi)}; }
LUTRA_WIDE __m256i _mm256_abs_epi8(__m256i a) { return {_mm_abs_epi8(a.lo), _mm_abs_epi8(a.hi)}; }

#define LUTRA_SHIFT(name, count) \
  LUTRA_WIDE __m256i _mm256_##name(__m256i a, count n) { return {_mm_##name(a.lo, n), _mm_##name(a.hi, n)}; }
LUTRA_SHIFT(slli_epi16, int)
LUTRA_SHIFT(slli_epi32, int)
LUTRA_SHIFT(srli_epi16, int)
LUTRA_SHIFT(srli_epi32, int)
LUTRA_SHIFT(sll_epi16, __m128i)
LUTRA_SHIFT(srl_epi16, __m128i)
#undef LUTRA_SHIFT

#define LUTRA_FLOAT(name) \
  LUTRA_WIDE __m256 _mm256_##name(__m256 a, __m256 b) { return {_mm_##name(a.lo, b.lo), _mm_##name(a.hi, b.hi)}; }
LUTRA_FLOAT(add_ps)
LUTRA_FLOAT(sub_ps)
LUTRA_FLOAT(mul_ps)
LUTRA_FLOAT(hadd_ps)
LUTRA_FLOAT(unpackhi_ps)
LUTRA_FLOAT(unpacklo_ps)
#undef LUTRA_FLOAT
LUTRA_WIDE __m256 _mm256_fmadd_ps(__m256 a, __m256 b, __m256 c) { return _mm256_add_ps(_mm256_mul_ps(a, b), c); }
LUTRA_WIDE __m256 _mm256_fnmadd_ps(__m256 a, __m256 b, __m256 c) { return _mm256_sub_ps(c, _mm256_mul_ps(a, b)); }

// Constants and what goes in and out.
LUTRA_WIDE __m256i _mm256_set1_epi8(char v) { return {_mm_set1_epi8(v), _mm_set1_epi8(v)}; }
LUTRA_WIDE __m256i _mm256_set1_epi16(short v) { return {_mm_set1_epi16(v), _mm_set1_epi16(v)}; }
LUTRA_WIDE __m256i _mm256_set1_epi32(int v) { return {_mm_set1_epi32(v), _mm_set1_epi32(v)}; }
LUTRA_WIDE __m256 _mm256_set1_ps(float v) { return {_mm_set1_ps(v), _mm_set1_ps(v)}; }
LUTRA_WIDE __m256i _mm256_setzero_si256() { return {_mm_setzero_si128(), _mm_setzero_si128()}; }
LUTRA_WIDE __m256 _mm256_setzero_ps() { return {_mm_setzero_ps(), _mm_setzero_ps()}; }
LUTRA_WIDE __m256i _mm256_broadcastsi128_si256(__m128i v) { return {v, v}; }

LUTRA_WIDE __m256i _mm256_load_si256(const __m256i* p) { return {_mm_load_si128(&p->lo), _mm_load_si128(&p->hi)}; }
LUTRA_WIDE __m256i _mm256_loadu_si256(const __m256i* p) {
  const __m128i* two = reinterpret_cast<const __m128i*>(p);
  return {_mm_loadu_si128(two), _mm_loadu_si128(two + 1)};
}
LUTRA_WIDE void _mm256_store_si256(__m256i* p, __m256i v) { *p = v; }
LUTRA_WIDE void _mm256_storeu_si256(__m256i* p, __m256i v) {
  __m128i* two = reinterpret_cast<__m128i*>(p);
  _mm_storeu_si128(two, v.lo), _mm_storeu_si128(two + 1, v.hi);
}
LUTRA_WIDE __m256 _mm256_load_ps(const float* p) { return {_mm_load_ps(p), _mm_load_ps(p + 4)}; }
LUTRA_WIDE __m256 _mm256_loadu_ps(const float* p) { return {_mm_loadu_ps(p), _mm_loadu_ps(p + 4)}; }
LUTRA_WIDE void _mm256_store_ps(float* p, __m256 v) { _mm_store_ps(p, v.lo), _mm_store_ps(p + 4, v.hi); }
LUTRA_WIDE void _mm256_storeu_ps(float* p, __m256 v) { _mm_storeu_ps(p, v.lo), _mm_storeu_ps(p + 4, v.hi); }

// Halves, and one kind taken for another.
LUTRA_WIDE __m128i _mm256_castsi256_si128(__m256i a) { return a.lo; }
LUTRA_WIDE __m128 _mm256_castps256_ps128(__m256 a) { return a.lo; }
LUTRA_WIDE __m256i _mm256_castps_si256(__m256 a) { return {_mm_castps_si128(a.lo), _mm_castps_si128(a.hi)}; }
LUTRA_WIDE __m256 _mm256_castsi256_ps(__m256i a) { return {_mm_castsi128_ps(a.lo), _mm_castsi128_ps(a.hi)}; }
LUTRA_WIDE int _mm256_movemask_ps(__m256 a) { return _mm_movemask_ps(a.lo) | _mm_movemask_ps(a.hi) << 4; }

// From 128 bits to twice as many.
#define LUTRA_WIDEN(name, bytes) \
  LUTRA_WIDE __m256i _mm256_##name(__m128i v) { return {_mm_##name(v), _mm_##name(_mm_srli_si128(v, bytes))}; }
LUTRA_WIDEN(cvtepi8_epi16, 8)
LUTRA_WIDEN(cvtepi8_epi32, 4)
LUTRA_WIDEN(cvtepu8_epi32, 4)
LUTRA_WIDEN(cvtepi16_epi32, 8)
#undef LUTRA_WIDEN
LUTRA_WIDE __m256i _mm256_cvtepu16_epi32(__m128i v) { return {_mm_cvtepu16_epi32(v), _mm_unpackhi_epi16(v, _mm_setzero_si128())}; }
LUTRA_WIDE __m256 _mm256_cvtepi32_ps(__m256i a) { return {_mm_cvtepi32_ps(a.lo), _mm_cvtepi32_ps(a.hi)}; }

// Immediates are template arguments, as an instruction wants them.
template <int I>
LUTRA_WIDE __m256i wide_blend(__m256i a, __m256i b) { return {_mm_blend_epi16(a.lo, b.lo, I), _mm_blend_epi16(a.hi, b.hi, I)}; }
template <int I>
LUTRA_WIDE __m256 wide_shuffle(__m256 a, __m256 b) { return {_mm_shuffle_ps(a.lo, b.lo, I), _mm_shuffle_ps(a.hi, b.hi, I)}; }
template <int I>
LUTRA_WIDE __m128i wide_half(__m256i a) { return I ? a.hi : a.lo; }
template <int I>
LUTRA_WIDE __m128 wide_half(__m256 a) { return I ? a.hi : a.lo; }
// Two halves of the four of a and b, one by each nibble.
template <int I>
LUTRA_WIDE __m256 wide_choose(__m256 a, __m256 b) {
  const __m128 four[] = {a.lo, a.hi, b.lo, b.hi};
  return {four[I & 3], four[I >> 4 & 3]};
}
// The one order that is asked for: the first, third, second, fourth eight bytes.
template <int I>
LUTRA_WIDE __m256i wide_order(__m256i a) {
  static_assert(I == 0xd8);
  return {_mm_unpacklo_epi64(a.lo, a.hi), _mm_unpackhi_epi64(a.lo, a.hi)};
}
#define _mm256_permute4x64_epi64(a, i) wide_order<i>(a)
#define _mm256_blend_epi16(a, b, i) wide_blend<i>(a, b)
#define _mm256_shuffle_ps(a, b, i) wide_shuffle<i>(a, b)
#define _mm256_extracti128_si256(a, i) wide_half<i>(a)
#define _mm256_extractf128_ps(a, i) wide_half<i>(a)
#define _mm256_permute2f128_ps(a, b, i) wide_choose<i>(a, b)

// Four float16, each in a lane of 32 bits, as float32. A subnormal's fraction, put behind the exponent of 2^-14, is right
// but for the one that stands before it: no subnormal float32 arises, which would be slow.
LUTRA_WIDE __m128 wide_halves(__m128i h) {
  const __m128i size = _mm_and_si128(h, _mm_set1_epi32(0x7fff)), sign = _mm_slli_epi32(_mm_xor_si128(h, size), 16);
  const __m128i fraction = _mm_slli_epi32(size, 13);
  const __m128i big = _mm_and_si128(_mm_cmpgt_epi32(size, _mm_set1_epi32(0x7bff)), _mm_set1_epi32(112 << 23));
  const __m128i normal = _mm_add_epi32(_mm_add_epi32(fraction, _mm_set1_epi32(112 << 23)), big);
  const __m128 one = _mm_castsi128_ps(_mm_set1_epi32(113 << 23));
  const __m128 small = _mm_sub_ps(_mm_castsi128_ps(_mm_or_si128(fraction, _mm_set1_epi32(113 << 23))), one);
  const __m128i is_small = _mm_cmplt_epi32(size, _mm_set1_epi32(0x400));
  return _mm_castsi128_ps(_mm_or_si128(_mm_blendv_epi8(normal, _mm_castps_si128(small), is_small), sign));
}
LUTRA_WIDE __m256 _mm256_cvtph_ps(__m128i h) {
  const __m256i wide = _mm256_cvtepu16_epi32(h);
  return {wide_halves(wide.lo), wide_halves(wide.hi)};
}
LUTRA_WIDE float _cvtsh_ss(uint16_t h) { return f16_to_f32(h); }
LUTRA_WIDE uint16_t _cvtss_sh(float x, int) { return f32_to_f16(x); }
LUTRA_WIDE __m128i _mm256_cvtps_ph(__m256 v, int) {
  float from[8];
  uint16_t to[8];
  _mm256_storeu_ps(from, v);
  for (int i = 0; i < 8; i++) to[i] = f32_to_f16(from[i]);
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(to));
}
