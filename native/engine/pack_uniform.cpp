#include <algorithm>
#include <vector>

#include "engine/pack.h"
#include "engine/uniform.h"

namespace lutra {

namespace {

// Eight columns of one row, as planes.
void put_planes(int bits, const uint8_t* codes, size_t lane, uint8_t* out) {
  for (int b = 0; b < bits; b++) {
    int byte = 0;
    for (int j = 0; j < 8; j++) byte |= (codes[j] >> b & 1) << j;
    const size_t at = b == bits - 1 && bits % 2 ? plane_place(lane) : 2 * lane + static_cast<size_t>(b % 2);
    out[static_cast<size_t>(b / 2) * 64 + at] = static_cast<uint8_t>(byte);
  }
}

// 32 columns of one row, beside its seven neighbours.
void put_lines(int bits, const uint8_t* codes, size_t lane, uint8_t* out) {
  const size_t last = row_lines(bits) - 1;
  for (size_t c = 0; c < 32; c++) {
    const size_t quad = c / 4, byte = 4 * lane + c % 4;
    const auto add = [&](size_t line, int code, size_t shift) { out[line * 32 + byte] = static_cast<uint8_t>(out[line * 32 + byte] | code << shift); };
    if (bits == 8) add(quad, codes[c], 0);
    if (bits == 4) add(quad % 4, codes[c], quad / 4 * 4);
    if (bits == 2 || bits == 3) add(quad % 2, codes[c] & 3, quad / 2 * 2);
    if (bits == 1 || bits == 3) add(last, codes[c] >> (bits - 1), quad);
  }
}

}  // namespace

void pack_uniform(const Source& s, Kind kind, Weight& w, Pool& pool) {
  WeightView& v = w.view;
  const PackSizes sizes = *lay_out(s, kind, v);
  w.packed = Block(sizes.packed);
  w.scales = Block(sizes.scales);
  v.data = w.packed.data();
  v.scales = w.scales.as<uint16_t>();
  const bool planes = is_planes(kind);
  const int bits = uniform_of(s.dtype)->bits;
  const size_t side = planes ? kLutRows : kBlockRows, groups = v.cols / v.group;
  pool.run([&](unsigned thread) {
    std::vector<uint8_t> codes(v.cols);
    std::vector<uint16_t> pairs(2 * groups);
    const Part mine = part(v.rows, thread, pool.threads(), side);
    for (size_t r = mine.from; r < mine.to; r++) {
      uniform_row(s.dtype, s.bytes, r, v.cols, codes.data(), pairs.data());
      const size_t block = r / side, lane = r % side;
      uint8_t* out = w.packed.data() + block * v.stride;
      if (planes)
        for (size_t c = 0; c < v.cols; c += 8) put_planes(bits, codes.data() + c, lane, out + c / 8 * plane_bytes(bits));
      else
        for (size_t c = 0; c < v.cols; c += 32) put_lines(bits, codes.data() + c, lane, out + c / 32 * row_lines(bits) * 32);
      for (size_t g = 0; g < groups; g++)
        for (size_t i = 0; i < 2; i++) w.scales.as<uint16_t>()[((block * groups + g) * 2 + i) * side + lane] = pairs[2 * g + i];
    }
  });
}

}  // namespace lutra
