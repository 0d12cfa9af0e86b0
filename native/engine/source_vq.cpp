// Codes that point into codebooks: what a row of such a tensor says.
#include <vector>

#include "engine/source.h"

namespace lutra {

size_t vq_bytes(const Vq& q, size_t cols, size_t rows) {
  const bool power = q.rows >= 1 && q.rows <= 256 && (q.rows & (q.rows - 1)) == 0;
  if (q.codeBits < 1 || q.codeBits > 8 || (q.lanes != 1 && q.lanes != 2 && q.lanes != 4) || !power) return 0;
  if (q.span < 32 || q.span > 512 || q.span % 32 || cols == 0 || rows == 0 || cols > (1u << 24) || rows > (1u << 30)) return 0;
  if (cols % q.span || rows % q.rows) return 0;
  const uint64_t bytes = static_cast<uint64_t>(cols / q.span) * (rows / q.rows) * q.unit();
  return bytes > SIZE_MAX / 8 ? 0 : static_cast<size_t>(bytes);
}

const uint8_t* vq_unit(const Vq& q, const uint8_t* bytes, size_t cols, size_t row, size_t group) {
  return bytes + (row / q.rows * (cols / q.span) + group) * q.unit();
}

void vq_codes(const Vq& q, const uint8_t* unit, size_t row, uint8_t* out) {
  const size_t count = q.span / q.lanes;
  const uint8_t* codes = unit + 2 + q.entries() + row % q.rows * count * q.codeBits / 8;  // a row's codes fill bytes
  for (size_t j = 0, bit = 0; j < count; j++, bit += q.codeBits) {
    const size_t shift = bit % 8;
    unsigned two = codes[bit / 8];
    if (shift + q.codeBits > 8) two |= static_cast<unsigned>(codes[bit / 8 + 1]) << 8;
    out[j] = static_cast<uint8_t>(two >> shift & ((1u << q.codeBits) - 1));
  }
}

void vq_values(const Vq& q, const uint8_t* unit, size_t row, int8_t* out) {
  std::vector<uint8_t> codes(q.span / q.lanes);
  vq_codes(q, unit, row, codes.data());
  const size_t entries = size_t{1} << q.codeBits;
  for (size_t c = 0; c < q.span; c++) out[c] = static_cast<int8_t>(unit[2 + c % q.lanes * entries + codes[c / q.lanes]]);
}

void vq_row(const Vq& q, const uint8_t* bytes, size_t cols, size_t row, float* out) {
  std::vector<int8_t> values(q.span);
  for (size_t g = 0; g < cols / q.span; g++) {
    const uint8_t* unit = vq_unit(q, bytes, cols, row, g);
    const float d = f16_to_f32(load_u16(unit));
    vq_values(q, unit, row, values.data());
    for (size_t c = 0; c < q.span; c++) out[g * q.span + c] = d * static_cast<float>(values[c]);
  }
}

}  // namespace lutra
