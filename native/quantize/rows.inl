// The loops, in the including file's own namespace. They become vectors by themselves: no sum crosses lanes, so the order
// of additions is that of the plain loop. ROWS_NAME names the tier.
#include <cmath>
#include <memory>

#include "quantize/rows.h"

namespace lutra::quantize {
namespace {

// The nearest level: arithmetic where they are evenly spaced, a search among the midpoints where not.
struct Nearest {
  Nearest(const float* levels, int last) : last(last), lowest(levels[0]) {
    step = last > 0 ? (double(levels[last]) - lowest) / last : 1;
    for (int i = 0; i <= last; i++) even = even && double(levels[i]) == lowest + i * step;
    for (int i = 0; i < last; i++) middles[i] = (double(levels[i]) + double(levels[i + 1])) / 2;
  }
  int operator()(double value) const {
    if (even) {
      const double place = std::floor((value - lowest) / step + 0.5);
      return !(place > 0) ? 0 : place >= last ? last : int(place);
    }
    int low = 0, high = last;
    while (low < high) {
      const int middle = (low + high) >> 1;
      if (value >= middles[middle]) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  int last;
  double lowest, step;
  bool even = true;
  double middles[256];
};

// Where a block's columns belong.
struct Block {
  Block(const Blocks& b, int place) : number(b.order[place] / b.block), column(number * b.block) {
    for (int i = 0; i < b.block; i++) {
      const int inFile = b.order[place + i] - column;
      segmentOf[i] = inFile / b.segment;
      members[inFile] = i;
    }
  }
  size_t firstSegment(const Blocks& b, int row) const {
    return (size_t(row) * (b.cols / b.block) + number) * (b.block / b.segment);
  }
  int number, column;
  int segmentOf[MOST], members[MOST];
};

inline double decoded(float scale, float level, float minimum) { return double(float(double(scale) * double(level))) + double(minimum); }

// to[k] += factor * from[k], in double, rounded when it is stored. A loop long enough for a call: in line, each of its seven
// places was a vector loop with its ends, and most of the code.
__attribute__((noinline)) void add(float* __restrict to, double factor, const float* __restrict from, int n) {
  for (int k = 0; k < n; k++) to[k] = float(double(to[k]) + factor * double(from[k]));
}
__attribute__((noinline)) void add(double* __restrict to, double factor, const float* __restrict from, int n) {
  for (int k = 0; k < n; k++) to[k] += factor * double(from[k]);
}

void round(const Blocks& b, const Stretch& s, const float* upper, float* errors) {
  const Nearest nearest(b.levels, b.last);
  const Block block(b, s.place);
  const size_t cols = b.cols;
  const int end = s.start + s.width;
  for (int row = s.from; row < s.to; row++) {
    float* w = b.weights + row * cols;
    const float *scale = b.scales + block.firstSegment(b, row), *minimum = b.minima + block.firstSegment(b, row);
    for (int i = 0; i < b.block; i++) {
      const int p = s.place + i, in = block.segmentOf[i];
      const int code = nearest((double(w[p]) - double(minimum[in])) / double(scale[in]));
      const double q = decoded(scale[in], b.levels[code], minimum[in]);
      b.quantized[row * cols + p] = float(q);
      b.codes[row * cols + p] = uint8_t(code);
      const float* u = upper + p * cols;
      const double error = (double(w[p]) - q) / double(u[p]);
      errors[size_t(row) * s.width + (p - s.start)] = float(error);
      add(w + p + 1, -error, u + p + 1, end - p - 1);
    }
  }
}

void wanted(const Blocks& b, const Stretch& s, const float* hessian, const float* gradient, float* scales, float* minima) {
  const Block block(b, s.place);
  const size_t cols = b.cols;
  const int n = b.segment, segments = b.block / n;
  // H of each segment, with lanes along its rows; and its sums along them, the same for all rows of weights.
  std::unique_ptr<float[]> parts(new float[size_t(b.block) * n]);
  double ones[MOST];
  for (int g = 0; g < segments; g++)
    for (int a = 0; a < n; a++) {
      const float* h = hessian + (s.place + block.members[g * n + a]) * cols + s.place;
      double sum = 0;
      for (int k = 0; k < n; k++) {
        const float value = h[block.members[g * n + k]];
        parts[(size_t(g) * n + k) * n + a] = value;
        sum += double(value);
      }
      ones[g * n + a] = sum;
    }
  for (int row = s.from; row < s.to; row++) {
    const float* g = gradient + row * cols + s.place;
    const uint8_t* c = b.codes + row * cols + s.place;
    for (int j = 0; j < segments; j++, scales++, minima++) {
      const int* member = block.members + j * n;
      double hl[MOST] = {};
      for (int k = 0; k < n; k++) add(hl, double(b.levels[c[member[k]]]), parts.get() + (size_t(j) * n + k) * n, n);
      double lg = 0, og = 0, ll = 0, lo = 0, oo = 0;
      for (int a = 0; a < n; a++) {
        const double level = b.levels[c[member[a]]], value = g[member[a]], ho = ones[j * n + a];
        lg += level * value;
        og += value;
        ll += level * hl[a];
        lo += ho * level;
        oo += ho;
      }
      const size_t at = block.firstSegment(b, row) + j;
      *scales = b.scales[at], *minima = b.minima[at];
      const double determinant = ll * oo - lo * lo;
      if (b.ownMinima && determinant > 1e-6 * ll * oo) {
        *scales = float(double(*scales) + (lg * oo - og * lo) / determinant);
        *minima = float(double(*minima) + (og * ll - lg * lo) / determinant);
      } else if (ll > 0) {
        *scales = float(double(*scales) + lg / ll);
      }
    }
  }
}

void descend(const Blocks& b, const Stretch& s, const float* hessian, float* gradient, const float* scales, const float* minima,
             uint8_t* kept, float* changes) {
  const Nearest nearest(b.levels, b.last);
  const Block block(b, s.place);
  const size_t cols = b.cols;
  const int n = b.block, segments = n / b.segment;
  std::unique_ptr<float[]> part(new float[size_t(n) * n]);  // H of the block, lanes along its rows
  for (int i = 0; i < n; i++)
    for (int k = 0; k < n; k++) part[size_t(k) * n + i] = hessian[(s.place + i) * cols + s.place + k];
  float trial[MOST], before[MOST];
  for (int row = s.from; row < s.to; row++, scales += segments, minima += segments) {
    float *g = gradient + row * cols + s.start, *q = b.quantized + row * cols + s.place;
    uint8_t* c = b.codes + row * cols + s.place;
    float *scale = b.scales + block.firstSegment(b, row), *minimum = b.minima + block.firstSegment(b, row);
    const int at = s.place - s.start;
    auto move = [&](int i, double change) { add(g, change, hessian + (s.place + i) * cols + s.start, s.width); };

    // Loss after minus loss before, with d = new q − old q: d H dᵀ − 2 d gᵀ.
    double sums[MOST] = {};
    for (int i = 0; i < n; i++) {
      before[i] = q[i];
      trial[i] = float(decoded(scales[block.segmentOf[i]], b.levels[c[i]], minima[block.segmentOf[i]]));
    }
    for (int k = 0; k < n; k++) {
      const double d = double(trial[k]) - double(q[k]);
      if (d != 0) add(sums, d, part.get() + size_t(k) * n, n);
    }
    double change = 0;
    for (int i = 0; i < n; i++) {
      const double d = double(trial[i]) - double(q[i]);
      if (d != 0) change += d * (sums[i] - 2 * double(g[at + i]));
    }
    kept[row - s.from] = change < 0;
    if (change < 0) {
      for (int j = 0; j < segments; j++) scale[j] = scales[j], minimum[j] = minima[j];
      for (int i = 0; i < n; i++) q[i] = trial[i];
      for (int i = 0; i < n; i++) {
        const double moved = double(before[i]) - double(q[i]);
        if (moved != 0) move(i, moved);
      }
    }

    for (int i = 0; i < n; i++) {
      const double h = hessian[(s.place + i) * cols + s.place + i];
      const int in = block.segmentOf[i];
      if (!(h > 0)) continue;
      const int code = nearest((double(q[i]) + double(g[at + i]) / h - double(minimum[in])) / double(scale[in]));
      if (code == c[i]) continue;
      const float value = float(decoded(scale[in], b.levels[code], minimum[in]));
      const double moved = double(q[i]) - double(value);
      const double gain = moved * (2 * double(g[at + i]) + moved * h);
      if (!(gain < 0)) continue;
      move(i, moved);
      q[i] = value;
      c[i] = uint8_t(code);
    }
    for (int i = 0; i < n; i++) changes[size_t(row) * s.width + at + i] = float(double(before[i]) - double(q[i]));
  }
}

const Rows rows = {ROWS_NAME, round, wanted, descend};

}  // namespace
}  // namespace lutra::quantize
