// Inner loops of GPTVQ for one codebook or one group of rows; compiled once per instruction set (codebooks_*.cpp). The truth
// is sdk/quantize/method/vq (em, feedback, pull): every value is the same to the last bit, as sums are double and in the
// same order there and here.
#pragma once
#include <cstddef>
#include <cstdint>

namespace lutra::quantize {

struct Book {
  int lanes, entries, rows, span;  // a codebook and the group that shares it
  int cols;                        // of the matrix; weights of a row follow each other
  int column;                      // the group's first
};

struct Curvature {
  const float* hessian;  // (cols, cols)
  double damping;
};

struct CodebookLoops {
  const char* name;
  // E step on (rows, stride) weights: sums (entries, lanes), masses (entries, lanes, lanes), worst (3); roots from the group's first vector.
  void (*assign)(const Book& b, int stride, const float* weights, const double* roots, const double* entries, double* sums,
                 double* masses, double* worst);
  // Codes and feedback: weights and quantized are (rows, cols), roots those of the whole row. `errors` (rows, span) and `sums`
  // (entries · lanes, span) are room to work in, lent so that nothing here allocates or throws.
  void (*look)(const Book& b, float* weights, const double* entries, const float* upper, const double* looks, const double* spreads,
               float* quantized, uint8_t* codes, double* errors);
  void (*pull)(const Book& b, const float* wanted, const float* quantized, const Curvature& h, double* pull);
  void (*normal)(const Book& b, const uint8_t* codes, const Curvature& h, const double* pull, double* normal, double* step,
                 double* sums);
  void (*follow)(const Book& b, const uint8_t* codes, const double* entries, const Curvature& h, float* quantized, double* pull);
  void (*recode)(const Book& b, uint8_t* codes, const double* entries, const Curvature& h, float* quantized, double* pull);
};

const CodebookLoops& plainCodebooks();
const CodebookLoops& avx2Codebooks();
const CodebookLoops& avx512Codebooks();

constexpr int MOST_LANES = 4, MOST_ENTRIES = 256, MOST_SPAN = 512;

}  // namespace lutra::quantize
