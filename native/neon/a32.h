// What the kernels of this room use of A64's NEON and 32-bit ARM lacks, in what it has, so that they are the same there.
// 32-bit NEON takes float32 subnormals for zero: sums differ from other tiers' only below 1.2e-38. Float16's are kept.
// before the .inc files of neon/ · needs NEON with VFPv4 (fused multiply-add, float16)
#pragma once
#include <arm_neon.h>

#if defined(__arm__)

namespace lutra {
namespace {

inline uint8x16_t vqtbl1q_u8(uint8x16_t table, uint8x16_t index) {
  const uint8x8x2_t two = {{vget_low_u8(table), vget_high_u8(table)}};
  return vcombine_u8(vtbl2_u8(two, vget_low_u8(index)), vtbl2_u8(two, vget_high_u8(index)));
}
inline int8x16_t vqtbl1q_s8(int8x16_t table, uint8x16_t index) { return vreinterpretq_s8_u8(vqtbl1q_u8(vreinterpretq_u8_s8(table), index)); }

inline int16x8_t vmull_high_s8(int8x16_t a, int8x16_t b) { return vmull_s8(vget_high_s8(a), vget_high_s8(b)); }
inline int16x8_t vmlal_high_s8(int16x8_t acc, int8x16_t a, int8x16_t b) { return vmlal_s8(acc, vget_high_s8(a), vget_high_s8(b)); }
inline int32x4_t vmovl_high_s16(int16x8_t a) { return vmovl_s16(vget_high_s16(a)); }
inline uint32x4_t vmovl_high_u16(uint16x8_t a) { return vmovl_u16(vget_high_u16(a)); }
inline int16x8_t vaddw_high_s8(int16x8_t acc, int8x16_t a) { return vaddw_s8(acc, vget_high_s8(a)); }
inline int32x4_t vaddw_high_s16(int32x4_t acc, int16x8_t a) { return vaddw_s16(acc, vget_high_s16(a)); }
inline uint32x4_t vaddw_high_u16(uint32x4_t acc, uint16x8_t a) { return vaddw_u16(acc, vget_high_u16(a)); }

inline int16x8_t vpaddq_s16(int16x8_t a, int16x8_t b) {
  return vcombine_s16(vpadd_s16(vget_low_s16(a), vget_high_s16(a)), vpadd_s16(vget_low_s16(b), vget_high_s16(b)));
}
inline int32x4_t vpaddq_s32(int32x4_t a, int32x4_t b) {
  return vcombine_s32(vpadd_s32(vget_low_s32(a), vget_high_s32(a)), vpadd_s32(vget_low_s32(b), vget_high_s32(b)));
}
inline float32x4_t vpaddq_f32(float32x4_t a, float32x4_t b) {
  return vcombine_f32(vpadd_f32(vget_low_f32(a), vget_high_f32(a)), vpadd_f32(vget_low_f32(b), vget_high_f32(b)));
}
inline float vaddvq_f32(float32x4_t a) {
  const float32x2_t two = vpadd_f32(vget_low_f32(a), vget_high_f32(a));
  return vget_lane_f32(vpadd_f32(two, two), 0);
}
inline int32_t vaddvq_s32(int32x4_t a) {
  const int32x2_t two = vpadd_s32(vget_low_s32(a), vget_high_s32(a));
  return vget_lane_s32(vpadd_s32(two, two), 0);
}
inline uint32_t vaddvq_u32(uint32x4_t a) { return static_cast<uint32_t>(vaddvq_s32(vreinterpretq_s32_u32(a))); }
inline uint32_t vmaxvq_u32(uint32x4_t a) {
  const uint32x2_t two = vpmax_u32(vget_low_u32(a), vget_high_u32(a));
  return vget_lane_u32(vpmax_u32(two, two), 0);
}
// The number where a is NaN; b never is here.
inline float32x4_t vminnmq_f32(float32x4_t a, float32x4_t b) { return vbslq_f32(vcltq_f32(a, b), a, b); }
inline float32x4_t vmaxnmq_f32(float32x4_t a, float32x4_t b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }

inline int8x16_t vuzp1q_s8(int8x16_t a, int8x16_t b) { return vuzpq_s8(a, b).val[0]; }
inline int8x16_t vuzp2q_s8(int8x16_t a, int8x16_t b) { return vuzpq_s8(a, b).val[1]; }
inline int16x8_t vuzp1q_s16(int16x8_t a, int16x8_t b) { return vuzpq_s16(a, b).val[0]; }
inline uint16x8_t vzip1q_u16(uint16x8_t a, uint16x8_t b) { return vzipq_u16(a, b).val[0]; }
inline uint16x8_t vzip2q_u16(uint16x8_t a, uint16x8_t b) { return vzipq_u16(a, b).val[1]; }
inline float32x4_t vzip1q_f32(float32x4_t a, float32x4_t b) { return vzipq_f32(a, b).val[0]; }
inline float32x4_t vzip2q_f32(float32x4_t a, float32x4_t b) { return vzipq_f32(a, b).val[1]; }

// An instruction takes a lane of half a register only.
template <int lane>
int32x4_t dup_lane(int32x4_t a) {
  return lane < 2 ? vdupq_lane_s32(vget_low_s32(a), lane & 1) : vdupq_lane_s32(vget_high_s32(a), lane & 1);
}
template <int lane>
uint8x16_t dup_lane(uint8x16_t a) {
  return lane < 8 ? vdupq_lane_u8(vget_low_u8(a), lane & 7) : vdupq_lane_u8(vget_high_u8(a), lane & 7);
}
#define vdupq_laneq_s32(a, lane) dup_lane<lane>(a)
#define vdupq_laneq_u8(a, lane) dup_lane<lane>(a)

inline float32x4_t vfmaq_n_f32(float32x4_t acc, float32x4_t a, float b) { return vfmaq_f32(acc, a, vdupq_n_f32(b)); }

}  // namespace
}  // namespace lutra

#endif
