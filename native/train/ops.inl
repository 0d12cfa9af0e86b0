// The element-wise and row-wise steps of the model and their gradients, over plain rows of floats.

static inline float exponential(float x) {
  x = x < -87.0f ? -87.0f : (x > 88.0f ? 88.0f : x);
  const float n = __builtin_rintf(x * 1.44269504088896341f);
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float y = 1.9875691500e-4f;
  y = y * r + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  y = y * r + 5.0000001201e-1f;
  y = y * r * r + r + 1.0f;
  union {
    int32_t i;
    float f;
  } power;
  power.i = (int32_t(n == n ? n : 0.0f) + 127) << 23;  // NaN is in y already, and is no integer
  return y * power.f;
}

// NaN never wins; whoever must notice one sees it in the values themselves.
static float largest(const float* x, int n, bool magnitude) {
  typedef int32_t Bits __attribute__((vector_size(LANES * 4)));
  float most = magnitude ? 0 : x[0];
  Vec best = most - Vec{};
  const Bits mask = (magnitude ? 0x7fffffff : -1) - Bits{};
  int i = 0;
  for (; i + LANES <= n; i += LANES) {
    const Vec v = (Vec)((Bits)(Vec)(*(const VecU*)(x + i)) & mask);
    best = v > best ? v : best;
  }
  for (int l = 0; l < LANES; l++) most = best[l] > most ? best[l] : most;
  for (; i < n; i++) {
    const float v = magnitude ? __builtin_fabsf(x[i]) : x[i];
    most = v > most ? v : most;
  }
  return most;
}

static float squareSum(const float* x, int n) {
  float s = 0;
  for (int i = 0; i < n; i++) s += x[i] * x[i];
  return s;
}

// y = gain * x * rstd; gives rstd.
static float norm(const float* x, const float* gain, float eps, int n, float* y) {
  const float rstd = 1.0f / __builtin_sqrtf(squareSum(x, n) / n + eps);
  for (int i = 0; i < n; i++) y[i] = gain[i] * (x[i] * rstd);
  return rstd;
}

// dy, the gradient of the normed row, turns into dx and is put into (or added to) `into`; adds to dgain.
static void normBack(const float* x, const float* gain, float rstd, const float* dy, int n, float* dgain, float* into,
                     bool accumulate) {
  float dot = 0;
  for (int i = 0; i < n; i++) {
    const float xhat = x[i] * rstd;
    dgain[i] += dy[i] * xhat;
    dot += dy[i] * gain[i] * xhat;
  }
  const float mean = dot / n;
  if (accumulate) {
    for (int i = 0; i < n; i++) into[i] += rstd * (dy[i] * gain[i] - x[i] * rstd * mean);
  } else {
    for (int i = 0; i < n; i++) into[i] = rstd * (dy[i] * gain[i] - x[i] * rstd * mean);
  }
}

// Int8 by the row's largest magnitude, the integers kept as floats; gives the step (value of one).
static float quantizeRow(float* x, int n) {
  const float most = largest(x, n, true);
  const float scale = 127.0f / (most > 1e-5f ? most : 1e-5f);
  for (int i = 0; i < n; i++) x[i] = __builtin_rintf(x[i] * scale);  // the scale itself keeps it within +-127
  return 1.0f / scale;
}

// Pairs (i, i + headDim / 2) of every head, or neighbours (2 i, 2 i + 1), turn by the position's angle; sign -1 turns back.
static void rope(float* x, int heads, int headDim, bool neighbours, const float* cosine, const float* sine, float sign) {
  const int half = headDim / 2, stride = neighbours ? 2 : 1, apart = neighbours ? 1 : half;
  for (int h = 0; h < heads; h++, x += headDim)
    for (int i = 0; i < half; i++) {
      float *at = x + i * stride, *other = at + apart;
      const float a = *at, b = *other, s = sine[i] * sign;
      *at = a * cosine[i] - b * s;
      *other = a * s + b * cosine[i];
    }
}

static void gated(const float* gate, const float* up, int n, float* h) {
  for (int i = 0; i < n; i++) h[i] = gate[i] / (1.0f + exponential(-gate[i])) * up[i];
}

// dh turns into dgate and dup.
static void gatedBack(const float* gate, const float* up, const float* dh, int n, float* dgate, float* dup) {
  for (int i = 0; i < n; i++) {
    const float s = 1.0f / (1.0f + exponential(-gate[i]));
    const float silu = gate[i] * s;
    dgate[i] = dh[i] * up[i] * (s + silu * (1.0f - s));
    dup[i] = dh[i] * silu;
  }
}

// Softmax over the first `live` of `n` values; the rest becomes 0.
static void softmax(float* x, int live, int n) {
  const float most = largest(x, live, false);
  float sum = 0;
  for (int i = 0; i < live; i++) sum += x[i] = exponential(x[i] - most);
  const float inverse = 1.0f / sum;
  for (int i = 0; i < live; i++) x[i] *= inverse;
  for (int i = live; i < n; i++) x[i] = 0;
}

static double squares(const float* x, size_t n) {
  double total = 0;
  for (size_t i = 0; i < n; i += 4096) total += squareSum(x + i, int(n - i < 4096 ? n - i : 4096));
  return total;
}

static void add(float* into, const float* from, size_t n) {
  for (size_t i = 0; i < n; i++) into[i] += from[i];
}

static void adam(float* p, float* m, float* v, const float* g, size_t n, const AdamOptions& o) {
  for (size_t i = 0; i < n; i++) {
    const float d = g[i] * o.gradientScale;
    m[i] = o.beta1 * m[i] + (1 - o.beta1) * d;
    v[i] = o.beta2 * v[i] + (1 - o.beta2) * d * d;
    const float step = (m[i] * o.correction1) / (__builtin_sqrtf(v[i] * o.correction2) + o.eps);
    p[i] -= o.lr * (step + o.decay * p[i]);
  }
}
