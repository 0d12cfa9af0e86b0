// The words every kernel room shares: a packed weight, quantized activations, and the table of functions that one
// instruction set fills in. Plain data only: kernel files are compiled with different flags, so nothing here may
// become a shared inline function (static inline only).
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace lutra {

// Codes are those that kernels/native/lower.ts sends.
enum class DType : int { F32 = 0, F16 = 1, BF16 = 2, Q8_0 = 3, Q4_0 = 4, TQ1_0 = 5, TQ2_0 = 6, I2_S = 7, LT2 = 8,
                         Q2_K = 9, Q3_K = 10, Q4_K = 11, Q5_K = 12, Q6_K = 13, Q4_1 = 14, Q1_0 = 15, Q2_0 = 16,
                         LU1 = 17, LU2 = 18, LU3 = 19, LU4 = 20,
                         Q5_0 = 21, Q5_1 = 22, IQ4_NL = 23, IQ4_XS = 24, MXFP4 = 25, NVFP4 = 26,
                         IQ2_XXS = 27, IQ2_XS = 28, IQ2_S = 29, IQ3_XXS = 30, IQ3_S = 31, IQ1_S = 32, IQ1_M = 33,
                         LZ2 = 34, LZ3 = 35, LZ4 = 36, LZ8 = 37, LZ2_32 = 38, LZ3_32 = 39, LZ4_32 = 40, LZ8_32 = 41, VQ = 42, Count };

// What a kernel reads. W2: two-bit codes (0, 1, 2 = -1, 0, +1; 3 = +2) in I2_S order, 128 columns in 32 bytes.
// L2: the same weights as table indices, 32 rows interleaved (see engine/pack_two_bit.cpp).
// Q8, Q4: 8 rows of 32 columns side by side: 8 float16 scales, then 32-byte lines; byte 4 r + j of line i is row r,
// column 4 i + j (Q4: in its low nibble; column 16 + 4 i + j in the high one). K2 to K6: see engine/super.h. Triples: see
// engine/triples.h. P1 to P4 (bit planes), U1 to U4 and U8 (eight rows side by side): see engine/uniform.h.
// V1, V2, V4 (codebooks of 1, 2, 4 lanes): see engine/vq.h. N50 to Nv (nibbles): see engine/nibbles.h. G2 to G1s (points of grids): see engine/super.h; s: a scale per 16.
enum class Kind : int { F32 = 0, F16, BF16, Q8, Q4, W2, L2, K2, K3, K4, K5, K6, Triples, P1, P2, P3, P4, U1, U2, U3, U4,
                        N50, N51, Nl, Xs, Mx, Nv, G2, G2s, G3x, G3, G1, G1s, U8, V1, V2, V4, Count };

constexpr size_t kGroup = 256;     // columns that share one activation scale in W2 and L2
constexpr size_t kLutRows = 32;    // rows that share a table lookup
constexpr size_t kBlockRows = 8;   // rows side by side in Q8, Q4 and K2 to K6

struct WeightView {
  Kind kind;
  size_t rows, cols;
  size_t padded;          // columns rounded up: to 128 in W2 and L2, else cols
  size_t span;            // Triples: columns of a group
  size_t group;           // P1 to U4, U8, V1 to V4: columns of a group
  size_t books;           // V1 to V4: codebooks that eight rows have
  bool vec;               // L2: many tokens by tables of many
  bool fast;              // P1 to P4: fast aggregation
  bool zero;              // P1 to U8: the minima are whole numbers z instead, and a minimum is -(scale * z)
  const uint8_t* data;
  size_t stride;          // bytes from row to row (where rows lie side by side: from row block to row block)
  const uint16_t* scales; // float16; W2: rows x groups; L2, Triples: row blocks x groups x 32;
                          // P1 to U4, U8: row blocks x groups x (scales of the block's rows, then minima); null: one scale
  float scale;            // the one scale
};

// What does not fit in a byte of a table (Triples: see engine/triples.h). Four columns whose |x| sum to more than 255 are split in two halves of the
// same sign; one stays in the token's tables, the other is looked up once more, in a table of this list. It is nearly
// always empty: the largest |x| is 127, but activations of a trained model are mostly small beside their largest.
struct Spill {
  const uint32_t* fours;   // n x ld: which four columns, ascending
  const uint8_t* tables;   // n x ld x 16
  const uint32_t* ends;    // n x groups: how many fours lie before the end of each group
  size_t ld, groups;
  const uint32_t* four(size_t t) const { return fours + t * ld; }
  const uint8_t* table(size_t t) const { return tables + t * ld * 16; }
  size_t to(size_t t, size_t group) const { return ends[t * groups + group]; }
};

constexpr size_t kWoven = 8;         // tokens side by side in a vector
constexpr size_t kWovenTokens = 32;  // tokens of a group: up to four vectors
constexpr size_t kVecTokens = 16;    // tokens of a group where tables hold many

// What a kernel of many tokens takes off by the sums of activations: None, there is no such kernel; nothing (codes are
// 16-bit words then), eight times the sum of 32 (int32), the sum of 32 (int32), scale times the sum of 32 (float), or the
// sums of two 16 (int16).
enum class Weave : int { None, Wide, Eights, Whole, Real, Pairs };

// Tokens side by side, for matrix times matrix. A group of 32 tokens (the last may have fewer, rounded up to eight) lies
// together: per four columns (Wide: two) a line of V vectors, each 4 bytes of eight tokens; V is its tokens / 8. So do,
// per 32 columns, its scales and what Weave says of its sums, four bytes each.
// L2 has groups of 16 tokens: per column 16 words of 16 bits, per 256 columns 16 scales; the last is filled with zeros.
// Where Kernels::together is not four, so many columns of a token lie together instead, bytes in every format, W2 and L2
// among them (their scales lie per 256 columns); sums are floats, scale times the sum of 32, or those of two 16.
struct Woven {
  const uint8_t* q;       // null: not woven
  const float* scale;
  const uint8_t* sum;
  size_t ldq, groups;
  size_t width;           // bytes of a code
  size_t vectors(size_t t, size_t n) const { return n - t < kWovenTokens ? (n - t + kWoven - 1) / kWoven : kWovenTokens / kWoven; }
  const uint8_t* at(size_t t, size_t col, size_t v) const { return q + (t * ldq + col * v * kWoven) * width; }
  const float* scales(size_t t, size_t col, size_t v) const { return scale + t * groups + col / 32 * v * kWoven; }
  const uint8_t* sums(size_t t, size_t col, size_t v) const { return sum + 4 * (t * groups + col / 32 * v * kWoven); }
};

// n tokens as one linear needs them. Which fields are filled follows from the weight's kind and the mode.
struct Acts {
  size_t n;
  size_t cols;
  const float* f;         // n x ldf
  size_t ldf;
  const int8_t* q;        // n x ldq, zero beyond cols
  size_t ldq;
  const float* scale;     // n x groups: real = q * scale
  const int32_t* sum;     // n x groups: sum of q (L2: of |q|), which is what the codes' offset adds
  size_t groups;
  const int32_t* less;    // P1 to P4: n x groups, what the tables' entries have added to a plane: the sum of max(-q, 0)
  const int32_t* total;   // n: the same over the row
  const float* tokenScale;  // n: the one scale of int8 mode
  bool token;             // int8 mode: every group has tokenScale
  const int16_t* sum16;   // K2 to K6: n x groups x 2, sums of q over 16 columns
  const uint8_t* lut;     // n x ldlut: per 4 columns (or triple) 16 bytes: see tables() and triples()
  size_t ldlut;
  Spill spill;
  Woven woven;
};

// y[t * ldy + r] = row r of the weight times token t, for r in [r0, r1).
using LinearFn = void (*)(const WeightView& w, const Acts& x, size_t r0, size_t r1, float* y, size_t ldy);

// How a KV cache keeps its rows. Q8: a float32 scale, then int8.
enum class Cache : int { F32 = 0, F16, Q8, Count };

constexpr size_t kAttendQueries = 8;

// Queries of heads that share keys and values: each sees the positions from first[q] on, below length[q]; at least one.
struct Attend {
  size_t queries;             // at most kAttendQueries
  const float* q[kAttendQueries];
  size_t first[kAttendQueries], length[kAttendQueries];
  float* out[kAttendQueries];
  const uint8_t *keys, *values;  // rows, stride bytes apart
  size_t stride, dim;
  Cache cache;
  float scale;
  float* scratch;             // 4 x dim
};

struct Kernels {
  const char* isa;
  LinearFn linear[static_cast<int>(Kind::Count)];
  // Many tokens at once; null where linear does as well. Reads Acts::woven.
  LinearFn gemm[static_cast<int>(Kind::Count)];
  // W2 reads activations with the planes of two 128-blocks side by side (64-byte registers).
  bool interleaved;
  float (*dot)(const float* a, const float* b, size_t n);
  float (*absmax)(const float* x, size_t n);
  // q = nearest even of x * inverse, in [-127, 127]; gives the sum.
  int32_t (*quantize)(const float* x, float inverse, int8_t* q, size_t n);
  void (*silu)(const float* gate, const float* up, float* out, size_t n);
  void (*attend)(const Attend& a);
  // Float16, nearest even.
  void (*narrow)(const float* x, uint16_t* out, size_t n);
  // Lookup tables, 16 bytes per four columns: entry i is the sum of q[j] over the bits j of i, plus the sum of |q[j]|
  // over negative q[j], so that it lies in [0, sum of |q|]. An even number of fours.
  void (*tables)(const int8_t* q, size_t fours, uint8_t* lut);
  // The same for triples: signed entry i is the sum of t[j] * q[j] over the balanced ternary digits of i, 0 to 13.
  void (*triples)(const int8_t* q, size_t count, uint8_t* lut);
  // Halves fours whose |q| sum to more than 255: one half stays in q, the other goes to rest (4 bytes each) and its
  // number, first + k, to four. Gives how many, and in sum all |q| as they came. A multiple of eight fours.
  size_t (*split)(int8_t* q, size_t fours, size_t first, int8_t* rest, uint32_t* four, int32_t& sum);
  // Columns of a token that lie together in Acts::woven. Not four: gemm takes every kind but floats and triples, from so
  // few tokens on that unpacking pays (counted: docs/arm.md).
  size_t together = 4, few = 0;
};

// y = w x, by the kernel that these activations were prepared for.
static inline void linear(const Kernels& kernels, const WeightView& w, const Acts& x, size_t r0, size_t r1, float* y, size_t ldy) {
  (x.woven.q ? kernels.gemm : kernels.linear)[static_cast<int>(w.kind)](w, x, r0, r1, y, ldy);
}

// Tokens whose tables share the second-level cache while the weights pass once: 256 KiB of tables, at least four.
static inline size_t lut_tokens(size_t ldlut) {
  const size_t fit = (size_t{256} << 10) / ldlut;
  return fit < 4 ? 4 : fit;
}

static inline float load_f32(const uint8_t* p) {
  float v;
  memcpy(&v, p, 4);
  return v;
}

static inline uint16_t load_u16(const uint8_t* p) {
  uint16_t v;
  memcpy(&v, p, 2);
  return v;
}

static inline float bits_to_f32(uint32_t b) {
  float v;
  memcpy(&v, &b, 4);
  return v;
}

static inline float bf16_to_f32(uint16_t h) { return bits_to_f32(static_cast<uint32_t>(h) << 16); }

static inline float f16_to_f32(uint16_t h) {
  const uint32_t sign = static_cast<uint32_t>(h & 0x8000) << 16;
  const uint32_t exponent = (h >> 10) & 31, fraction = h & 1023;
  if (exponent == 31) return bits_to_f32(sign | 0x7f800000u | (fraction << 13));
  if (exponent != 0) return bits_to_f32(sign | ((exponent + 112) << 23) | (fraction << 13));
  const float v = static_cast<float>(fraction) * 5.9604644775390625e-8f;  // subnormal: fraction * 2^-24
  return sign ? -v : v;
}

static inline uint16_t f32_to_f16(float x) {
  uint32_t b;
  memcpy(&b, &x, 4);
  const uint32_t sign = b >> 16 & 0x8000, size = b & 0x7fffffff;
  if (size >= 0x47800000) return static_cast<uint16_t>(sign | (size > 0x7f800000 ? 0x7e00 : 0x7c00));  // 2^16 and beyond
  if (size < 0x38800000) {  // subnormal: adding 0.5 rounds at 2^-24 to nearest even
    float magnitude = bits_to_f32(size) + 0.5f;
    memcpy(&b, &magnitude, 4);
    return static_cast<uint16_t>(sign | (b - 0x3f000000));
  }
  return static_cast<uint16_t>(sign | ((size - 0x38000000 + 0xfff + (size >> 13 & 1)) >> 13));
}

}  // namespace lutra
