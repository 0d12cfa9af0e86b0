// Reverse Cholesky H = R Rᵀ with R upper, then U = R⁻¹, both in H's place by blocks of columns. Values are kept as float
// and every sum is double, so that a number is rounded once when it is stored: of H with 8192 columns that leaves the
// small eigenvalues, which damping makes, far above the rounding.
//   factor, last block first:  R[i,j] = (H[i,j] − Σ_{k>j} R[i,k] R[j,k]ᵀ) R[j,j]⁻ᵀ;  R[j,j]⁻¹ is stored for R[j,j]
//   invert, first block first: U[i,j] = −(Σ_{i≤k<j} U[i,k] R[k,j]) R[j,j]⁻¹
// Both are "sums of a row times packed panels, then times a small triangle": Column.
#include "algebra/algebra.h"

#include <algorithm>
#include <cmath>

namespace lutra::algebra {

namespace {
constexpr int BLOCK = 192;  // columns of a block
constexpr int SLICE = 256;  // of k, packed apart: a block of panels stays in the second cache level
constexpr int ROWS = 48;    // a thread takes at a time
constexpr int PAD = 8;      // rows of doubles at powers of two would all fall into the same cache lines
// As kernels/ts/cholesky.ts: less than this of a diagonal element is rounding.
constexpr double NOISE = 1.0 / (1 << 22);
static_assert(BLOCK % COLUMN_STEP == 0, "");

// The upper triangle of s = H[j,j] − sums (w × w, row stride BLOCK) becomes R[j,j]⁻¹, zeros below.
bool smallInverse(double* s, const float* h, size_t n, int w) {
  for (int j = w - 1; j >= 0; j--) {
    const double* rj = s + j * BLOCK;
    double pivot = rj[j];
    for (int k = j + 1; k < w; k++) pivot -= rj[k] * rj[k];
    if (!(pivot > NOISE * h[j * n + j] && std::isfinite(pivot))) return false;
    const double root = std::sqrt(pivot);
    for (int i = 0; i < j; i++) {
      double* ri = s + i * BLOCK;
      double sum = ri[j];
      for (int k = j + 1; k < w; k++) sum -= ri[k] * rj[k];
      ri[j] = sum / root;
    }
    s[j * BLOCK + j] = root;
  }
  double row[BLOCK];
  for (int i = w - 1; i >= 0; i--) {
    double* ri = s + i * BLOCK;
    std::fill(row, row + w, 0.0);
    for (int k = i + 1; k < w; k++)
      for (int j = k; j < w; j++) row[j] -= ri[k] * s[k * BLOCK + j];
    row[i] = 1;
    const double scale = 1 / ri[i];
    for (int j = 0; j < w; j++) ri[j] = row[j] * scale;
  }
  return true;
}
}  // namespace

// One block of columns in work: rows of C become (C − sums) T or −sums T, where sums = A (rows, k) B (k, width).
struct Algebra::Column {
  const float* a;       // row i of A starts at a[i * n]
  float* c;             // row i of C at c[i * n]
  size_t n;
  int k, width;
  bool upperA;          // A[i, p] is zero for p < i
  bool keepC;           // C − sums; else −sums
  const double* panels; // B, slice by slice
  const double* last;   // T packed, or null: sums stay in `out`
  double* out;          // (rows, BLOCK), where there is no T
  double* rooms;        // for each thread, roomOf doubles
};

namespace {
constexpr size_t ROOM = size_t(ROWS) * (SLICE + PAD + 2 * BLOCK);

int stepped(int width) { return blocks(width, COLUMN_STEP) * COLUMN_STEP; }

void packSlices(const Tier& tier, int slice, int k, int width, const float* b, long rs, long cs, double* to) {
  const int k0 = slice * SLICE;
  tier.twice.packB(std::min(k - k0, SLICE), width, b + k0 * rs, rs, cs, to + size_t(k0) * stepped(width));
}
}  // namespace

// Rows [from, to) of a column, in chunks on all threads; false where a value that is stored is not finite.
bool Algebra::column(const Column& work, int from, int to) {
  std::atomic<bool> good{true};
  const int chunks = blocks(to - from, ROWS);
  spread(chunks, [&](int i, int thread) {
    // Long rows first: what is left at the end is short.
    const int r0 = from + i * ROWS, rows = std::min(to - r0, ROWS), width = work.width;
    double* wide = work.rooms + ROOM * thread;
    double* sums = wide + ROWS * (SLICE + PAD);
    double* rest = sums + ROWS * BLOCK;
    if (!work.last) sums = work.out + size_t(r0 - from) * BLOCK;
    bool more = false;
    for (int k0 = work.upperA ? r0 / SLICE * SLICE : 0; k0 < work.k; k0 += SLICE, more = true) {
      const int kc = std::min(work.k - k0, SLICE);
      tier.widen(rows, kc, work.a + r0 * work.n + k0, work.n, wide, SLICE + PAD);
      tier.twice.multiply(rows, width, kc, wide, SLICE + PAD, work.panels + size_t(k0) * stepped(width), sums, BLOCK, 1, more);
    }
    if (!more) std::fill(sums, sums + rows * BLOCK, 0.0);
    for (int r = 0; r < rows; r++) {
      const float* c = work.c + (r0 + r) * work.n;
      double* s = sums + r * BLOCK;
      for (int j = 0; j < width; j++) s[j] = (work.keepC ? double(c[j]) : 0.0) - s[j];
    }
    if (!work.last) return;
    tier.twice.multiply(rows, width, width, sums, BLOCK, work.last, rest, BLOCK, 1, false);
    float most = 0;
    for (int r = 0; r < rows; r++) {
      float* c = work.c + (r0 + r) * work.n;
      for (int j = 0; j < width; j++) {
        c[j] = float(rest[r * BLOCK + j]);
        most += c[j] * 0.0f;  // NaN for what is not finite
      }
    }
    if (most != 0) good = false;
  });
  return good;
}

bool Algebra::factor(float* h, int n) {
  const size_t ld = n;
  Lines<double> panels(size_t(blocks(n, SLICE)) * SLICE * stepped(std::min(n, BLOCK)));
  Lines<double> diagonal(size_t(BLOCK) * BLOCK), last(size_t(BLOCK) * stepped(BLOCK)), rooms(ROOM * pool.size());
  for (int j0 = (blocks(n, BLOCK) - 1) * BLOCK; j0 >= 0; j0 -= BLOCK) {
    const int width = std::min(n - j0, BLOCK), j1 = j0 + width, k = n - j1;
    spread(blocks(k, SLICE), [&](int slice, int) { packSlices(tier, slice, k, width, h + j0 * ld + j1, 1, n, panels); });
    Column work{h + j1, h + j0, ld, k, width, false, true, panels, nullptr, diagonal, rooms};
    column(work, j0, j1);
    if (!smallInverse(diagonal, h + j0 * ld + j0, ld, width)) return false;
    tier.packTwice(width, width, diagonal, 1, BLOCK, last);  // R[j,j]⁻ᵀ
    work.last = last;
    if (!column(work, 0, j0)) return false;
    for (int i = 0; i < width; i++)
      for (int j = 0; j < width; j++) {
        const float value = float(diagonal[i * BLOCK + j]);
        if (!std::isfinite(value)) return false;
        h[(j0 + i) * ld + j0 + j] = value;
      }
  }
  return true;
}

bool Algebra::invert(float* h, int n) {
  const size_t ld = n;
  spread(n, [&](int i, int) { std::fill(h + i * ld, h + i * ld + i, 0.0f); });
  Lines<double> panels(size_t(blocks(n, SLICE)) * SLICE * stepped(std::min(n, BLOCK)));
  Lines<double> last(size_t(BLOCK) * stepped(BLOCK)), rooms(ROOM * pool.size());
  for (int j0 = BLOCK; j0 < n; j0 += BLOCK) {
    const int width = std::min(n - j0, BLOCK);
    spread(blocks(j0, SLICE), [&](int slice, int) { packSlices(tier, slice, j0, width, h + j0, n, 1, panels); });
    tier.twice.packB(width, width, h + j0 * ld + j0, n, 1, last);
    const Column work{h, h + j0, ld, j0, width, true, false, panels, last, nullptr, rooms};
    if (!column(work, 0, j0)) return false;
  }
  return true;
}

bool Algebra::inverseCholesky(float* h, int n) { return factor(h, n) && invert(h, n); }

}  // namespace lutra::algebra
