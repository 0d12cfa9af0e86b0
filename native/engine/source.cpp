#include "engine/source.h"

#include <cstdint>
#include <vector>

namespace lutra {

namespace {

struct Format {
  size_t block, bytes, tail;
  // Columns must be a multiple of this, so that rows begin at blocks where the scale lies in the block.
  size_t unit;
};

constexpr Format kFormats[] = {
    {1, 4, 0, 1},       {1, 2, 0, 1},       {1, 2, 0, 1},      {32, 34, 0, 32},    {32, 18, 0, 32},
    {256, 54, 0, 256},  {256, 66, 0, 256},  {128, 32, 32, 1},  {4, 1, 4, 1},
    {256, 84, 0, 256},  {256, 110, 0, 256}, {256, 144, 0, 256}, {256, 176, 0, 256}, {256, 210, 0, 256},
    {32, 20, 0, 32},    {128, 18, 0, 128},  {64, 18, 0, 64},    {128, 20, 0, 128},  {128, 36, 0, 128},  {128, 52, 0, 128},  {128, 68, 0, 128},
    {32, 22, 0, 32},    {32, 24, 0, 32},    {32, 18, 0, 32},    {256, 136, 0, 256}, {32, 17, 0, 32},    {64, 36, 0, 64},
    {256, 66, 0, 256},  {256, 74, 0, 256},  {256, 82, 0, 256},  {256, 98, 0, 256},  {256, 110, 0, 256}, {256, 50, 0, 256},  {256, 56, 0, 256},
    {128, 36, 0, 128},  {128, 52, 0, 128},  {128, 68, 0, 128},  {128, 132, 0, 128}, {32, 12, 0, 32},    {32, 16, 0, 32},    {32, 20, 0, 32},    {32, 36, 0, 32},
    {0, 0, 0, 0},  // VQ: see source_vq.cpp
};
static_assert(sizeof kFormats / sizeof *kFormats == static_cast<size_t>(DType::Count), "one format per dtype");

const Format& format(DType dtype) { return kFormats[static_cast<int>(dtype)]; }

// Base-3 digits of `width` bytes, five (or four) to a byte, as codes 0, 1, 2.
void digits(const uint8_t* p, int width, int count, uint8_t* out) {
  for (int n = 0, power = 1; n < count; n++, power *= 3)
    for (int m = 0; m < width; m++)
      out[width * n + m] = static_cast<uint8_t>((static_cast<uint8_t>(p[m] * power) * 3) >> 8);
}

// Six-bit scale and minimum of sub-block s of Q4_K and Q5_K: the last four are pieced together from two places.
void six_bits(const uint8_t* p, int s, SuperScales& out) {
  out.scale[s] = static_cast<int8_t>(s < 4 ? p[s] & 63 : (p[s + 4] & 15) | (p[s - 4] >> 6) << 4);
  out.min[s] = static_cast<uint8_t>(s < 4 ? p[s + 4] & 63 : (p[s + 4] >> 4) | (p[s] >> 6) << 4);
}

// The code of column c of a block.
int super_code(DType dtype, const uint8_t* p, int c) {
  const int half = c / 128, run = c % 128 / 32, l = c % 32;
  const auto two = [&](const uint8_t* q) { return q[32 * half + l] >> (2 * run) & 3; };
  const auto bit = [&](const uint8_t* q) { return q[l] >> (c / 32) & 1; };
  const auto nibble = [&](const uint8_t* q) { return q[c / 64 * 32 + l] >> (c % 64 / 32 * 4) & 15; };
  switch (dtype) {
    case DType::Q2_K: return two(p + 16);
    case DType::Q3_K: return two(p + 32) | bit(p) << 2;
    case DType::Q4_K: return nibble(p + 16);
    case DType::Q5_K: return nibble(p + 48) | bit(p + 16) << 4;
    default: return (p[64 * half + 32 * (run & 1) + l] >> (4 * (run >> 1)) & 15) | two(p + 128) << 4;  // Q6_K
  }
}

void decode_super(DType dtype, const uint8_t* p, float* out) {
  const Super& layout = *super_of(dtype);
  const SuperScales b = super_scales(dtype, p);
  const float d = f16_to_f32(b.d) * layout.unit, dmin = f16_to_f32(b.dmin);
  uint8_t codes[256];
  super_codes(dtype, p, codes);
  for (int c = 0; c < 256; c++) {
    const int s = c / layout.sub, value = layout.book.count ? layout.book.value[codes[c]] : codes[c] - layout.offset;
    out[c] = d * static_cast<float>(b.scale[s] * value) - (layout.mins ? dmin * b.min[s] : 0);
  }
}

}  // namespace

bool is_ternary(DType d) { return d == DType::TQ1_0 || d == DType::TQ2_0 || d == DType::I2_S || d == DType::LT2; }
bool has_one_scale(DType d) { return d == DType::I2_S || d == DType::LT2; }

void row_codes(DType dtype, const uint8_t* bytes, size_t row, size_t cols, uint8_t* out) {
  if (dtype == DType::TQ1_0) {
    const uint8_t* p = bytes + row * (cols / 256) * 54;
    for (size_t c = 0; c < cols; c += 256, p += 54) {
      digits(p, 32, 5, out + c);
      digits(p + 32, 16, 5, out + c + 160);
      digits(p + 48, 4, 4, out + c + 240);
    }
  } else if (dtype == DType::TQ2_0) {
    const uint8_t* p = bytes + row * (cols / 256) * 66;
    for (size_t c = 0; c < cols; c += 256, p += 66)
      for (int half = 0; half < 2; half++)
        for (int l = 0; l < 4; l++)
          for (int m = 0; m < 32; m++) out[c + 128 * half + 32 * l + m] = (p[32 * half + m] >> (2 * l)) & 3;
  } else if (dtype == DType::I2_S && cols % 128 == 0) {
    const uint8_t* p = bytes + row * (cols / 4);
    for (size_t c = 0; c < cols; c += 128, p += 32)
      for (int l = 0; l < 4; l++)
        for (int m = 0; m < 32; m++) out[c + 32 * l + m] = (p[m] >> (6 - 2 * l)) & 3;
  } else if (dtype == DType::I2_S) {
    for (size_t c = 0; c < cols; c++) {
      const size_t e = row * cols + c;  // blocks run on across rows
      out[c] = (bytes[e / 128 * 32 + e % 32] >> (6 - 2 * (e % 128 / 32))) & 3;
    }
  } else {
    for (size_t c = 0; c < cols; c++) {
      const size_t e = row * cols + c;
      out[c] = (bytes[e / 4] >> (2 * (e % 4))) & 3;
    }
  }
}

float one_scale(DType dtype, const uint8_t* bytes, size_t total) {
  const Format& f = format(dtype);
  return load_f32(bytes + total / f.block * f.bytes);
}

// The float16 scale of 256 columns.
uint16_t group_scale(DType dtype, const uint8_t* bytes, size_t row, size_t groups, size_t g) {
  const size_t size = dtype == DType::TQ1_0 ? 54 : 66;
  return load_u16(bytes + (row * groups + g) * size + size - 2);
}

const Super* super_of(DType dtype) {
  switch (dtype) {
    case DType::Q2_K: return &kQ2K;
    case DType::Q3_K: return &kQ3K;
    case DType::Q4_K: return &kQ4K;
    case DType::Q5_K: return &kQ5K;
    case DType::Q6_K: return &kQ6K;
    case DType::IQ2_XXS: return &kGridded2;
    case DType::IQ2_XS:
    case DType::IQ2_S: return &kGridded2Sixteens;
    case DType::IQ3_XXS: return &kGridded3Xxs;
    case DType::IQ3_S: return &kGridded3;
    case DType::IQ1_S: return &kGridded1;
    case DType::IQ1_M: return &kGridded1Sixteens;
    default: return nullptr;
  }
}

void super_codes(DType dtype, const uint8_t* p, uint8_t* out) {
  if (super_of(dtype)->book.count) return grid_codes(dtype, p, out);
  for (int c = 0; c < 256; c++) out[c] = static_cast<uint8_t>(super_code(dtype, p, c));
}

SuperScales super_scales(DType dtype, const uint8_t* p) {
  SuperScales b{};
  if (super_of(dtype)->book.count) return grid_scales(dtype, p);
  switch (dtype) {
    case DType::Q2_K:
      b.d = load_u16(p + 80), b.dmin = load_u16(p + 82);
      for (int s = 0; s < 16; s++) b.scale[s] = p[s] & 15, b.min[s] = p[s] >> 4;
      break;
    case DType::Q3_K:
      b.d = load_u16(p + 108);
      for (int s = 0; s < 16; s++) {
        const int low = s < 8 ? p[96 + s] & 15 : p[96 + s - 8] >> 4, high = (p[104 + s % 4] >> (s / 4 * 2)) & 3;
        b.scale[s] = static_cast<int8_t>((low | high << 4) - 32);
      }
      break;
    case DType::Q4_K:
    case DType::Q5_K:
      b.d = load_u16(p), b.dmin = load_u16(p + 2);
      for (int s = 0; s < 8; s++) six_bits(p + 4, s, b);
      break;
    default:  // Q6_K
      b.d = load_u16(p + 208);
      memcpy(b.scale, p + 192, 16);
  }
  return b;
}

size_t source_bytes(DType dtype, size_t cols, size_t rows, const Vq& vq) {
  if (dtype == DType::VQ) return vq_bytes(vq, cols, rows);
  // In 64 bits, also where a size has 32; packed, no format takes four times its file's bytes.
  const Format& f = format(dtype);
  const uint64_t count = static_cast<uint64_t>(cols) * rows;
  if (cols == 0 || rows == 0 || cols > (1u << 24) || rows > (1u << 30) || count > (uint64_t{1} << 44)) return 0;
  if (cols % f.unit != 0 || count % f.block != 0) return 0;
  const uint64_t bytes = count / f.block * f.bytes + f.tail;
  return bytes > SIZE_MAX / 4 ? 0 : static_cast<size_t>(bytes);
}

size_t row_bytes(DType dtype, size_t cols) { return cols / format(dtype).block * format(dtype).bytes; }

void decode_row(DType dtype, const uint8_t* p, size_t cols, size_t rows, size_t row, float* out, const Vq& vq) {
  if (dtype == DType::VQ) return vq_row(vq, p, cols, row, out);
  if (super_of(dtype)) {
    p += row * row_bytes(dtype, cols);
    for (size_t c = 0; c < cols; c += 256, p += format(dtype).bytes) decode_super(dtype, p, out + c);
    return;
  }
  if (nibbles_of(dtype)) {
    p += row * row_bytes(dtype, cols);
    for (size_t c = 0, block = format(dtype).block; c < cols; c += block, p += format(dtype).bytes) decode_nibbles(dtype, p, out + c);
    return;
  }
  if (uniform_of(dtype) && dtype != DType::Q4_0) {
    decode_uniform(dtype, p + row * row_bytes(dtype, cols), cols, out);
    return;
  }
  switch (dtype) {
    case DType::F32:
      memcpy(out, p + row * cols * 4, cols * 4);
      return;
    case DType::F16:
      for (size_t c = 0; c < cols; c++) out[c] = f16_to_f32(load_u16(p + (row * cols + c) * 2));
      return;
    case DType::BF16:
      for (size_t c = 0; c < cols; c++) out[c] = bf16_to_f32(load_u16(p + (row * cols + c) * 2));
      return;
    case DType::Q8_0:
      p += row * (cols / 32) * 34;
      for (size_t c = 0; c < cols; c += 32, p += 34) {
        const float d = f16_to_f32(load_u16(p));
        for (int j = 0; j < 32; j++) out[c + j] = d * static_cast<int8_t>(p[2 + j]);
      }
      return;
    case DType::Q4_0:
      p += row * (cols / 32) * 18;
      for (size_t c = 0; c < cols; c += 32, p += 18) {
        const float d = f16_to_f32(load_u16(p));
        for (int j = 0; j < 16; j++) {
          out[c + j] = d * ((p[2 + j] & 15) - 8);
          out[c + j + 16] = d * ((p[2 + j] >> 4) - 8);
        }
      }
      return;
    default: {
      std::vector<uint8_t> codes(cols);
      row_codes(dtype, p, row, cols, codes.data());
      const float scale = has_one_scale(dtype) ? one_scale(dtype, p, cols * rows) : 0;
      for (size_t c = 0; c < cols; c++) {
        const float d = has_one_scale(dtype) ? scale : f16_to_f32(group_scale(dtype, p, row, cols / kGroup, c / kGroup));
        out[c] = d * (static_cast<int>(codes[c]) - 1);
      }
    }
  }
}

}  // namespace lutra
