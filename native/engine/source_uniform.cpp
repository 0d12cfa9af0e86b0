// Codes of one to four bits, or of eight, with a scale and a minimum or a zero point per group.
#include <vector>

#include "engine/source.h"

namespace lutra {

const Uniform* uniform_of(DType dtype) {
  static constexpr Uniform four{4, 32, false}, one{1, 128, false}, two{2, 64, false};
  static constexpr Uniform minima[] = {{1, 128, false}, {2, 128, false}, {3, 128, false}, {4, 128, false}};
  static constexpr Uniform zeros[] = {{2, 128, true}, {3, 128, true}, {4, 128, true}, {8, 128, true}, {2, 32, true}, {3, 32, true}, {4, 32, true}, {8, 32, true}};
  switch (dtype) {
    case DType::Q4_0:
    case DType::Q4_1: return &four;
    case DType::Q1_0: return &one;
    case DType::Q2_0: return &two;
    default: break;
  }
  if (dtype >= DType::LU1 && dtype <= DType::LU4) return &minima[static_cast<int>(dtype) - static_cast<int>(DType::LU1)];
  if (dtype >= DType::LZ2 && dtype <= DType::LZ8_32) return &zeros[static_cast<int>(dtype) - static_cast<int>(DType::LZ2)];
  return nullptr;
}

namespace {

// One stream of bits, lowest first.
void stream(const uint8_t* p, int bits, size_t count, uint8_t* out) {
  if (bits == 8) {
    for (size_t j = 0; j < count; j++) out[j] = static_cast<uint8_t>(p[j] ^ 0x80);
    return;
  }
  for (size_t j = 0; j < count; j += 8, p += bits) {
    uint32_t word = 0;
    memcpy(&word, p, static_cast<size_t>(bits));
    for (size_t i = 0; i < 8; i++, word >>= bits) out[j + i] = static_cast<uint8_t>(word & ((1u << bits) - 1));
  }
}

}  // namespace

void uniform_row(DType dtype, const uint8_t* bytes, size_t row, size_t cols, uint8_t* codes, uint16_t* pairs) {
  const Uniform& u = *uniform_of(dtype);
  const size_t block = row_bytes(dtype, u.group);
  const uint8_t* p = bytes + row * row_bytes(dtype, cols);
  for (size_t c = 0; c < cols; c += u.group, p += block, codes += u.group, pairs += 2) {
    const uint16_t first = load_u16(p);
    const float d = f16_to_f32(first);
    pairs[0] = first;
    if (u.zero) {
      pairs[1] = static_cast<uint16_t>(load_u16(p + 2) - (u.bits == 8 ? 128 : 0));
      stream(p + 4, u.bits, u.group, codes);
      continue;
    }
    switch (dtype) {
      case DType::Q4_0:
      case DType::Q4_1: {
        pairs[1] = dtype == DType::Q4_1 ? load_u16(p + 2) : f32_to_f16(-8 * d);
        const uint8_t* q = p + (dtype == DType::Q4_1 ? 4 : 2);
        for (size_t j = 0; j < 16; j++) codes[j] = q[j] & 15, codes[j + 16] = q[j] >> 4;
        break;
      }
      case DType::Q1_0:
        pairs[0] = f32_to_f16(2 * d), pairs[1] = f32_to_f16(-d);
        for (size_t j = 0; j < 128; j++) codes[j] = p[2 + j / 8] >> (j % 8) & 1;
        break;
      case DType::Q2_0:
        pairs[1] = f32_to_f16(-d);
        for (size_t j = 0; j < 64; j++) codes[j] = p[2 + j / 4] >> (j % 4 * 2) & 3;
        break;
      default:  // LU1 to LU4
        memcpy(pairs, p + 16 * u.bits, 4);
        for (size_t j = 0; j < 128; j++) {
          int code = 0;
          for (int b = 0; b < u.bits; b++) code |= (p[16 * b + static_cast<int>(j / 8)] >> (j % 8) & 1) << b;
          codes[j] = static_cast<uint8_t>(code);
        }
    }
  }
}

void decode_uniform(DType dtype, const uint8_t* row, size_t cols, float* out) {
  const Uniform& u = *uniform_of(dtype);
  std::vector<uint8_t> codes(cols);
  std::vector<uint16_t> pairs(cols / u.group * 2);
  uniform_row(dtype, row, 0, cols, codes.data(), pairs.data());
  for (size_t c = 0; c < cols; c++) {
    const float d = f16_to_f32(pairs[c / u.group * 2]);
    const uint16_t other = pairs[c / u.group * 2 + 1];
    const int code = u.bits == 8 ? static_cast<int8_t>(codes[c]) : codes[c];
    out[c] = u.zero ? d * static_cast<float>(code - static_cast<int16_t>(other)) : d * static_cast<float>(code) + f16_to_f32(other);
  }
}

}  // namespace lutra
