#include <algorithm>

#include "engine/pack.h"

namespace lutra {

namespace {

// The same block of up to eight rows, as they lie in the source.
struct Eight {
  const uint8_t* row[kBlockRows];
  size_t count;
};

// Calls each(rows, place in the packed bytes) for every block of eight rows; rows that are missing stay zero.
template <typename Each>
void each_block(const Source& s, Weight& w, size_t cols, Pool& pool, Each&& each) {
  WeightView& v = w.view;
  w.packed = Block(lay_out(s, block_kind(s.dtype), v)->packed);
  v.data = w.packed.data();
  const size_t across = s.cols / cols, blocks = (s.rows + kBlockRows - 1) / kBlockRows, bytes = v.stride / across;
  const size_t row = row_bytes(s.dtype, s.cols), step = row / across;
  pool.run([&](unsigned thread) {
    const Part mine = part(blocks, thread, pool.threads());
    for (size_t b = mine.from; b < mine.to; b++) {
      Eight rows{{}, std::min(kBlockRows, s.rows - b * kBlockRows)};
      for (size_t k = 0; k < across; k++) {
        for (size_t r = 0; r < rows.count; r++) rows.row[r] = s.bytes + (b * kBlockRows + r) * row + k * step;
        each(rows, w.packed.data() + b * v.stride + k * bytes);
      }
    }
  });
}

// Four bytes of each row at `from`, side by side: a line.
inline void line(const Eight& rows, size_t from, uint8_t* out) {
  for (size_t r = 0; r < rows.count; r++) memcpy(out + 4 * r, rows.row[r] + from, 4);
}

// Q6_K keeps the low nibbles of runs 0 and 2, and of 1 and 3, in one byte; a line has those of 0 and 1, or of 2 and 3.
inline void line_q6(const Eight& rows, size_t from, bool high, uint8_t* out) {
  for (size_t r = 0; r < rows.count; r++) {
    uint32_t even, odd;
    memcpy(&even, rows.row[r] + from, 4);
    memcpy(&odd, rows.row[r] + from + 32, 4);
    const uint32_t both = high ? (even >> 4 & 0x0f0f0f0fu) | (odd & 0xf0f0f0f0u) : (even & 0x0f0f0f0fu) | (odd & 0x0f0f0f0fu) << 4;
    memcpy(out + 4 * r, &both, 4);
  }
}

// The planes of the other formats lie in the file as they lie packed, byte for byte, but for rows side by side.
void put_planes(DType dtype, const Super& l, const Eight& rows, uint8_t* out) {
  const size_t nibbles = dtype == DType::Q4_K ? 16 : 48, twos = dtype == DType::Q2_K ? 16 : dtype == DType::Q3_K ? 32 : 128;
  const size_t ones = dtype == DType::Q3_K ? 0 : 16;
  if (dtype == DType::Q6_K)
    for (size_t n = 0; n < 32; n++) line_q6(rows, n / 16 * 64 + n % 8 * 4, n / 8 % 2, out + l.nibble_plane() + n * 32);
  else if (l.nibbles)
    for (size_t n = 0; n < 32; n++) line(rows, nibbles + n * 4, out + l.nibble_plane() + n * 32);
  if (l.twos)
    for (size_t n = 0; n < 16; n++) line(rows, twos + n * 4, out + l.two_plane() + n * 32);
  if (l.ones)
    for (size_t n = 0; n < 8; n++) line(rows, ones + n * 4, out + l.one_plane() + n * 32);
}

// Codes that the file does not hold as planes: row r of a block.
void put_codes(const Super& l, const uint8_t* codes, uint8_t* out, size_t r) {
  for (size_t c = 0; c < 256; c++) {
    const size_t k = c / 32, i = c % 32 / 4, at = 4 * r + c % 4;
    const auto add = [&](size_t place, int bits) { out[place + at] = static_cast<uint8_t>(out[place + at] | bits); };
    if (l.nibbles) add(l.nibble_plane() + k / 2 * 256 + i * 32, codes[c] << (k % 2 * 4));
    if (!l.threes) continue;
    const size_t from = l.three_plane() + k * 3 * 32;
    if (i < 6) {
      add(from + i / 2 * 32, codes[c] << (i % 2 * 3));
    } else {
      add(from + (i - 6) * 32, (codes[c] & 3) << 6);
      add(from + 2 * 32, codes[c] >> 2 << i);
    }
  }
}

// A run of 32 columns of one row, beside its seven neighbours.
void put_run(const Nibbles& l, const uint8_t* codes, uint8_t* out, size_t r) {
  for (size_t c = 0; c < 32; c++) {
    const size_t quad = c / 4, at = 4 * r + c % 4;
    const auto add = [&](size_t line, int bits) { out[line * 32 + at] = static_cast<uint8_t>(out[line * 32 + at] | bits); };
    add(quad % 4, (codes[c] & 15) << (quad / 4 * 4));
    if (l.ones) add(4, codes[c] >> 4 << quad);
  }
}

void put_head(const Nibbles& l, const NibbleScales& s, size_t k, uint8_t* out, size_t r) {
  switch (l.scale) {
    case RunScale::Half:
      memcpy(out + 2 * r, &s.d, 2);
      if (l.mins) memcpy(out + 16 + 2 * r, &s.m, 2);
      break;
    case RunScale::Power: out[r] = s.e[0]; break;
    case RunScale::Sixteens: out[r] = s.e[0], out[8 + r] = s.e[1]; break;
    case RunScale::Six: memcpy(out + 2 * r, &s.d, 2), out[16 + 8 * k + r] = s.e[0]; break;
  }
}

void put_scales(const Super& l, const SuperScales& b, uint8_t* out, size_t r) {
  memcpy(out + 2 * r, &b.d, 2);
  if (l.mins) memcpy(out + 16 + 2 * r, &b.dmin, 2);
  for (size_t s = 0; s < l.subs(); s++) {
    const size_t at = s / 2 * 16 + 2 * r + s % 2;
    out[l.scales() + at] = static_cast<uint8_t>(l.folded ? b.scale[s] | b.min[s] << 4 : b.scale[s]);
    if (l.mins && !l.folded) out[l.minima() + at] = b.min[s];
  }
}

}  // namespace

void pack_blocks(const Source& s, Weight& w, Pool& pool) {
  const size_t chunks = s.dtype == DType::Q8_0 ? 8 : 4;
  each_block(s, w, 32, pool, [chunks](const Eight& rows, uint8_t* out) {
    for (size_t r = 0; r < rows.count; r++) memcpy(out + 2 * r, rows.row[r], 2);
    for (size_t i = 0; i < chunks; i++) line(rows, 2 + 4 * i, out + 16 + i * 32);
  });
}

void pack_super(const Source& s, Weight& w, Pool& pool) {
  const Super& layout = *super_of(s.dtype);
  each_block(s, w, 256, pool, [&](const Eight& rows, uint8_t* out) {
    for (size_t r = 0; r < rows.count; r++) put_scales(layout, super_scales(s.dtype, rows.row[r]), out, r);
    if (!layout.book.count) return put_planes(s.dtype, layout, rows, out);
    for (size_t r = 0; r < rows.count; r++) {
      uint8_t codes[256];
      super_codes(s.dtype, rows.row[r], codes);
      put_codes(layout, codes, out, r);
    }
  });
}

void pack_nibbles(const Source& s, Weight& w, Pool& pool) {
  const Nibbles& layout = *nibbles_of(s.dtype);
  const size_t runs = s.dtype == DType::NVFP4 ? 2 : layout.cols() / 32, heads = 32 * runs / layout.cols();
  each_block(s, w, 32 * runs, pool, [&](const Eight& rows, uint8_t* out) {
    for (size_t r = 0; r < rows.count; r++)
      for (size_t k = 0; k < runs; k++) {
        uint8_t* head = out + k / (runs / heads) * layout.bytes();
        uint8_t codes[32];
        nibble_codes(s.dtype, rows.row[r], k, codes);
        put_head(layout, nibble_scales(s.dtype, rows.row[r], k), k, head, r);
        put_run(layout, codes, head + layout.head() + k % (runs / heads) * layout.run(), r);
      }
  });
}

}  // namespace lutra
