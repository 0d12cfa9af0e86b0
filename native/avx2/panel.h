// Weights as the kernels of many tokens (gemm.inc) read them: 8 rows of 256 columns, unpacked. Plain data, and a function's
// type: AVX-VNNI multiplies what AVX2 unpacked.
#pragma once
#include "engine/kernels.h"

namespace lutra {

constexpr int kRuns = 8;  // runs of 32 columns in a panel

// The order of float operations on it is that of rows.inc: a token's result is the same bits however many others are with it.
struct Panel {
  alignas(32) uint8_t codes[kRuns * 16 * 32];  // line i of run k at 8 k + i; 16-bit words, two columns a line: at 16 k + i
  alignas(32) int32_t scale[kRuns * 2][8];     // per sub-block, the row's scale twice in 16 bits
  alignas(32) int32_t pair[kRuns][8];          // what sums are taken off by; sub-blocks of 16: 16 bits each
  alignas(32) float less[kRuns][8];            // sub-blocks of 32 with minima, or a run's own minima
  alignas(32) float d[kRuns][8], dmin[8];      // k-quants: d[0]; else a run's own
  int group;                                   // runs that share d and less, where groups do
  int offset;                                  // what codes are taken off by, where it is one number
};

// Unpacks `runs` runs from column col on of a block of 8 rows, which lie at p.
using Unpack = void (*)(Panel& to, const WeightView& w, size_t block, size_t col, const uint8_t* p, int runs);

}  // namespace lutra
