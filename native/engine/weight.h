// A weight as an engine holds it: what a tensor's bytes are (source), and what kernels read (view).
// takes  a tensor's bytes, mapped or borrowed for the time of packing · gives  bytes that stay until it is dropped
#pragma once
#include <memory>

#include "engine/kernels.h"
#include "engine/memory.h"
#include "engine/pool.h"
#include "engine/source.h"

namespace lutra {

// How ternary weights are multiplied: Vec is Lut, and tables of many tokens for many; Tl2 is by triples.
// Codes of one to four bits: Mad, Lut, or Fast, which is Lut with averages for sums; the others are Lut to them.
enum class Algorithm { Mad, Lut, Vec, Tl2, Fast };
// By its name (mad, lut, vec, tl2, fast); Fault unsupported for another.
Algorithm algorithm_of(const std::string& name);

struct Weight {
  DType dtype;
  size_t cols, rows;
  Vq vq{};  // of VQ
  const uint8_t* raw = nullptr;  // the tensor's own bytes; null once packed and nobody looks up rows
  WeightView view{};
  std::shared_ptr<MappedFile> map;   // raw lies in it
  std::shared_ptr<MappedFile> pack;  // the view lies in it (engine/pack_file.h)
  Block bytes, packed, scales;

  // A row as cols floats; where rows are looked up.
  void decode(size_t row, float* out) const { decode_row(dtype, raw, cols, rows, row, out, vq); }
  size_t resident() const { return bytes.size() + packed.size() + scales.size(); }
};

// Packs on the pool's threads. `lookup`: rows are read by embed, so the tensor's own bytes stay.
Weight pack(const Source& source, Algorithm algorithm, bool linear, bool lookup, Pool& pool);

}  // namespace lutra
