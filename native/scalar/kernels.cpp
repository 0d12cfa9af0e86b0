// Kernels in plain C++, for any CPU, and what every other room is compared with:
// linear {f32,f16,bf16} dot, linear {q8_0,q4_0,q2_k…q6_k, nibbles, grids, codes of one to four bits or eight} mad, linear w2
// {mad,lut}.
#include "engine/nibbles.h"
#include "engine/super.h"
#include "engine/triples.h"
#include "engine/uniform.h"
#include "scalar/kernels.h"

namespace lutra {
namespace {
#include "engine/vector.inc"
#include "engine/quantize.inc"
#include "engine/tables.inc"

void widen(const uint16_t* in, float* out, size_t n) {
  for (size_t i = 0; i < n; i++) out[i] = f16_to_f32(in[i]);
}
void narrow(const float* x, uint16_t* out, size_t n) {
  for (size_t i = 0; i < n; i++) out[i] = f32_to_f16(x[i]);
}
inline void dot4(const float* q, const float* k, size_t ld, size_t n, float* out) {
  float part[4][8] = {};
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (size_t r = 0; r < 4; r++)
      for (size_t j = 0; j < 8; j++) part[r][j] += q[i + j] * k[r * ld + i + j];
  for (size_t r = 0; r < 4; r++) {
    float tail = 0;
    for (size_t t = i; t < n; t++) tail += q[t] * k[r * ld + t];
    for (size_t half = 4; half > 0; half /= 2)
      for (size_t j = 0; j < half; j++) part[r][j] += part[r][j + half];
    out[r] = part[r][0] + tail;
  }
}

inline void axpy4(float* y, const float* p, const float* v, size_t ld, size_t n) {
  const float a = p[0], b = p[1], c = p[2], d = p[3];
  for (size_t i = 0; i < n; i++) y[i] += (a * v[i] + b * v[ld + i]) + (c * v[2 * ld + i] + d * v[3 * ld + i]);
}

#include "engine/attention.inc"

template <typename Load>
void linear_float(const WeightView& w, const Acts& x, size_t r0, size_t r1, float* y, size_t ldy, Load load, size_t width) {
  for (size_t r = r0; r < r1; r++) {
    const uint8_t* row = w.data + r * w.stride;
    for (size_t t = 0; t < x.n; t++) {
      const float* a = x.f + t * x.ldf;
      float part[8] = {};
      size_t i = 0;
      for (; i + 8 <= w.cols; i += 8)
        for (size_t j = 0; j < 8; j++) part[j] += load(row + (i + j) * width) * a[i + j];
      float sum = 0;
      for (; i < w.cols; i++) sum += load(row + i * width) * a[i];
      for (size_t j = 0; j < 8; j++) sum += part[j];
      y[t * ldy + r] = sum;
    }
  }
}

void linear_f32(const WeightView& w, const Acts& x, size_t r0, size_t r1, float* y, size_t ldy) {
  linear_float(w, x, r0, r1, y, ldy, [](const uint8_t* p) { return load_f32(p); }, 4);
}
void linear_f16(const WeightView& w, const Acts& x, size_t r0, size_t r1, float* y, size_t ldy) {
  linear_float(w, x, r0, r1, y, ldy, [](const uint8_t* p) { return f16_to_f32(load_u16(p)); }, 2);
}
void linear_bf16(const WeightView& w, const Acts& x, size_t r0, size_t r1, float* y, size_t ldy) {
  linear_float(w, x, r0, r1, y, ldy, [](const uint8_t* p) { return bf16_to_f32(load_u16(p)); }, 2);
}

void linear_q8(const WeightView& w, const Acts& x, size_t r0, size_t r1, float* y, size_t ldy) {
  for (size_t r = r0; r < r1; r++)
    for (size_t t = 0; t < x.n; t++) {
      const uint8_t* p = w.data + r / kBlockRows * w.stride;
      const int8_t* q = x.q + t * x.ldq;
      const size_t lane = r % kBlockRows;
      float sum = 0;
      for (size_t b = 0; b < w.cols / 32; b++, p += 16 + 8 * 32, q += 32) {
        int32_t s = 0;
        for (size_t c = 0; c < 32; c++) s += static_cast<int8_t>(p[16 + c / 4 * 32 + 4 * lane + c % 4]) * q[c];
        sum += static_cast<float>(s) * (f16_to_f32(load_u16(p + 2 * lane)) * x.scale[t * x.groups + b]);
      }
      y[t * ldy + r] = sum;
    }
}

void linear_q4(const WeightView& w, const Acts& x, size_t r0, size_t r1, float* y, size_t ldy) {
  for (size_t r = r0; r < r1; r++)
    for (size_t t = 0; t < x.n; t++) {
      const uint8_t* p = w.data + r / kBlockRows * w.stride;
      const int8_t* q = x.q + t * x.ldq;
      const size_t lane = r % kBlockRows;
      float sum = 0;
      for (size_t b = 0; b < w.cols / 32; b++, p += 16 + 4 * 32, q += 32) {
        int32_t s = 0;
        for (size_t c = 0; c < 32; c++) s += ((p[16 + c % 16 / 4 * 32 + 4 * lane + c % 4] >> (c / 16 * 4) & 15) - 8) * q[c];
        sum += static_cast<float>(s) * (f16_to_f32(load_u16(p + 2 * lane)) * x.scale[t * x.groups + b]);
      }
      y[t * ldy + r] = sum;
    }
}

template <const Super& L>
inline int super_code(const uint8_t* p, size_t lane, size_t c) {
  constexpr size_t nibbles = L.nibble_plane(), twos = L.two_plane(), ones = L.one_plane(), threes = L.three_plane();
  const size_t k = c / 32, at = c % 32 / 4 * 32 + 4 * lane + c % 4;
  int code = 0, up = 0;
  if (L.nibbles) code = p[nibbles + k / 2 * 256 + at] >> (k % 2 * 4) & 15, up = 4;
  if (L.twos) code |= (p[twos + k / 4 * 256 + at] >> (k % 4 * 2) & 3) << up, up += 2;
  if (L.ones) code |= (p[ones + at] >> k & 1) << up;
  if (L.threes) {
    const size_t i = c % 32 / 4;
    const uint8_t* line = p + threes + k * 3 * 32 + 4 * lane + c % 4;
    code = i < 6 ? line[i / 2 * 32] >> (i % 2 * 3) & 7 : line[(i - 6) * 32] >> 6 | (line[2 * 32] >> i & 1) << 2;
  }
  return code;
}

template <const Super& L>
void linear_super(const WeightView& w, const Acts& x, size_t r0, size_t r1, float* y, size_t ldy) {
  constexpr size_t bytes = L.bytes(), subs = L.subs(), scales = L.scales(), minima = L.folded ? L.scales() : L.minima();
  for (size_t r = r0; r < r1; r++)
    for (size_t t = 0; t < x.n; t++) {
      const uint8_t* p = w.data + r / kBlockRows * w.stride;
      const size_t lane = r % kBlockRows;
      float sum = 0;
      for (size_t b = 0; b < w.cols / 256; b++, p += bytes) {
        float all = 0, off = 0;
        for (size_t s = 0; s < subs; s++) {
          const size_t at = s / 2 * 16 + 2 * lane + s % 2, group = t * x.groups + (b * 256 + s * L.sub) / 32;
          const int scale = L.folded ? p[scales + at] & 15 : static_cast<int8_t>(p[scales + at]);
          const int32_t x_sum = L.sub == 16 ? x.sum16[2 * group + s % 2] : x.sum[group];
          int32_t part = L.book.count ? 0 : -L.offset * x_sum;
          for (size_t c = s * L.sub; c < (s + 1) * L.sub; c++) {
            const int code = super_code<L>(p, lane, c);
            part += (L.book.count ? L.book.value[code] : code) * x.q[t * x.ldq + b * 256 + c];
          }
          all += static_cast<float>(scale * part) * x.scale[group];
          if (L.mins) off += static_cast<float>((L.folded ? p[minima + at] >> 4 : p[minima + at]) * x_sum) * x.scale[group];
        }
        sum += f16_to_f32(load_u16(p + 2 * lane)) * L.unit * all;
        if (L.mins) sum -= f16_to_f32(load_u16(p + 16 + 2 * lane)) * off;
      }
      y[t * ldy + r] = sum;
    }
}

// Sum of code * x over one block of 128 columns.
inline int32_t block128(const uint8_t* p, const int8_t* q) {
  int32_t s = 0;
  for (int j = 0; j < 32; j++)
    s += (p[j] >> 6) * q[j] + ((p[j] >> 4) & 3) * q[32 + j] + ((p[j] >> 2) & 3) * q[64 + j] + (p[j] & 3) * q[96 + j];
  return s;
}

void linear_w2_mad(const WeightView& w, const Acts& x, size_t r0, size_t r1, float* y, size_t ldy) {
  const size_t blocks = w.padded / 128;
  for (size_t r = r0; r < r1; r++)
    for (size_t t = 0; t < x.n; t++) {
      const uint8_t* p = w.data + r * w.stride;
      const int8_t* q = x.q + t * x.ldq;
      if (x.token && !w.scales) {
        int32_t s = 0;
        for (size_t b = 0; b < blocks; b++) s += block128(p + b * 32, q + b * 128);
        y[t * ldy + r] = static_cast<float>(s - x.total[t]) * (w.scale * x.tokenScale[t]);
        continue;
      }
      float sum = 0;
      for (size_t b = 0; b < blocks; b += 2) {
        int32_t s = block128(p + b * 32, q + b * 128);
        if (b + 1 < blocks) s += block128(p + b * 32 + 32, q + b * 128 + 128);
        const size_t g = b / 2;
        const float ws = w.scales ? f16_to_f32(w.scales[r * x.groups + g]) : w.scale;
        sum += static_cast<float>(s - x.sum[t * x.groups + g]) * (ws * x.scale[t * x.groups + g]);
      }
      y[t * ldy + r] = sum;
    }
}

#include "scalar/nibbles.inc"
#include "scalar/lut.inc"
#include "scalar/vq.inc"

// Codes of one to four bits, or of eight, by products, eight rows side by side.
template <int bits>
void linear_uniform(const WeightView& w, const Acts& x, size_t r0, size_t r1, float* y, size_t ldy) {
  const size_t groups = w.cols / w.group;
  for (size_t r = r0; r < r1; r++) {
    const size_t block = r / kBlockRows, lane = r % kBlockRows;
    const uint8_t* p = w.data + block * w.stride + 4 * lane;
    const auto code = [&](size_t k, size_t c) {
      const uint8_t* line = p + k * row_lines(bits) * 32 + c % 4;
      const size_t quad = c / 4;
      if (bits == 8) return static_cast<int>(static_cast<int8_t>(line[quad * 32]));
      if (bits == 4) return line[quad % 4 * 32] >> (quad / 4 * 4) & 15;
      const int low = bits == 1 ? 0 : line[quad % 2 * 32] >> (quad / 2 * 2) & 3, high = bits == 2 ? 0 : line[(row_lines(bits) - 1) * 32] >> quad & 1;
      return low | high << (bits - 1);
    };
    for (size_t t = 0; t < x.n; t++) {
      float sum = 0;
      for (size_t g = 0; g < groups; g++) {
        float own = 0, low = 0;
        for (size_t k = g * w.group / 32; k < (g + 1) * w.group / 32; k++) {
          const size_t at = t * x.groups + k;
          int32_t s = 0;
          for (size_t c = 0; c < 32; c++) s += code(k, c) * x.q[t * x.ldq + 32 * k + c];
          own += static_cast<float>(s) * x.scale[at];
          low += x.scale[at] * static_cast<float>(x.sum[at]);
        }
        const uint16_t* scales = w.scales + (block * groups + g) * 2 * kBlockRows + lane;
        sum += f16_to_f32(scales[0]) * own + minimum(w, scales[0], scales[kBlockRows]) * low;
      }
      y[t * ldy + r] = sum;
    }
  }
}

}  // namespace

Kernels scalar_kernels() {
  return {"scalar", {linear_f32, linear_f16, linear_bf16, linear_q8, linear_q4, linear_w2_mad, linear_w2_lut,
                     linear_super<kQ2K>, linear_super<kQ3K>, linear_super<kQ4K>, linear_super<kQ5K>, linear_super<kQ6K>, linear_tl2,
                     linear_planes<1>, linear_planes<2>, linear_planes<3>, linear_planes<4>,
                     linear_uniform<1>, linear_uniform<2>, linear_uniform<3>, linear_uniform<4>,
                     linear_nibbles<kQ50>, linear_nibbles<kQ51>, linear_nibbles<kIq4Nl>, linear_nibbles<kIq4Xs>, linear_nibbles<kMxFp4>,
                     linear_nibbles<kNvFp4>, linear_super<kGridded2>, linear_super<kGridded2Sixteens>, linear_super<kGridded3Xxs>,
                     linear_super<kGridded3>, linear_super<kGridded1>, linear_super<kGridded1Sixteens>, linear_uniform<8>,
                     linear_vq<1>, linear_vq<2>, linear_vq<4>}, {}, false,
          dot, absmax, quantize, silu, attend, narrow, tables, triples, split};
}

}  // namespace lutra
