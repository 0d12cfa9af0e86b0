#include "engine/pack.h"

#include <algorithm>
#include <atomic>
#include <vector>

namespace lutra {

void pack_mad(const Source& s, Weight& w, Pool& pool) {
  WeightView& v = w.view;
  v.stride = v.padded / 4;
  w.packed = Block(v.rows * v.stride);
  v.data = w.packed.data();
  pool.run([&](unsigned thread) {
    std::vector<uint8_t> codes(v.padded, 1);  // padding is code 1: zero
    const Part mine = part(v.rows, thread, pool.threads());
    for (size_t r = mine.from; r < mine.to; r++) {
      row_codes(s.dtype, s.bytes, r, s.cols, codes.data());
      uint8_t* out = w.packed.data() + r * v.stride;
      for (size_t b = 0; b < v.padded / 128; b++) {
        const uint8_t* c = codes.data() + b * 128;
        for (int p = 0; p < 32; p++)
          out[b * 32 + p] = static_cast<uint8_t>(c[p] << 6 | c[32 + p] << 4 | c[64 + p] << 2 | c[96 + p]);
      }
    }
  });
}

// code 0, 1, 2 = [code >= 2] + [code >= 1]: two bit planes of equal weight, so that both look up the same table and one
// sum takes both. Per eight columns and 32 rows, 64 bytes: of row r, byte 2 r is the plane [code >= 2] and byte 2 r + 1
// the plane [code >= 1]; the low nibble is the first four columns, bit j column j. Gives false when a code 3 (+2) is
// met, which two planes cannot say.
bool pack_lut(const Source& s, Weight& w, Pool& pool) {
  WeightView& v = w.view;
  const size_t fours = v.padded / 4, blocks = (v.rows + kLutRows - 1) / kLutRows;
  v.stride = fours * kLutRows;
  w.packed = Block(blocks * v.stride);
  v.data = w.packed.data();
  std::atomic<bool> fits{true};
  pool.run([&](unsigned thread) {
    // 32 rows at a time, so that each line of the packed block is written once; padding is code 1: zero.
    std::vector<uint8_t> codes(v.padded * kLutRows, 1);
    const Part mine = part(blocks, thread, pool.threads());
    for (size_t b = mine.from; b < mine.to && fits.load(std::memory_order_relaxed); b++) {
      const size_t lanes = std::min(kLutRows, v.rows - b * kLutRows);
      for (size_t lane = 0; lane < lanes; lane++)
        row_codes(s.dtype, s.bytes, b * kLutRows + lane, s.cols, codes.data() + lane * v.padded);
      unsigned bad = 0;
      for (size_t k = 0; k < fours; k += 2) {
        uint8_t* out = w.packed.data() + b * v.stride + k * kLutRows;
        for (size_t lane = 0; lane < lanes; lane++) {
          unsigned two = 0, one = 0;
          for (int half = 0; half < 2; half++) {
            // Four codes at once: bit 1 of each byte says code >= 2, either bit says code >= 1.
            uint32_t four;
            memcpy(&four, codes.data() + lane * v.padded + 4 * (k + half), 4);
            const uint32_t hi = four >> 1 & 0x01010101u, any = (four | four >> 1) & 0x01010101u;
            bad |= hi & four;
            // 2^24 + 2^17 + 2^10 + 2^3 gathers the four low bits into bits 24 to 27, lowest byte first.
            two |= (hi * 0x01020408u >> 24 & 15) << (4 * half);
            one |= (any * 0x01020408u >> 24 & 15) << (4 * half);
          }
          out[2 * lane] = static_cast<uint8_t>(two);
          out[2 * lane + 1] = static_cast<uint8_t>(one);
        }
      }
      if (bad) fits.store(false, std::memory_order_relaxed);
    }
  });
  return fits.load();
}

void pack_scales(const Source& s, Weight& w, bool lanes, Pool& pool) {
  const size_t groups = w.cols / kGroup, blocks = (w.rows + kLutRows - 1) / kLutRows;
  w.scales = Block((lanes ? blocks * kLutRows : w.rows) * groups * sizeof(uint16_t));
  uint16_t* out = w.scales.as<uint16_t>();
  pool.run([&](unsigned thread) {
    const Part mine = part(w.rows, thread, pool.threads());
    for (size_t r = mine.from; r < mine.to; r++)
      for (size_t g = 0; g < groups; g++)
        out[lanes ? (r / kLutRows * groups + g) * kLutRows + r % kLutRows : r * groups + g] = group_scale(s.dtype, s.bytes, r, groups, g);
  });
  w.view.scales = out;
}

}  // namespace lutra
