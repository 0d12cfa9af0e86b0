// Fake quantization of a linear's weights, and the way back of their gradient, straight through (Bengio et al. 2013).
// u is a weight in units of its scale (with low rank: base + share · A B), its level the nearest on the grid; the weight
// that the passes use is scale · level. Formulas: seq as ParetoQ, lsq as LSQ, affine as EfficientQAT, low rank as LR-QAT.

constexpr float LEAST_SCALE = 1e-5f;

static inline float scaleOf(const Quantizer& z, const float* p, size_t at) {
  const float s = p[z.scale + at];
  return s < LEAST_SCALE ? LEAST_SCALE : s;
}

struct Levels {
  float low, high, per, shift;
};

static inline Levels levelsOf(const Quantizer& z, const float* p, size_t at) {
  const float count = float(z.levels);
  if (z.grid == Grid::Seq) return {-0.99f, 0.99f, count / 2, z.levels % 2 ? 0.0f : 0.5f};
  const float below = z.grid == Grid::Affine ? __builtin_rintf(p[z.zero + at]) : float(z.levels / 2);
  return {-below, count - 1 - below, 1, 0};
}

static inline float levelOf(const Levels& l, float u) {
  const float c = u < l.low ? l.low : (u > l.high ? l.high : u);
  return (__builtin_rintf(c * l.per - l.shift) + l.shift) / l.per;
}

// A row's weights in units of their scales.
static void unitsOf(const Quantizer& z, const float* p, int row, float* u) {
  const float* w = p + z.weight + size_t(row) * z.cols;
  if (z.rank == 0) {
    const int groups = z.cols / z.group;
    for (int g = 0; g < groups; g++) {
      const float s = scaleOf(z, p, size_t(row) * groups + g);
      for (int i = g * z.group; i < (g + 1) * z.group; i++) u[i] = w[i] / s;
    }
    return;
  }
  __builtin_memcpy(u, w, z.cols * sizeof(float));
  for (int k = 0; k < z.rank; k++) {
    const float a = z.share * p[z.a + size_t(row) * z.rank + k];
    const float* b = p + z.b + size_t(k) * z.cols;
    for (int i = 0; i < z.cols; i++) u[i] += a * b[i];
  }
}

// Weights as the passes use them, or, with `plain`, their levels alone.
static void quantize(const Quantizer& z, const float* p, float* to, bool plain) {
  const int groups = z.cols / z.group;
  for (int row = 0; row < z.rows; row++, to += z.cols) {
    if (z.grid == Grid::Fixed) __builtin_memcpy(to, p + z.weight + size_t(row) * z.cols, z.cols * sizeof(float));
    else unitsOf(z, p, row, to);
    for (int g = 0; g < groups; g++) {
      const size_t at = size_t(row) * groups + g;
      const float s = plain ? 1.0f : scaleOf(z, p, at);
      const int end = (g + 1) * z.group;
      if (z.grid == Grid::Fixed) {
        for (int i = g * z.group; i < end; i++) to[i] *= s;
      } else {
        const Levels l = levelsOf(z, p, at);
        for (int i = g * z.group; i < end; i++) to[i] = s * levelOf(l, to[i]);
      }
    }
  }
}

// The gradient of the used weights, at the weight's own place, turns into those of what is trained. Room: 2 · cols.
static void quantizeBack(const Quantizer& z, const float* p, float* gradients, float* room) {
  const int groups = z.cols / z.group;
  float *u = room, *du = room + z.cols;
  const float top = float(z.levels - 1 - z.levels / 2);
  const bool learned = (z.grid == Grid::Seq || z.grid == Grid::Lsq) && z.rank == 0;
  const float dampened = learned ? 1.0f / __builtin_sqrtf(float(z.group) * top) : 1.0f;
  for (int row = 0; row < z.rows; row++) {
    float* d = gradients + z.weight + size_t(row) * z.cols;
    if (z.grid == Grid::Fixed) __builtin_memcpy(u, p + z.weight + size_t(row) * z.cols, z.cols * sizeof(float));
    else unitsOf(z, p, row, u);
    for (int g = 0; g < groups; g++) {
      const size_t at = size_t(row) * groups + g;
      const float s = scaleOf(z, p, at);
      const int end = (g + 1) * z.group;
      float slope = 0, outside = 0;
      if (z.grid == Grid::Fixed) {
        for (int i = g * z.group; i < end; i++) slope += d[i] * u[i], d[i] = 0;
      } else {
        const Levels l = levelsOf(z, p, at);
        // EfficientQAT clips after rounding, the others before it.
        const float slack = z.grid == Grid::Affine ? 0.5f : 0.0f, low = l.low - slack, high = l.high + slack;
        const float own = z.rank ? 0.0f : 1.0f, through = z.rank ? s : 1.0f;
        for (int i = g * z.group; i < end; i++) {
          const float inside = u[i] >= low && u[i] <= high ? 1.0f : 0.0f;
          slope += d[i] * (levelOf(l, u[i]) - own * inside * u[i]);
          outside += d[i] * (1.0f - inside);
          d[i] *= inside * through;
        }
      }
      gradients[z.scale + at] = slope * dampened;
      if (z.grid == Grid::Affine) gradients[z.zero + at] = -s * outside;
    }
    if (z.rank == 0) continue;
    __builtin_memcpy(du, d, z.cols * sizeof(float));
    __builtin_memset(d, 0, z.cols * sizeof(float));
    for (int k = 0; k < z.rank; k++) {
      const float* b = p + z.b + size_t(k) * z.cols;
      float* db = gradients + z.b + size_t(k) * z.cols;
      const float a = z.share * p[z.a + size_t(row) * z.rank + k];
      float dot = 0;
      for (int i = 0; i < z.cols; i++) dot += du[i] * b[i];
      for (int i = 0; i < z.cols; i++) db[i] += a * du[i];
      gradients[z.a + size_t(row) * z.rank + k] = z.share * dot;
    }
  }
}
