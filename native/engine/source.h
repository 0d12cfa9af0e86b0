// What a tensor's bytes say, format by format: sizes, codes and scales of a row, a row as floats.
#pragma once
#include <memory>
#include <string>

#include "engine/kernels.h"
#include "engine/memory.h"
#include "engine/super.h"

namespace lutra {

struct Source {
  std::string name;
  DType dtype;
  size_t cols, rows;
  const uint8_t* bytes;  // exactly source_bytes(...) of them
  std::shared_ptr<MappedFile> map;  // set: bytes lie in it and may be used in place
};

// Bytes of a tensor of this format, or 0 where cols do not fit its blocks or the size is beyond 2^46.
size_t source_bytes(DType dtype, size_t cols, size_t rows);
// Bytes of one row; for formats whose rows begin at blocks.
size_t row_bytes(DType dtype, size_t cols);

// -1, 0, +1 as two-bit codes.
bool is_ternary(DType dtype);
// The tensor's one scale stands at its end; else every 256 columns have a float16 of their own.
bool has_one_scale(DType dtype);
float one_scale(DType dtype, const uint8_t* bytes, size_t total);
uint16_t group_scale(DType dtype, const uint8_t* bytes, size_t row, size_t groups, size_t g);
// Two-bit codes of a row of a ternary tensor.
void row_codes(DType dtype, const uint8_t* bytes, size_t row, size_t cols, uint8_t* out);

// The layout of a k-quant, or null.
const Super* super_of(DType dtype);
// The scales of a block of 256 columns of a k-quant.
SuperScales super_scales(DType dtype, const uint8_t* bytes);

// Codes of one to four bits with a scale and a minimum per group, or null.
struct Uniform {
  int bits;
  size_t group;
};
const Uniform* uniform_of(DType dtype);
// Codes of a row, and per group its scale and minimum (float16).
void uniform_row(DType dtype, const uint8_t* bytes, size_t row, size_t cols, uint8_t* codes, uint16_t* pairs);

// Decodes a row to cols floats.
void decode_row(DType dtype, const uint8_t* bytes, size_t cols, size_t rows, size_t row, float* out);

}  // namespace lutra
