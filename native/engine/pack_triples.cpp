#include <algorithm>
#include <atomic>
#include <vector>

#include "engine/pack.h"
#include "engine/triples.h"

namespace lutra {

namespace {

// Index and, at 16, sign of the three two-bit codes c0 | c1 << 2 | c2 << 4.
struct Digits {
  uint8_t of[64];
  Digits() {
    for (int i = 0; i < 64; i++) {
      const int n = 9 * ((i & 3) - 1) + 3 * ((i >> 2 & 3) - 1) + ((i >> 4 & 3) - 1);
      of[i] = static_cast<uint8_t>((n < 0 ? -n : n) & 15) | (n < 0 ? 16 : 0);
    }
  }
};

// A unit of one row: 24 codes to nibbles and signs.
void put_unit(const Digits& digits, const uint8_t* codes, uint8_t* out) {
  uint8_t signs = 0;
  for (size_t j = 0; j < kUnitTriples; j++, codes += 3) {
    const uint8_t d = digits.of[codes[0] | codes[1] << 2 | codes[2] << 4];
    uint8_t& byte = out[j / 2 * kLutRows];
    byte = j % 2 ? static_cast<uint8_t>(byte | d << 4) : d & 15;
    signs = static_cast<uint8_t>(signs << 1 | d >> 4);
  }
  out[4 * kLutRows] = signs;
}

}  // namespace

bool pack_triples(const Source& s, Weight& w, Pool& pool) {
  WeightView& v = w.view;
  w.packed = Block(lay_out(s, Kind::Triples, v)->packed);
  v.data = w.packed.data();
  const size_t blocks = (v.rows + kLutRows - 1) / kLutRows, span = v.span, groups = (v.cols + span - 1) / span;
  const Digits digits;
  std::atomic<bool> fits{true};
  pool.run([&](unsigned thread) {
    // Room for the last unit; what lies beyond a group's columns is code 1: zero.
    std::vector<uint8_t> codes(v.cols + 128), unit(kUnitColumns);
    const Part mine = part(blocks * kLutRows, thread, pool.threads(), kLutRows);
    for (size_t r = mine.from; r < std::min(mine.to, v.rows); r++) {
      row_codes(s.dtype, s.bytes, r, s.cols, codes.data());
      if (std::any_of(codes.begin(), codes.begin() + static_cast<long>(v.cols), [](uint8_t c) { return c == 3; })) fits.store(false, std::memory_order_relaxed);
      uint8_t* out = w.packed.data() + r / kLutRows * v.stride + r % kLutRows;
      for (size_t g = 0; g < groups; g++)
        for (size_t u = 0; u < units_of(v.cols, span, g); u++, out += kUnitBytes) {
          const size_t from = g * span + u * kUnitColumns, count = std::min(kUnitColumns, std::min(v.cols, (g + 1) * span) - from);
          if (count < kUnitColumns) std::fill(std::copy_n(codes.begin() + static_cast<long>(from), count, unit.begin()), unit.end(), 1);
          put_unit(digits, count < kUnitColumns ? unit.data() : codes.data() + from, out);
        }
    }
  });
  return fits.load();
}

}  // namespace lutra
