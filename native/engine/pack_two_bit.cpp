#include "engine/pack.h"

#include <algorithm>
#include <atomic>
#include <vector>

namespace lutra {

void pack_mad(const Source& s, Weight& w, Pool& pool) {
  WeightView& v = w.view;
  w.packed = Block(lay_out(s, Kind::W2, v)->packed);
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
  const size_t blocks = (v.rows + kLutRows - 1) / kLutRows;
  w.packed = Block(lay_out(s, Kind::L2, v)->packed);
  v.data = w.packed.data();
  // Rows that begin at blocks are unpacked 256 columns at a time, which stay in the first-level cache.
  const bool regular = s.dtype != DType::LT2 && (s.dtype != DType::I2_S || s.cols % 128 == 0);
  const size_t span = regular ? kGroup : v.padded, row = row_bytes(s.dtype, s.cols);
  std::atomic<bool> fits{true};
  pool.run([&](unsigned thread) {
    std::vector<uint8_t> codes(span * kLutRows);
    const Part mine = part(blocks, thread, pool.threads());
    for (size_t b = mine.from; b < mine.to && fits.load(std::memory_order_relaxed); b++) {
      const size_t lanes = std::min(kLutRows, v.rows - b * kLutRows);
      uint64_t bad = 0;
      for (size_t from = 0; from < v.padded; from += span) {
        const size_t width = std::min(span, v.padded - from), cols = std::min(width, s.cols - from);
        if (cols < width) std::fill(codes.begin(), codes.end(), 1);  // padding is code 1: zero
        for (size_t lane = 0; lane < lanes; lane++) {
          const size_t r = b * kLutRows + lane;
          if (regular) row_codes(s.dtype, s.bytes + r * row + row_bytes(s.dtype, from), 0, cols, codes.data() + lane * span);
          else row_codes(s.dtype, s.bytes, r, s.cols, codes.data() + lane * span);
        }
        for (size_t k = 0; k < width; k += 8) {
          uint8_t* out = w.packed.data() + b * v.stride + (from + k) / 4 * kLutRows;
          for (size_t lane = 0; lane < lanes; lane++) {
            // Eight codes at once: bit 1 of each byte says code >= 2, either bit says code >= 1.
            uint64_t eight;
            memcpy(&eight, codes.data() + lane * span + k, 8);
            const uint64_t ones = 0x0101010101010101u, hi = eight >> 1 & ones, any = (eight | eight >> 1) & ones;
            bad |= hi & eight;
            // The sum of 2^(56 - 7 j) gathers the low bit of byte j into bit 56 + j.
            out[2 * lane] = static_cast<uint8_t>(hi * 0x0102040810204080u >> 56);
            out[2 * lane + 1] = static_cast<uint8_t>(any * 0x0102040810204080u >> 56);
          }
        }
      }
      if (bad) fits.store(false, std::memory_order_relaxed);
    }
  });
  return fits.load();
}

void pack_scales(const Source& s, Weight& w, Pool& pool) {
  const bool lanes = w.view.kind != Kind::W2;
  const size_t groups = w.cols / kGroup;
  w.scales = Block(lay_out(s, w.view.kind, w.view)->scales);
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
