// Codes of one to four bits, or of eight, with a scale and a minimum per group of columns: value = d * code + m, where m
// may be -(d * z) for a whole zero point z.
// Packed twice over: as bit planes for table lookup (T-MAC, Wei et al. 2025), or with eight rows side by side.
#pragma once
#include "engine/kernels.h"

namespace lutra {

// Planes, per eight columns: for each pair of bits 64 bytes, byte 2 r the lower bit of row r, 2 r + 1 the upper one; an
// odd last bit has 32 bytes, rows in the order of plane_place. The low nibble is the first four columns, bit j column j.
static constexpr size_t plane_bytes(int bits) { return 32 * static_cast<size_t>(bits); }

// Where AVX2's unpacking of two such lines brings rows into order.
static inline size_t plane_place(size_t row) { return (row & 7) | (row & 16) >> 1 | (row & 8) << 1; }

// Rows, per 32 columns of eight rows: lines of 32 bytes, byte 4 r + j is row r. Four columns make a quad q (columns 4 q
// to 4 q + 3); four bits: line q % 4, nibble q / 4; two bits: line q % 2, bits 2 (q / 2); a first or third bit: bit q of
// the last line.
// Eight bits: quad q is line q, as int8, 128 less than the code.
static constexpr size_t row_lines(int bits) { return bits == 3 ? 3 : static_cast<size_t>(bits); }

// Fast aggregation averages eight bytes in three steps that round up by half in half the cases: 0.75 too much, times 8.
constexpr int kFastBias = 6;

}  // namespace lutra
