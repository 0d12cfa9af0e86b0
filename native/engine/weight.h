// A weight as an engine holds it: what a tensor's bytes are (source), and what kernels read (view).
// takes  a tensor's bytes, mapped or borrowed for the time of packing · gives  bytes that stay until it is dropped
#pragma once
#include <memory>

#include "engine/kernels.h"
#include "engine/memory.h"
#include "engine/pool.h"

namespace lutra {

struct Source {
  std::string name;
  DType dtype;
  size_t cols, rows;
  const uint8_t* bytes;  // exactly source_bytes(...) of them
  std::shared_ptr<MappedFile> map;  // set: bytes lie in it and may be used in place
};

enum class Algorithm { Mad, Lut };

struct Weight {
  DType dtype;
  size_t cols, rows;
  const uint8_t* raw = nullptr;  // the tensor's own bytes; null once packed and nobody looks up rows
  WeightView view{};
  std::shared_ptr<MappedFile> map;
  Block bytes, packed, scales;

  size_t resident() const { return bytes.size() + packed.size() + scales.size(); }
};

// Bytes of a tensor of this format, or 0 where cols do not fit its blocks or the size is beyond 2^46.
size_t source_bytes(DType dtype, size_t cols, size_t rows);

// Packs on the pool's threads. `lookup`: rows are read by embed, so the tensor's own bytes stay.
Weight pack(const Source& source, Algorithm algorithm, bool linear, bool lookup, Pool& pool);

// Decodes one row to cols floats.
void decode_row(const Weight& weight, size_t row, float* out);

}  // namespace lutra
