// What a tensor's bytes say, format by format: sizes, codes and scales of a row, a row as floats (engine/source*.cpp).
#pragma once
#include <memory>
#include <string>

#include "engine/kernels.h"
#include "engine/memory.h"
#include "engine/nibbles.h"
#include "engine/super.h"
#include "engine/vq.h"

namespace lutra {

struct Source {
  std::string name;
  DType dtype;
  size_t cols, rows;
  const uint8_t* bytes;  // exactly source_bytes(...) of them
  std::shared_ptr<MappedFile> map;  // set: bytes lie in it and may be used in place
  Vq vq{};                          // of VQ
};

// Bytes of a tensor of this format, or 0 where cols do not fit its blocks or the size is beyond 2^46.
size_t source_bytes(DType dtype, size_t cols, size_t rows, const Vq& vq = {});
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

// The layout of a k-quant or of grid points, or null.
const Super* super_of(DType dtype);
// The scales and the codes of a block of 256 columns.
SuperScales super_scales(DType dtype, const uint8_t* bytes);
void super_codes(DType dtype, const uint8_t* bytes, uint8_t* out);
// The same of grid points (engine/source_grids.cpp).
SuperScales grid_scales(DType dtype, const uint8_t* bytes);
void grid_codes(DType dtype, const uint8_t* bytes, uint8_t* out);
// The grids' points, which hal/dtypes/grids.ts holds, given once at load: kGrids of them, as their magnitudes.
constexpr size_t kGrids = 6;
void set_grid(size_t grid, const int8_t* values, size_t count);
// Fault unsupported where a format needs a grid that was not given.
void need_grid(DType dtype);

// The layout of codes of four or five bits, or null.
const Nibbles* nibbles_of(DType dtype);
// A block of the file: codes of run k, what scales it (d, m; e; e, e; d, e: see Nibbles), or all as floats.
void nibble_codes(DType dtype, const uint8_t* bytes, size_t k, uint8_t* out);
struct NibbleScales {
  uint16_t d, m;
  uint8_t e[2];
};
NibbleScales nibble_scales(DType dtype, const uint8_t* bytes, size_t k);
void decode_nibbles(DType dtype, const uint8_t* bytes, float* out);

// Codes of one to four bits, or eight, with a scale and a minimum (float16) or a zero point (int16) per group, or null.
struct Uniform {
  int bits;
  size_t group;
  bool zero;
};
const Uniform* uniform_of(DType dtype);
// Codes of a row (eight bits: as int8, 128 less, and so their zero point), and per group its scale and the other.
void uniform_row(DType dtype, const uint8_t* bytes, size_t row, size_t cols, uint8_t* codes, uint16_t* pairs);
void decode_uniform(DType dtype, const uint8_t* row, size_t cols, float* out);

// Codebooks (engine/source_vq.cpp): bytes of a tensor, or 0; the group of a row's columns; a row's codes in it, or the entries
// that they stand for; a row as floats.
size_t vq_bytes(const Vq& vq, size_t cols, size_t rows);
const uint8_t* vq_unit(const Vq& vq, const uint8_t* bytes, size_t cols, size_t row, size_t group);
void vq_codes(const Vq& vq, const uint8_t* unit, size_t row, uint8_t* out);
void vq_values(const Vq& vq, const uint8_t* unit, size_t row, int8_t* out);
void vq_row(const Vq& vq, const uint8_t* bytes, size_t cols, size_t row, float* out);

// Decodes a row to cols floats.
void decode_row(DType dtype, const uint8_t* bytes, size_t cols, size_t rows, size_t row, float* out, const Vq& vq = {});

}  // namespace lutra
