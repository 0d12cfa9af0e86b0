// Three ternary weights in five bits: which of the 14 sums of a triple, and its sign (TL2 of bitnet.cpp, Wang et al. 2025).
#pragma once
#include "engine/kernels.h"

namespace lutra {

// 9 t0 + 3 t1 + t2 of a triple's values lies in [-13, 13]; its magnitude is the table index. 32 rows lie side by side: per
// 24 columns four lines of 32 bytes with the indices of triples 2 i (low nibble) and 2 i + 1, then one with the signs, the
// first triple's in the highest bit. A group's columns begin a new unit.
constexpr size_t kUnitColumns = 24;
constexpr size_t kUnitTriples = 8;
constexpr size_t kUnitBytes = 5 * kLutRows;
constexpr size_t kGroupUnits = 11;
constexpr size_t kGroupTriples = kGroupUnits * kUnitTriples;
constexpr size_t kGroupPitch = kGroupUnits * kUnitColumns;  // bytes of a group's activations: 264
// A triple whose |x| sum to more is taken in up to four parts.
constexpr int kTripleMost = 127;

// Columns that share an activation scale: the weights' own 256, or, where they have none, as many as fill the units.
static inline size_t triple_span(bool scaled) { return scaled ? kGroup : kGroupPitch; }

static inline size_t units_of(size_t cols, size_t span, size_t group) {
  const size_t left = cols - group * span;
  return ((left < span ? left : span) + kUnitColumns - 1) / kUnitColumns;
}

}  // namespace lutra
