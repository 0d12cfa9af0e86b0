// The contract between linear algebra and its numeric code, which is compiled once per instruction set (tier_*.cpp): the
// trainer's panel products (train/gemm.inl), in float and in double.
#pragma once
#include <cstddef>

namespace lutra::algebra {

template <class Real>
struct Panels {
  // B (k, n) at b[i * rs + j * cs] into panels of columns, each (k, width) with zeros behind n.
  void (*packB)(int k, int n, const float* b, long rs, long cs, Real* to);
  // C (m, n) [+]= alpha A B: A row-major with row stride lda, B packed.
  void (*multiply)(int m, int n, int k, const Real* a, long lda, const Real* b, Real* c, long ldc, Real alpha, bool add);
};

struct Tier {
  const char* name;
  Panels<float> single;
  Panels<double> twice;
  // A (m, k), stored as its transpose with row stride ld, into panels of rows; and the product with A so packed.
  void (*packA)(int m, int k, const float* a, long ld, float* to);
  void (*multiplyPacked)(int m, int n, int k, const float* a, const float* b, float* c, long ldc, float alpha, bool add);
  // As twice.packB, from doubles.
  void (*packTwice)(int k, int n, const double* b, long rs, long cs, double* to);
  // Rows of floats into rows of doubles.
  void (*widen)(int m, int k, const float* a, long lda, double* to, long ldto);
};

// Blocks of rows and columns start at multiples of these, whatever a tier's tiles are.
constexpr int ROW_STEP = 24, COLUMN_STEP = 96;

// Each for the CPUs that have its instruction set.
const Tier& genericTier();
const Tier& avx2Tier();
const Tier& avx512Tier();
const Tier& neonTier();

// The best tier of this CPU, or the named one; null if that is not here.
const Tier* chooseTier(const char* name);

}  // namespace lutra::algebra
