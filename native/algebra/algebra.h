// Dense linear algebra on a few threads of its own. Matrices are float, row-major; sizes and lengths were checked.
#pragma once
#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>

#include "algebra/tier.h"
#include "train/pool.h"

namespace lutra::algebra {

// Numbers on 64-byte lines, not zeroed.
template <class Real>
class Lines {
 public:
  explicit Lines(size_t n) : at(static_cast<Real*>(std::aligned_alloc(64, (n * sizeof(Real) + 64) / 64 * 64))) {
    if (!at) throw std::bad_alloc();
  }
  operator Real*() const { return at.get(); }

 private:
  struct Free {
    void operator()(Real* p) const { std::free(p); }
  };
  std::unique_ptr<Real, Free> at;
};

// Element (i, j) is at[i * row + j * col].
struct Strided {
  const float* at;
  long row, col;
};

// What is known of a product: C is symmetric, of which the upper part is wanted; B is zero above or below its diagonal.
enum class Part { All, UpperC, LowerB, UpperB };

class Algebra {
 public:
  Algebra(int threads, const Tier& t) : tier(t), pool(threads) {}
  // c (m, n, row stride ldc) [+]= alpha a (m, k) b (k, n); one of a's strides is 1.
  void multiply(Strided a, Strided b, float* c, long ldc, int m, int n, int k, float alpha, bool add, Part part = Part::All);
  // h (cols, cols) += alpha xᵀ x for x (rows, cols)
  void gram(const float* x, float* h, int rows, int cols, float alpha);
  // h (n, n) becomes the upper U with inverse(h) = Uᵀ U; false where h is not positive definite.
  bool inverseCholesky(float* h, int n);
  // b (rows, n) becomes b Uᵀ U.
  void solve(const float* upper, int n, float* b, int rows);

  const Tier& tier;

 private:
  // Calls task(i, thread) for all i below count; each thread takes the next that is left.
  template <class Task>
  void spread(int count, const Task& task);
  bool factor(float* h, int n);
  bool invert(float* h, int n);
  struct Column;
  bool column(const Column& work, int from, int to);
  train::Pool pool;
};

template <class Task>
void Algebra::spread(int count, const Task& task) {
  std::atomic<int> next{0};
  pool.run([&](int thread) {
    for (int i; (i = next.fetch_add(1)) < count;) task(i, thread);
  });
}

inline int blocks(int n, int size) { return (n + size - 1) / size; }

}  // namespace lutra::algebra
