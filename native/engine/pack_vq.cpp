// Codebooks: codes of four bits at most stay codes, looked up in registers (engine/vq.h); others become the bytes that they
// stand for, as Q8_0 is held, so that nothing of them is lost.
#include <vector>

#include "engine/pack.h"

namespace lutra {

namespace {
constexpr size_t kLine = 16 + 8 * 32;  // of Q8: eight rows of 32 columns
}

Kind vq_kind(const Vq& q) {
  if (!q.nibbles()) return Kind::Q8;
  return q.lanes == 1 ? Kind::V1 : q.lanes == 2 ? Kind::V2 : Kind::V4;
}

PackSizes lay_out_vq(const Source& s, WeightView& v) {
  const size_t blocks = (s.rows + kBlockRows - 1) / kBlockRows, groups = s.cols / s.vq.span;
  v.kind = vq_kind(s.vq);
  v.rows = s.rows;
  v.cols = v.padded = s.cols;
  v.group = s.vq.span;
  v.books = s.vq.books();
  v.stride = v.kind == Kind::Q8 ? s.cols / 32 * kLine : groups * s.vq.packed();
  return {blocks * v.stride, 0};
}

namespace {

// One row of a group, beside its seven neighbours.
void put_nibbles(const Vq& q, const uint8_t* unit, size_t row, uint8_t* out) {
  const size_t lane = row % kBlockRows, entries = size_t{1} << q.codeBits, book = q.books() == 2 ? lane / 4 : 0;
  memcpy(out + 2 * lane, unit, 2);
  for (size_t j = 0; j < q.lanes; j++) memcpy(out + 16 + (j * q.books() + book) * 16, unit + 2 + j * entries, entries);
  std::vector<uint8_t> codes(q.span / q.lanes);
  vq_codes(q, unit, row, codes.data());
  const size_t fours = 8 / q.lanes;  // of 32 columns
  for (size_t i = 0; i < codes.size(); i++) {
    const size_t run = i / 4 / fours, four = i / 4 % fours;
    uint8_t& to = out[q.head() + run * q.run() + four / 2 * 32 + 4 * lane + i % 4];
    to = static_cast<uint8_t>(to | codes[i] << (four % 2 * 4));
  }
}

}  // namespace

void pack_vq(const Source& s, Weight& w, Pool& pool) {
  WeightView& v = w.view;
  const PackSizes sizes = lay_out_vq(s, v);
  w.packed = Block(sizes.packed);
  v.data = w.packed.data();
  const Vq& q = s.vq;
  const size_t groups = s.cols / q.span;
  pool.run([&](unsigned thread) {
    std::vector<int8_t> values(q.span);
    const Part mine = part(s.rows, thread, pool.threads(), kBlockRows);
    for (size_t r = mine.from; r < mine.to; r++)
      for (size_t g = 0; g < groups; g++) {
        const uint8_t* unit = vq_unit(q, s.bytes, s.cols, r, g);
        const size_t block = r / kBlockRows, lane = r % kBlockRows;
        uint8_t* out = w.packed.data() + block * v.stride;
        if (v.kind != Kind::Q8) {
          put_nibbles(q, unit, r, out + g * q.packed());
          continue;
        }
        vq_values(q, unit, r, values.data());
        for (size_t c = 0; c < q.span; c += 32) {
          uint8_t* to = out + (g * q.span + c) / 32 * kLine;
          memcpy(to + 2 * lane, unit, 2);
          for (size_t i = 0; i < 8; i++) memcpy(to + 16 + i * 32 + 4 * lane, values.data() + c + 4 * i, 4);
        }
      }
  });
}

}  // namespace lutra
