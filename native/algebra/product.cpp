// Products in float: k is cut into slices whose panels are packed once for all threads, then threads take tiles of C.
#include "algebra/algebra.h"

#include <algorithm>

namespace lutra::algebra {

namespace {
constexpr int SLICE = 1024;        // as gemm.inl cuts k
constexpr int ROWS = 96;           // of a tile: a slice of them stays in the second cache level of a small core
constexpr int COLUMNS = 192;       // of a tile
constexpr int WIDE = 4032;         // rows and columns packed at a time: 16 MiB each
constexpr int MIRROR = 64;
static_assert(ROWS % ROW_STEP == 0 && COLUMNS % COLUMN_STEP == 0 && WIDE % ROWS == 0 && WIDE % COLUMNS == 0, "");
}  // namespace

void Algebra::multiply(Strided a, Strided b, float* c, long ldc, int m, int n, int k, float alpha, bool add, Part part) {
  const bool partB = part == Part::LowerB || part == Part::UpperB;
  if (!add && (k == 0 || partB))
    for (int i = 0; i < m; i++) std::fill(c + i * ldc, c + i * ldc + n, 0.0f);
  const bool packed = a.col != 1;
  const int deep = std::min(k, SLICE), wide = std::min(n, WIDE), high = std::min(m, WIDE);
  Lines<float> right(size_t(blocks(wide, COLUMN_STEP)) * COLUMN_STEP * deep);
  Lines<float> left(packed ? size_t(blocks(high, ROW_STEP)) * ROW_STEP * deep : 0);
  for (int n0 = 0; n0 < n; n0 += WIDE) {
    const int width = std::min(n - n0, WIDE), across = blocks(width, COLUMNS);
    for (int k0 = 0; k0 < k; k0 += SLICE) {
      const int kc = std::min(k - k0, SLICE);
      spread(across, [&](int i, int) {
        const int j = i * COLUMNS;
        tier.single.packB(kc, std::min(width - j, COLUMNS), b.at + k0 * b.row + (n0 + j) * b.col, b.row, b.col, right + size_t(j) * kc);
      });
      for (int m0 = 0; m0 < m; m0 += WIDE) {
        const int height = std::min(m - m0, WIDE), down = blocks(height, ROWS);
        if (packed)
          spread(down, [&](int i, int) {
            const int r = i * ROWS;
            tier.packA(std::min(height - r, ROWS), kc, a.at + k0 * a.col + m0 + r, a.col, left + size_t(r) * kc);
          });
        spread(down * across, [&](int i, int) {
          const int r = i / across * ROWS, j = i % across * COLUMNS;
          const int rows = std::min(height - r, ROWS), columns = std::min(width - j, COLUMNS);
          if (part == Part::UpperC && n0 + j + columns <= m0 + r) return;
          if (part == Part::LowerB && k0 + kc <= n0 + j) return;
          if (part == Part::UpperB && k0 >= n0 + j + columns) return;
          float* to = c + (m0 + r) * ldc + n0 + j;
          const float* panels = right + size_t(j) * kc;
          const bool more = add || partB || k0 > 0;
          if (packed)
            tier.multiplyPacked(rows, columns, kc, left + size_t(r) * kc, panels, to, ldc, alpha, more);
          else
            tier.single.multiply(rows, columns, kc, a.at + (m0 + r) * a.row + k0, a.row, panels, to, ldc, alpha, more);
        });
      }
    }
  }
}

void Algebra::gram(const float* x, float* h, int rows, int cols, float alpha) {
  multiply({x, 1, cols}, {x, cols, 1}, h, cols, cols, cols, rows, alpha, true, Part::UpperC);
  const size_t n = cols;
  spread(blocks(cols, MIRROR), [&](int block, int) {
    const size_t i0 = size_t(block) * MIRROR, i1 = std::min(n, i0 + MIRROR);
    for (size_t j0 = 0; j0 < i1; j0 += MIRROR)
      for (size_t i = i0; i < i1; i++)
        for (size_t j = j0; j < std::min(i, j0 + MIRROR); j++) h[i * n + j] = h[j * n + i];
  });
}

void Algebra::solve(const float* upper, int n, float* b, int rows) {
  Lines<float> middle(size_t(rows) * n);
  multiply({b, n, 1}, {upper, 1, n}, middle, n, rows, n, n, 1, false, Part::LowerB);
  multiply({middle, n, 1}, {upper, n, 1}, b, n, rows, n, n, 1, false, Part::UpperB);
}

}  // namespace lutra::algebra
