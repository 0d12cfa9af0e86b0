#include <algorithm>

#include "engine/pack.h"

namespace lutra {

namespace {

// Calls block(rows of the source, place in the packed bytes) for every block of eight rows; missing rows stay zero.
template <typename Each>
void each_block(const Source& s, Weight& w, size_t cols, size_t bytes, Pool& pool, Each&& each) {
  WeightView& v = w.view;
  const size_t across = s.cols / cols, blocks = (s.rows + kBlockRows - 1) / kBlockRows;
  v.stride = across * bytes;
  w.packed = Block(blocks * v.stride);
  v.data = w.packed.data();
  const size_t row = row_bytes(s.dtype, s.cols);
  pool.run([&](unsigned thread) {
    const Part mine = part(blocks, thread, pool.threads());
    for (size_t b = mine.from; b < mine.to; b++)
      for (size_t r = 0; r < kBlockRows && b * kBlockRows + r < s.rows; r++)
        for (size_t k = 0; k < across; k++)
          each(s.bytes + (b * kBlockRows + r) * row + k * (row / across), w.packed.data() + b * v.stride + k * bytes, r);
  });
}

void put_super(const Super& l, const SuperBlock& b, uint8_t* out, size_t r) {
  memcpy(out + 2 * r, &b.d, 2);
  if (l.mins) memcpy(out + 16 + 2 * r, &b.dmin, 2);
  for (size_t s = 0; s < l.subs(); s++) {
    const size_t at = s / 2 * 16 + 2 * r + s % 2;
    out[l.scales() + at] = static_cast<uint8_t>(l.folded ? b.scale[s] | b.min[s] << 4 : b.scale[s]);
    if (l.mins && !l.folded) out[l.minima() + at] = b.min[s];
  }
  for (size_t c = 0; c < 256; c++) {
    const size_t k = c / 32, i = c % 32 / 4, byte = 4 * r + c % 4;
    unsigned code = b.code[c];
    if (l.nibbles) {
      out[l.nibble_plane() + (k / 2 * 8 + i) * 32 + byte] |= static_cast<uint8_t>((code & 15) << (k % 2 * 4));
      code >>= 4;
    }
    if (l.twos) {
      out[l.two_plane() + (k / 4 * 8 + i) * 32 + byte] |= static_cast<uint8_t>((code & 3) << (k % 4 * 2));
      code >>= 2;
    }
    if (l.ones) out[l.one_plane() + i * 32 + byte] |= static_cast<uint8_t>((code & 1) << k);
  }
}

}  // namespace

void pack_blocks(const Source& s, Weight& w, Pool& pool) {
  const bool eight = s.dtype == DType::Q8_0;
  w.view.kind = eight ? Kind::Q8 : Kind::Q4;
  const size_t chunks = eight ? 8 : 4;
  each_block(s, w, 32, 16 + chunks * 32, pool, [chunks](const uint8_t* in, uint8_t* out, size_t r) {
    memcpy(out + 2 * r, in, 2);
    for (size_t i = 0; i < chunks; i++) memcpy(out + 16 + i * 32 + 4 * r, in + 2 + 4 * i, 4);
  });
}

void pack_super(const Source& s, Weight& w, Pool& pool) {
  const Super& layout = *super_of(s.dtype);
  w.view.kind = static_cast<Kind>(static_cast<int>(Kind::K2) + static_cast<int>(s.dtype) - static_cast<int>(DType::Q2_K));
  each_block(s, w, 256, layout.bytes(), pool, [&](const uint8_t* in, uint8_t* out, size_t r) { put_super(layout, super_block(s.dtype, in), out, r); });
}

}  // namespace lutra
