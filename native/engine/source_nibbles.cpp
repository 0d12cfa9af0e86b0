// Codes of four or five bits with a scale per 32 columns or 16: Q5_0, Q5_1, IQ4_NL, IQ4_XS, MXFP4, NVFP4.
#include "engine/source.h"

namespace lutra {

const Nibbles* nibbles_of(DType dtype) {
  static constexpr const Nibbles* all[] = {&kQ50, &kQ51, &kIq4Nl, &kIq4Xs, &kMxFp4, &kNvFp4};
  return dtype >= DType::Q5_0 && dtype <= DType::NVFP4 ? all[static_cast<int>(dtype) - static_cast<int>(DType::Q5_0)] : nullptr;
}

namespace {

// `half` bytes: low nibbles are the first columns, high ones the next.
void split(const uint8_t* p, size_t half, uint8_t* out) {
  for (size_t j = 0; j < half; j++) out[j] = p[j] & 15, out[half + j] = p[j] >> 4;
}

void fifths(const uint8_t* p, uint8_t* out) {
  for (size_t j = 0; j < 32; j++) out[j] = static_cast<uint8_t>(out[j] | (p[j / 8] >> (j % 8) & 1) << 4);
}

}  // namespace

void nibble_codes(DType dtype, const uint8_t* p, size_t k, uint8_t* out) {
  switch (dtype) {
    case DType::Q5_0: split(p + 6, 16, out), fifths(p + 2, out); break;
    case DType::Q5_1: split(p + 8, 16, out), fifths(p + 4, out); break;
    case DType::IQ4_NL: split(p + 2, 16, out); break;
    case DType::IQ4_XS: split(p + 8 + 16 * k, 16, out); break;
    case DType::MXFP4: split(p + 1, 16, out); break;
    default: split(p + 4 + 16 * k, 8, out), split(p + 12 + 16 * k, 8, out + 16);  // NVFP4
  }
}

NibbleScales nibble_scales(DType dtype, const uint8_t* p, size_t k) {
  switch (dtype) {
    case DType::MXFP4: return {0, 0, {p[0], 0}};
    case DType::NVFP4: {
      const auto seven = [](uint8_t e) { return static_cast<uint8_t>((e & 0x7f) == 0x7f ? 0 : e & 0x7f); };
      return {0, 0, {seven(p[2 * k]), seven(p[2 * k + 1])}};
    }
    case DType::IQ4_XS: {  // four low bits in nibbles, two high ones in a word; 32 is zero
      const int low = p[4 + k / 2] >> (k % 2 * 4) & 15, high = load_u16(p + 2) >> (2 * k) & 3;
      return {load_u16(p), 0, {static_cast<uint8_t>((low | high << 4) - 32), 0}};
    }
    default: return {load_u16(p), load_u16(p + 2), {0, 0}};
  }
}

void decode_nibbles(DType dtype, const uint8_t* p, float* out) {
  const Nibbles& l = *nibbles_of(dtype);
  const size_t runs = dtype == DType::NVFP4 ? 2 : l.cols() / 32;
  for (size_t k = 0; k < runs; k++, out += 32) {
    const NibbleScales s = nibble_scales(dtype, p, k);
    uint8_t codes[32];
    nibble_codes(dtype, p, k, codes);
    for (size_t j = 0; j < 32; j++) {
      const float value = static_cast<float>(l.book.count ? l.book.value[codes[j]] : codes[j] - l.offset);
      switch (l.scale) {
        case RunScale::Half: out[j] = f16_to_f32(s.d) * value + (l.mins ? f16_to_f32(s.m) : 0); break;
        case RunScale::Power: out[j] = power_scale(s.e[0]) * value; break;
        case RunScale::Sixteens: out[j] = sixteenth_scale(s.e[j / 16]) * value; break;
        case RunScale::Six: out[j] = f16_to_f32(s.d) * static_cast<float>(static_cast<int8_t>(s.e[0])) * value; break;
      }
    }
  }
}

}  // namespace lutra
