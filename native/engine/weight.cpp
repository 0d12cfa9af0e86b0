#include "engine/weight.h"

#include "engine/fault.h"
#include "engine/pack.h"

namespace lutra {

Algorithm algorithm_of(const std::string& name) {
  static constexpr const char* names[] = {"mad", "lut", "vec", "tl2", "fast"};
  for (int i = 0; i < 5; i++)
    if (name == names[i]) return static_cast<Algorithm>(i);
  throw Fault("unsupported", "Expected algorithm mad, lut, vec, tl2 or fast but found \"" + name + "\"");
}

Weight pack(const Source& s, Algorithm algorithm, bool linear, bool lookup, Pool& pool) {
  Weight w;
  w.dtype = s.dtype;
  w.cols = s.cols;
  w.rows = s.rows;
  w.vq = s.vq;
  const size_t bytes = source_bytes(s.dtype, s.cols, s.rows, s.vq);
  if (bytes == 0) throw Fault("mismatch", "Tensor " + s.name + " has a shape that its format cannot hold");
  WeightView& v = w.view;
  v.rows = s.rows;
  v.cols = v.padded = s.cols;
  v.scale = 1;
  need_grid(s.dtype);
  const bool floats = s.dtype == DType::F32 || s.dtype == DType::F16 || s.dtype == DType::BF16;

  const auto keep = [&] {
    if (w.raw) return;
    if (s.map) {
      w.map = s.map;
      w.raw = s.bytes;
    } else {
      w.bytes = Block(bytes);
      const size_t page = 1 << 16;
      pool.run([&](unsigned thread) {
        const Part mine = part(bytes, thread, pool.threads(), page);
        if (mine.to > mine.from) memcpy(w.bytes.data() + mine.from, s.bytes + mine.from, mine.to - mine.from);
      });
      w.raw = w.bytes.data();
    }
  };
  if (lookup || floats) keep();
  if (!linear) return w;

  if (floats) {
    static constexpr Kind kinds[] = {Kind::F32, Kind::F16, Kind::BF16};
    v.kind = kinds[static_cast<int>(s.dtype)];
    v.data = w.raw;
    v.stride = row_bytes(s.dtype, s.cols);
    return w;
  }
  if (s.dtype == DType::VQ) {
    pack_vq(s, w, pool);
    return w;
  }
  if (super_of(s.dtype)) {
    pack_super(s, w, pool);
    return w;
  }
  if (nibbles_of(s.dtype)) {
    pack_nibbles(s, w, pool);
    return w;
  }
  if (uniform_of(s.dtype) && (algorithm != Algorithm::Mad || block_kind(s.dtype) == Kind::Count)) {
    pack_uniform(s, uniform_kind(s.dtype, algorithm != Algorithm::Mad), w, pool);
    v.fast = algorithm == Algorithm::Fast;
    return w;
  }
  if (!is_ternary(s.dtype)) {
    pack_blocks(s, w, pool);
    return w;
  }
  if (has_one_scale(s.dtype)) v.scale = one_scale(s.dtype, s.bytes, s.cols * s.rows);
  const bool lut = algorithm == Algorithm::Lut || algorithm == Algorithm::Vec || algorithm == Algorithm::Fast;
  const bool looked_up = lut ? pack_lut(s, w, pool) : algorithm == Algorithm::Tl2 && pack_triples(s, w, pool);
  v.vec = algorithm == Algorithm::Vec;
  if (!looked_up && s.dtype == DType::I2_S && s.cols % 128 == 0) {
    lay_out(s, Kind::W2, v);
    keep();
    w.packed = Block();
    v.data = w.raw;
  } else if (!looked_up) {
    pack_mad(s, w, pool);
  }
  if (!has_one_scale(s.dtype)) pack_scales(s, w, pool);
  return w;
}

}  // namespace lutra
