// The loops, in the including file's own namespace. They become vectors by themselves: no sum crosses lanes of a vector, so
// the order of additions is that of the plain loop. CODEBOOKS_NAME names the tier.
#include <cstring>
#include <limits>

#include "quantize/codebooks.h"

namespace lutra::quantize {
namespace {

constexpr double NONE = std::numeric_limits<double>::infinity();

// Called, not inlined: a call is little beside its loop, and they stand in a dozen places.
[[gnu::noinline]] void add(double* __restrict to, double factor, const float* __restrict from, int n) {
  for (int k = 0; k < n; k++) to[k] += factor * double(from[k]);
}
[[gnu::noinline]] void take(float* __restrict to, double factor, const float* __restrict from, int n) {
  for (int k = 0; k < n; k++) to[k] = float(double(to[k]) - factor * double(from[k]));
}

// z = x L, L upper triangular.
template <int D, class X>
inline void turn(const double* root, const X* x, double* z) {
  for (int j = 0; j < D; j++) {
    double sum = 0;
    for (int i = 0; i <= j; i++) sum += double(x[i]) * root[i * D + j];
    z[j] = sum;
  }
}

// Entries in those coordinates, lane by lane; beyond the last, up to a multiple of eight, none is ever nearest.
template <int D>
struct Table {
  [[gnu::noinline]] void fill(const double* root, const double* entries, int n) {
    padded = (n + 7) & ~7;
    for (int k = 0; k < padded; k++) {
      double z[D];
      if (k < n) turn<D>(root, entries + k * D, z);
      for (int j = 0; j < D; j++) at[j][k] = k < n ? z[j] : NONE;
    }
  }
  int padded = 0;
  alignas(64) double at[D][MOST_ENTRIES];
};

// The place of the least of `n` (a multiple of eight) below `least`, the first of equals; -1 where none is.
[[gnu::noinline]] int lowest(const double* costs, int n, double& least) {
  alignas(64) double best[8];
  for (int l = 0; l < 8; l++) best[l] = least;
  for (int k = 0; k < n; k += 8)
    for (int l = 0; l < 8; l++) best[l] = costs[k + l] < best[l] ? costs[k + l] : best[l];
  double found = least;
  for (int l = 0; l < 8; l++) found = best[l] < found ? best[l] : found;
  if (!(found < least)) return -1;
  least = found;
  int place = 0;
  while (costs[place] != found) place++;
  return place;
}

template <int D>
[[gnu::noinline]] int nearest(const Table<D>& table, const double* z) {
  alignas(64) double costs[MOST_ENTRIES];
  for (int k = 0; k < table.padded; k++) {
    double cost = 0;
    for (int j = 0; j < D; j++) {
      const double d = z[j] - table.at[j][k];
      cost += d * d;
    }
    costs[k] = cost;
  }
  double least = NONE;
  const int place = lowest(costs, table.padded, least);
  return place < 0 ? 0 : place;
}

template <int D>
void assignBy(const Book& b, int stride, const float* weights, const double* roots, const double* entries, double* sums,
              double* masses, double* worst) {
  Table<D> table;
  std::memset(sums, 0, sizeof(double) * b.entries * D);
  std::memset(masses, 0, sizeof(double) * b.entries * D * D);
  double total = 0, most = -1, mostAt = -1;
  for (int p = 0; p < b.span / D; p++) {
    const double* root = roots + size_t(p) * D * D;
    table.fill(root, entries, b.entries);
    double m[D * D];
    for (int i = 0; i < D; i++)
      for (int j = 0; j < D; j++) {
        double sum = 0;
        for (int k = 0; k < D; k++) sum += root[i * D + k] * root[j * D + k];
        m[i * D + j] = sum;
      }
    for (int r = 0; r < b.rows; r++) {
      const size_t at = size_t(r) * stride + size_t(p) * D;
      const float* x = weights + at;
      double z[D];
      turn<D>(root, x, z);
      const int code = nearest<D>(table, z);
      double cost = 0;
      for (int j = 0; j < D; j++) {
        const double d = z[j] - table.at[j][code];
        cost += d * d;
      }
      total += cost;
      if (cost > most) most = cost, mostAt = double(at);
      for (int i = 0; i < D; i++)
        for (int j = 0; j < D; j++) {
          masses[(code * D + i) * D + j] += m[i * D + j];
          sums[code * D + i] += m[i * D + j] * double(x[j]);
        }
    }
  }
  worst[0] = total, worst[1] = most, worst[2] = mostAt;
}

template <int D>
void lookBy(const Book& b, float* weights, const double* entries, const float* upper, const double* looks, const double* spreads,
            float* quantized, uint8_t* codes, double* errors) {
  const int vectors = b.span / D;
  const size_t cols = b.cols;
  Table<D> table;
  for (int p = 0; p < vectors; p++) {
    const size_t v = size_t(b.column / D + p), first = v * D;
    table.fill(looks + v * D * D, entries, b.entries);
    for (int r = 0; r < b.rows; r++) {
      float* x = weights + r * cols + first;
      double z[D], missed[D];
      turn<D>(looks + v * D * D, x, z);
      const int code = nearest<D>(table, z);
      codes[size_t(r) * vectors + p] = uint8_t(code);
      for (int j = 0; j < D; j++) {
        quantized[r * cols + first + j] = float(entries[code * D + j]);
        missed[j] = double(x[j]) - entries[code * D + j];
      }
      double* error = errors + size_t(r) * b.span + size_t(p) * D;
      turn<D>(spreads + v * D * D, missed, error);
      for (int j = 0; j < D; j++) take(x + D, error[j], upper + (first + j) * cols + first + D, b.span - (p + 1) * D);
    }
  }
  const size_t end = size_t(b.column) + b.span;
  for (int r = 0; r < b.rows; r++)
    for (int c = 0; c < b.span; c++)
      take(weights + r * cols + end, errors[size_t(r) * b.span + c], upper + (b.column + c) * cols + end, int(cols - end));
}

void pull(const Book& b, const float* wanted, const float* quantized, const Curvature& h, double* pull) {
  const size_t cols = b.cols;
  std::memset(pull, 0, sizeof(double) * b.rows * cols);
  for (int r = 0; r < b.rows; r++)
    for (size_t i = 0; i < cols; i++) {
      const double e = double(wanted[r * cols + i]) - double(quantized[r * cols + i]);
      if (e != 0) add(pull + r * cols, e, h.hessian + i * cols, b.cols);
      pull[r * cols + i] += h.damping * e;
    }
}

void normal(const Book& b, const uint8_t* codes, const Curvature& h, const double* pull, double* normal, double* step,
            double* sums) {
  const int n = b.entries * b.lanes, vectors = b.span / b.lanes;
  const size_t cols = b.cols;
  uint8_t used[MOST_ENTRIES * MOST_LANES];
  int places[MOST_SPAN];
  std::memset(normal, 0, sizeof(double) * n * n);
  std::memset(step, 0, sizeof(double) * n);
  for (int r = 0; r < b.rows; r++) {
    std::memset(used, 0, n);
    for (int a = 0; a < b.span; a++) {
      const int place = places[a] = codes[size_t(r) * vectors + a / b.lanes] * b.lanes + a % b.lanes;
      double* sum = sums + size_t(place) * b.span;
      if (!used[place]) std::memset(sum, 0, sizeof(double) * b.span);
      used[place] = 1;
      step[place] += pull[r * cols + b.column + a];
      const float* from = h.hessian + (b.column + a) * cols + b.column;
      for (int k = 0; k < b.span; k++) sum[k] += double(from[k]);
      sum[a] += h.damping;
    }
    for (int k = 0; k < n; k++)
      if (used[k])
        for (int c = 0; c < b.span; c++) normal[size_t(k) * n + places[c]] += sums[size_t(k) * b.span + c];
  }
}

// Weight (r, c) becomes `value`: the pull of its row follows.
[[gnu::noinline]] void shift(const Book& b, const Curvature& h, float* quantized, double* pull, int r, int c, double value) {
  const size_t cols = b.cols;
  const double move = value - double(quantized[r * cols + c]);
  if (move == 0) return;
  quantized[r * cols + c] = float(value);
  add(pull + r * cols, -move, h.hessian + c * cols, b.cols);
  pull[r * cols + c] -= h.damping * move;
}

void follow(const Book& b, const uint8_t* codes, const double* entries, const Curvature& h, float* quantized, double* pull) {
  const int vectors = b.span / b.lanes;
  for (int r = 0; r < b.rows; r++)
    for (int c = 0; c < b.span; c++)
      shift(b, h, quantized, pull, r, b.column + c, entries[codes[size_t(r) * vectors + c / b.lanes] * b.lanes + c % b.lanes]);
}

template <int D>
void recodeBy(const Book& b, uint8_t* codes, const double* entries, const Curvature& h, float* quantized, double* pull) {
  const int vectors = b.span / D, padded = (b.entries + 7) & ~7;
  const size_t cols = b.cols;
  alignas(64) double held[D][MOST_ENTRIES] = {}, changes[MOST_ENTRIES];
  for (int k = 0; k < b.entries; k++)
    for (int j = 0; j < D; j++) held[j][k] = entries[k * D + j];
  for (int r = 0; r < b.rows; r++)
    for (int p = 0; p < vectors; p++) {
      const int first = b.column + p * D, old = codes[size_t(r) * vectors + p];
      double square[D][D], pulls[D], now[D];
      for (int i = 0; i < D; i++) {
        for (int j = 0; j < D; j++) square[i][j] = double(h.hessian[(first + i) * cols + first + j]) + (i == j ? h.damping : 0);
        pulls[i] = -2 * pull[r * cols + first + i];
        now[i] = held[i][old];
      }
      for (int k = 0; k < padded; k++) {
        double change = 0;
        for (int i = 0; i < D; i++) {
          double sum = pulls[i];
          for (int j = 0; j < D; j++) sum += square[i][j] * (held[j][k] - now[j]);
          change += (held[i][k] - now[i]) * sum;
        }
        changes[k] = change;
      }
      for (int k = b.entries; k < padded; k++) changes[k] = 0;
      double least = 0;
      const int best = lowest(changes, padded, least);
      if (best < 0 || best == old) continue;
      codes[size_t(r) * vectors + p] = uint8_t(best);
      for (int i = 0; i < D; i++) shift(b, h, quantized, pull, r, first + i, held[i][best]);
    }
}

void assign(const Book& b, int stride, const float* weights, const double* roots, const double* entries, double* sums,
            double* masses, double* worst) {
  (b.lanes == 1 ? assignBy<1> : b.lanes == 2 ? assignBy<2> : assignBy<4>)(b, stride, weights, roots, entries, sums, masses, worst);
}
void look(const Book& b, float* weights, const double* entries, const float* upper, const double* looks, const double* spreads,
          float* quantized, uint8_t* codes, double* errors) {
  (b.lanes == 1 ? lookBy<1> : b.lanes == 2 ? lookBy<2> : lookBy<4>)(b, weights, entries, upper, looks, spreads, quantized, codes, errors);
}
void recode(const Book& b, uint8_t* codes, const double* entries, const Curvature& h, float* quantized, double* pull) {
  (b.lanes == 1 ? recodeBy<1> : b.lanes == 2 ? recodeBy<2> : recodeBy<4>)(b, codes, entries, h, quantized, pull);
}

const CodebookLoops loops = {CODEBOOKS_NAME, assign, look, pull, normal, follow, recode};

}  // namespace
}  // namespace lutra::quantize
