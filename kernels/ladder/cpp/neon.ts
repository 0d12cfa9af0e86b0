/**
 * What emitted C++ is written in, for arm64: four lanes of 32 bits, 16 bytes. Products of bytes are SDOT where the compiler
 * is told of it, else widening products.
 */
export const neon = `#include <arm_neon.h>
#include <cstdint>
#include <cstring>

using Ints = int32x4_t;
using Reals = float32x4_t;
using Sum = float32x4_t;
constexpr int lanes = 4;

static inline uint32x4_t u(Ints a) { return vreinterpretq_u32_s32(a); }
static inline Ints s(uint32x4_t a) { return vreinterpretq_s32_u32(a); }
static inline Ints loadInts(const uint32_t* p) { return s(vld1q_u32(p)); }
static inline Ints ints(int32_t v) { return vdupq_n_s32(v); }
static inline Ints iadd(Ints a, Ints b) { return vaddq_s32(a, b); }
static inline Ints isub(Ints a, Ints b) { return vsubq_s32(a, b); }
static inline Ints imul(Ints a, Ints b) { return vmulq_s32(a, b); }
static inline Ints iand(Ints a, Ints b) { return vandq_s32(a, b); }
static inline Ints ior(Ints a, Ints b) { return vorrq_s32(a, b); }
static inline Ints ixor(Ints a, Ints b) { return veorq_s32(a, b); }
static inline Ints shl(Ints a, Ints b) { return vshlq_s32(a, iand(b, ints(31))); }
static inline Ints shr(Ints a, Ints b) { return s(vshlq_u32(u(a), vnegq_s32(iand(b, ints(31))))); }
static inline Ints sar(Ints a, Ints b) { return vshlq_s32(a, vnegq_s32(iand(b, ints(31)))); }
static inline Ints shl(Ints a, int n) { return shl(a, ints(n)); }
static inline Ints shr(Ints a, int n) { return shr(a, ints(n)); }
static inline Ints sar(Ints a, int n) { return sar(a, ints(n)); }
static inline Ints ieq(Ints a, Ints b) { return s(vshrq_n_u32(vceqq_s32(a, b), 31)); }
static inline Ints ilt(Ints a, Ints b) { return s(vshrq_n_u32(vcltq_s32(a, b), 31)); }
static inline uint32x4_t all(Ints test) { return vtstq_s32(test, test); }
static inline Ints iselect(Ints test, Ints a, Ints b) { return vbslq_s32(all(test), a, b); }
static inline Reals reals(float v) { return vdupq_n_f32(v); }
static inline Reals loadReals(const float* p) { return vld1q_f32(p); }
static inline Reals toReal(Ints a) { return vcvtq_f32_s32(a); }
static inline Reals asReal(Ints a) { return vreinterpretq_f32_s32(a); }
static inline Reals add(Reals a, Reals b) { return vaddq_f32(a, b); }
static inline Reals sub(Reals a, Reals b) { return vsubq_f32(a, b); }
static inline Reals mul(Reals a, Reals b) { return vmulq_f32(a, b); }
static inline Reals select(Ints test, Reals a, Reals b) { return vbslq_f32(all(test), a, b); }
// Tables end with a zero, where indices beyond the end go. Of sixteen each byte of the floats is a lookup of its own.
static inline Reals lookUp(const float* table, int size, Ints i) {
  const uint32x4_t at = vminq_u32(u(i), vdupq_n_u32(size));
  if (size <= 16) {
    const uint8x16x4_t planes = vld4q_u8(reinterpret_cast<const uint8_t*>(table));
    const uint8x16_t index = vreinterpretq_u8_u32(at);
    const uint32x4_t byte = vdupq_n_u32(255);
    const auto plane = [&](int b) { return vreinterpretq_u32_u8(vqtbl1q_u8(planes.val[b], index)); };
    const uint32x4_t low = vorrq_u32(vandq_u32(plane(0), byte), vshlq_n_u32(vandq_u32(plane(1), byte), 8));
    const uint32x4_t high = vorrq_u32(vshlq_n_u32(vandq_u32(plane(2), byte), 16), vshlq_n_u32(vandq_u32(plane(3), byte), 24));
    return vreinterpretq_f32_u32(vorrq_u32(low, high));
  }
  const float four[4] = {table[vgetq_lane_u32(at, 0)], table[vgetq_lane_u32(at, 1)], table[vgetq_lane_u32(at, 2)],
                         table[vgetq_lane_u32(at, 3)]};
  return vld1q_f32(four);
}
static inline Sum none() { return vdupq_n_f32(0); }
static inline Sum madd(Reals a, Reals b, Sum c) { return vfmaq_f32(c, a, b); }
static inline Sum join(Sum a, Sum b) { return vaddq_f32(a, b); }
static inline Sum scaleBy(Sum a, float f, Sum c) { return vfmaq_n_f32(c, a, f); }
static inline float across(Sum a) { return vaddvq_f32(a); }

using Bytes = int8x16_t;
using Products = int32x4_t;
constexpr int byteLanes = 16;

static inline Bytes loadBytes(const void* p) { return vld1q_s8(static_cast<const int8_t*>(p)); }
static inline Bytes bytes(int v) { return vdupq_n_s8(static_cast<int8_t>(v)); }
static inline Bytes field(Bytes a, int n, int mask) {
  return vandq_s8(vreinterpretq_s8_u8(vshlq_u8(vreinterpretq_u8_s8(a), bytes(-n))), bytes(mask));
}
static inline Bytes raise(Bytes a, int n) { return vshlq_s8(a, bytes(n)); }
static inline Bytes either(Bytes a, Bytes b) { return vorrq_s8(a, b); }
static inline Bytes exclusive(Bytes a, Bytes b) { return veorq_s8(a, b); }
static inline Bytes minus(Bytes a, int v) { return vsubq_s8(a, bytes(v)); }
static inline Bytes lookUpBytes(const int8_t* table, Bytes i) { return vqtbl1q_s8(vld1q_s8(table), vreinterpretq_u8_s8(i)); }
static inline Products noProducts() { return vdupq_n_s32(0); }
static inline Products dot(Bytes w, Bytes q, Products c) {
#ifdef __ARM_FEATURE_DOTPROD
  return vdotq_s32(c, w, q);
#else
  const int16x8_t low = vmull_s8(vget_low_s8(w), vget_low_s8(q));
  return vpadalq_s16(vpadalq_s16(c, low), vmull_high_s8(w, q));
#endif
}
static inline Products joinProducts(Products a, Products b) { return vaddq_s32(a, b); }
static inline Sum toSum(Products a) { return vcvtq_f32_s32(a); }
`
