// Kernels for AVX-VNNI (with AVX2, FMA, F16C): Alder Lake N and what came after it without AVX-512. AVX2's, with VPDPBUSD for
// sums of products: one instruction for three or four, and 32-bit sums, in which nothing overflows.
#include "avxvnni/kernels.h"
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

#include "avx2/room.inc"
}  // namespace

Kernels avx_vnni_kernels() { return room("avx-vnni"); }

}  // namespace lutra
