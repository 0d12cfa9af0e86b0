// Inner loops of error feedback and coordinate descent over rows of a matrix, for one block of columns; compiled once per
// instruction set (rows_*.cpp). The truth is sdk/quantize/feedback: every value is the same to the last bit, since sums
// are double and in the same order there and here.
#pragma once
#include <cstddef>
#include <cstdint>

namespace lutra::quantize {

// As sdk/quantize/feedback/state.ts has it; places are columns in the order of feedback.
struct Blocks {
  int cols, block, segment;
  float *weights, *quantized;  // (rows, cols)
  uint8_t* codes;              // (rows, cols)
  float *scales, *minima;      // (rows, cols / segment), in the file's order
  const int32_t* order;        // (cols)
  const float* levels;
  int last;                    // the last level's place
  bool ownMinima;              // the format has minima
};

struct Stretch {
  int start, width;  // columns that are computed together
  int place;         // of the block
  int from, to;      // rows
};

struct Rows {
  const char* name;
  // Feedback of one block: errors is (rows, width).
  void (*round)(const Blocks& b, const Stretch& s, const float* upper, float* errors);
  // Scales and minima by least squares for the codes as they are: (to - from, segments) each.
  void (*wanted)(const Blocks& b, const Stretch& s, const float* hessian, const float* gradient, float* scales, float* minima);
  // Takes what the format stored of them where the loss falls (kept 1, else 0), then moves codes; changes is (rows, width).
  void (*descend)(const Blocks& b, const Stretch& s, const float* hessian, float* gradient, const float* scales,
                  const float* minima, uint8_t* kept, float* changes);
};

// Each for the CPUs that have its instruction set.
const Rows& plainRows();
const Rows& avx2Rows();
const Rows& avx512Rows();

constexpr int MOST = 256;  // columns of a block

}  // namespace lutra::quantize
