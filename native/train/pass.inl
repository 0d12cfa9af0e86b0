// Forward and backward of a chunk of whole sequences through the model. Matrices are row-major, a row per token.

struct Bump {  // hands out 64-byte lines of one block; with no block it only counts
  float* base;
  size_t used;
  __attribute__((noinline)) float* take(size_t n) {
    float* at = base ? base + used : nullptr;
    used += (n + 15) / 16 * 16;
    return at;
  }
};

struct Saved {  // what backward needs of a layer
  float *x, *rstd1, *in1, *step1, *q, *k, *v, *probs, *att, *rstd2, *in2, *step2;
  float *mid, *rstd3, *in3, *step3, *gate, *up, *h, *rstd4, *in4, *step4;
};

struct Scratch {
  float *x, *xf, *rstdf, *logits, *apart;                                // end of forward
  float *dx, *dn, *dq, *dk, *dv, *da, *dgate, *dup, *dh, *ds, *dxf, *ones;  // backward
  LinearRoom room;
};

static int longest(const Chunk& c) {
  int most = 0;
  for (int s = 0; s < c.sequences; s++) most = c.starts[s + 1] - c.starts[s] > most ? c.starts[s + 1] - c.starts[s] : most;
  return most;
}

static int padded(int n) { return (n + 15) / 16 * 16; }

static Saved takeSaved(const Net& n, const Chunk& c, Bump& b) {
  const size_t T = c.tokens, D = n.dim, H = n.hidden, K = n.kvDim;
  size_t probs = 0;
  for (int s = 0; s < c.sequences; s++) {
    const size_t len = c.starts[s + 1] - c.starts[s];
    probs += len * padded(int(len)) * n.heads;
  }
  Saved s;
  s.x = b.take(T * D), s.rstd1 = b.take(T), s.in1 = b.take(T * D), s.step1 = b.take(T);
  s.q = b.take(T * D), s.k = b.take(T * K), s.v = b.take(T * K), s.probs = b.take(probs), s.att = b.take(T * D);
  s.rstd2 = b.take(T), s.in2 = b.take(T * D), s.step2 = b.take(T), s.mid = b.take(T * D);
  s.rstd3 = b.take(T), s.in3 = b.take(T * D), s.step3 = b.take(T);
  s.gate = b.take(T * H), s.up = b.take(T * H), s.h = b.take(T * H);
  s.rstd4 = b.take(T), s.in4 = b.take(T * H), s.step4 = b.take(T);
  return s;
}

static Scratch takeScratch(const Net& n, const Chunk& c, bool backward, Bump& b) {
  const size_t T = c.tokens, D = n.dim, H = n.hidden, K = n.kvDim, R = c.targets, L = longest(c);
  const size_t wide = D > H ? D : H;
  Scratch s{};
  s.x = b.take(T * D), s.xf = b.take(R * D), s.rstdf = b.take(R), s.logits = b.take(R * n.vocab), s.apart = b.take(n.vocab);
  const size_t attention = panelFloats(int(L), int(L)) + panelFloats(n.headDim, int(L)) + panelFloats(int(L), n.headDim);
  size_t panels = attention;
  if (backward) {
    s.dx = b.take(T * D), s.dn = b.take(T * wide), s.dq = b.take(T * D), s.dk = b.take(T * K), s.dv = b.take(T * K);
    s.da = b.take(T * D), s.dgate = b.take(T * H), s.dup = b.take(T * H), s.dh = b.take(T * H);
    s.ds = b.take(L * padded(int(L))), s.dxf = b.take(R * D), s.ones = b.take(R);
    const size_t most = panelFloats(int(T > R ? T : R), int(wide));
    panels = panels > most ? panels : most;
    size_t columns = wide > size_t(n.vocab) ? wide : size_t(n.vocab);
    s.room.panelA = b.take((T + SLACK) * (columns + SLACK) + (L + MR) * (L + MR));
  }
  s.room.panelB = b.take(panels);
  const size_t widest = backward && size_t(n.vocab) > wide ? n.vocab : wide;
  s.room.rows = b.take(n.half ? (T + SLACK) * ((widest + SLACK) / 2) : 0);
  return s;
}

static size_t workFloats(const Net& n, const Chunk& c, bool backward) {
  Bump b{nullptr, 0};
  for (int l = 0; l < (backward ? n.layers : 1); l++) takeSaved(n, c, b);
  takeScratch(n, c, backward, b);
  return b.used;
}

static const float* gainAt(const Net& n, size_t offset) { return offset == NONE ? nullptr : n.parameters + offset; }

static void copy(float* to, const float* from, size_t n) { __builtin_memcpy(to, from, n * sizeof(float)); }

// Rows are normed (not without a gain) and made ready as a linear's input: integers and their step, or plain values and 1.
static void normRows(const Net& n, const float* x, const float* gain, int rows, int width, float* y, float* rstd, float* step) {
  for (int t = 0; t < rows; t++) {
    if (gain) rstd[t] = norm(x + size_t(t) * width, gain, n.eps, width, y + size_t(t) * width);
    else copy(y + size_t(t) * width, x + size_t(t) * width, width);
    step[t] = n.quantizeActivations ? quantizeRow(y + size_t(t) * width, width) : 1.0f;
  }
}

static void attention(const Net& n, const Chunk& c, const Saved& a, const Scratch& s) {
  const int hd = n.headDim, group = n.heads / n.kvHeads;
  const float scale = 1.0f / __builtin_sqrtf(float(hd));
  float* probs = a.probs;
  for (int i = 0; i < c.sequences; i++) {
    const size_t t0 = c.starts[i];
    const int len = c.starts[i + 1] - c.starts[i], ld = padded(len);
    for (int h = 0; h < n.heads; h++, probs += size_t(len) * ld) {
      const size_t kv = t0 * n.kvDim + h / group * hd, at = t0 * n.dim + h * hd;
      packB(hd, len, a.k + kv, 1, n.kvDim, nullptr, s.room.panelB);
      gemm(len, len, hd, a.q + at, n.dim, s.room.panelB, {probs, ld, nullptr, scale, false}, Triangle::LowerC);
      for (int t = 0; t < len; t++) softmax(probs + size_t(t) * ld, t + 1, ld);
      packB(len, hd, a.v + kv, n.kvDim, 1, nullptr, s.room.panelB);
      gemm(len, hd, len, probs, ld, s.room.panelB, {a.att + at, n.dim, nullptr, 1.0f, false}, Triangle::LowerA);
    }
  }
}

// s.da, the gradient of the attention's output, turns into s.dq, s.dk, s.dv.
static void attentionBack(const Net& n, const Chunk& c, const Saved& a, const Scratch& s) {
  const int hd = n.headDim, group = n.heads / n.kvHeads;
  const float scale = 1.0f / __builtin_sqrtf(float(hd));
  const float* probs = a.probs;
  for (int i = 0; i < c.sequences; i++) {
    const size_t t0 = c.starts[i];
    const int len = c.starts[i + 1] - c.starts[i], ld = padded(len);
    for (int h = 0; h < n.heads; h++, probs += size_t(len) * ld) {
      const size_t kv = t0 * n.kvDim + h / group * hd, at = t0 * n.dim + h * hd;
      const bool more = h % group != 0;
      packB(hd, len, a.v + kv, 1, n.kvDim, nullptr, s.room.panelB);
      gemm(len, len, hd, s.da + at, n.dim, s.room.panelB, {s.ds, ld, nullptr, 1.0f, false}, Triangle::LowerC);
      for (int t = 0; t < len; t++) {
        float* d = s.ds + size_t(t) * ld;
        const float* p = probs + size_t(t) * ld;
        float dot = 0;
        for (int j = 0; j <= t; j++) dot += p[j] * d[j];
        for (int j = 0; j <= t; j++) d[j] = p[j] * (d[j] - dot) * scale;
        for (int j = t + 1; j < ld; j++) d[j] = 0;
      }
      packB(len, hd, a.k + kv, n.kvDim, 1, nullptr, s.room.panelB);
      gemm(len, hd, len, s.ds, ld, s.room.panelB, {s.dq + at, n.dim, nullptr, 1.0f, false}, Triangle::LowerA);
      packB(len, hd, a.q + at, n.dim, 1, nullptr, s.room.panelB);
      packA(len, len, s.ds, ld, s.room.panelA);
      gemmPacked(len, hd, len, s.room.panelA, s.room.panelB, {s.dk + kv, n.kvDim, nullptr, 1.0f, more}, Triangle::UpperA);
      packB(len, hd, s.da + at, n.dim, 1, nullptr, s.room.panelB);
      packA(len, len, probs, ld, s.room.panelA);
      gemmPacked(len, hd, len, s.room.panelA, s.room.panelB, {s.dv + kv, n.kvDim, nullptr, 1.0f, more}, Triangle::UpperA);
    }
  }
}

static void ropeRows(const Net& n, const Chunk& c, float* q, float* k, float sign) {
  const int half = n.headDim / 2;
  for (int i = 0; i < c.sequences; i++)
    for (int t = c.starts[i]; t < c.starts[i + 1]; t++) {
      const float* cosine = n.cosine + size_t(t - c.starts[i]) * half;
      const float* sine = n.sine + size_t(t - c.starts[i]) * half;
      rope(q + size_t(t) * n.dim, n.heads, n.headDim, n.ropePairs, cosine, sine, sign);
      rope(k + size_t(t) * n.kvDim, n.kvHeads, n.headDim, n.ropePairs, cosine, sine, sign);
    }
}

// After the last attention only the positions with a target matter: their rows move together, in place ...
static void gather(float* x, const Chunk& c, int width) {
  for (int r = 0; r < c.targets; r++)
    if (c.rows[r] != r) copy(x + size_t(r) * width, x + size_t(c.rows[r]) * width, width);
}

// ... and gradients move back, zeros between them.
static void spread(float* x, const Chunk& c, int width) {
  int r = c.targets - 1;
  for (int t = c.tokens - 1; t >= 0; t--) {
    float* to = x + size_t(t) * width;
    if (r >= 0 && c.rows[r] == t) {
      if (r != t) copy(to, x + size_t(r) * width, width);
      r--;
    } else {
      __builtin_memset(to, 0, sizeof(float) * width);
    }
  }
}

// s.x goes in and comes out; out of the last layer come the rows with a target only.
static void layerForward(const Net& n, const Chunk& c, int l, const Saved& a, const Scratch& s) {
  int T = c.tokens;
  const int D = n.dim, H = n.hidden;
  const float* p = n.parameters;
  const Packed* w = n.packed[l];
  const size_t* g = n.gains[l];
  copy(a.x, s.x, size_t(T) * D);
  normRows(n, a.x, p + g[0], T, D, a.in1, a.rstd1, a.step1);
  const float* left = leftSide(n, T, D, a.in1, s.room);
  linear(n, w[0], T, left, a.step1, a.q, false);
  linear(n, w[1], T, left, a.step1, a.k, false);
  linear(n, w[2], T, left, a.step1, a.v, false);
  ropeRows(n, c, a.q, a.k, 1.0f);
  attention(n, c, a, s);
  if (l == n.layers - 1) {
    gather(a.att, c, D);
    gather(s.x, c, D);
    T = c.targets;
  }
  normRows(n, a.att, gainAt(n, g[1]), T, D, a.in2, a.rstd2, a.step2);
  linear(n, w[3], T, leftSide(n, T, D, a.in2, s.room), a.step2, s.x, true);
  copy(a.mid, s.x, size_t(T) * D);
  normRows(n, a.mid, p + g[2], T, D, a.in3, a.rstd3, a.step3);
  left = leftSide(n, T, D, a.in3, s.room);
  linear(n, w[4], T, left, a.step3, a.gate, false);
  linear(n, w[5], T, left, a.step3, a.up, false);
  gated(a.gate, a.up, T * H, a.h);
  normRows(n, a.h, gainAt(n, g[3]), T, H, a.in4, a.rstd4, a.step4);
  linear(n, w[6], T, leftSide(n, T, H, a.in4, s.room), a.step4, s.x, true);
}

static void normRowsBack(const float* x, const float* gain, const float* rstd, const float* dy, int rows, int width,
                         float* dgain, float* into, bool accumulate) {
  if (!gain) return copy(into, dy, size_t(rows) * width);
  for (int t = 0; t < rows; t++)
    normBack(x + size_t(t) * width, gain, rstd[t], dy + size_t(t) * width, width, dgain, into + size_t(t) * width, accumulate);
}

// s.dx goes in and comes out; into the last layer go the rows with a target only.
static void layerBackward(const Net& n, const Chunk& c, int l, const Saved& a, const Scratch& s, float* gradients) {
  int T = l == n.layers - 1 ? c.targets : c.tokens;
  const int D = n.dim, H = n.hidden;
  const float* p = n.parameters;
  const Packed* w = n.packed[l];
  const size_t *g = n.gains[l], *at = n.linears[l];
  keepInput(n, T, H, a.in4, a.step4, s.room);
  linearBack(n, w[6], T, s.dx, a.step4, s.dn, false, gradients + at[6], s.room);
  normRowsBack(a.h, gainAt(n, g[3]), a.rstd4, s.dn, T, H, gradients + g[3], s.dh, false);
  gatedBack(a.gate, a.up, s.dh, T * H, s.dgate, s.dup);
  keepInput(n, T, D, a.in3, a.step3, s.room);
  linearBack(n, w[4], T, s.dgate, a.step3, s.dn, false, gradients + at[4], s.room);
  linearBack(n, w[5], T, s.dup, a.step3, s.dn, true, gradients + at[5], s.room);
  normRowsBack(a.mid, p + g[2], a.rstd3, s.dn, T, D, gradients + g[2], s.dx, true);
  keepInput(n, T, D, a.in2, a.step2, s.room);
  linearBack(n, w[3], T, s.dx, a.step2, s.dn, false, gradients + at[3], s.room);
  normRowsBack(a.att, gainAt(n, g[1]), a.rstd2, s.dn, T, D, gradients + g[1], s.da, false);
  if (l == n.layers - 1) {
    spread(s.da, c, D);
    spread(s.dx, c, D);
    T = c.tokens;
  }
  attentionBack(n, c, a, s);
  ropeRows(n, c, s.dq, s.dk, -1.0f);
  keepInput(n, T, D, a.in1, a.step1, s.room);
  linearBack(n, w[0], T, s.dq, a.step1, s.dn, false, gradients + at[0], s.room);
  linearBack(n, w[1], T, s.dk, a.step1, s.dn, true, gradients + at[1], s.room);
  linearBack(n, w[2], T, s.dv, a.step1, s.dn, true, gradients + at[2], s.room);
  normRowsBack(a.x, p + g[0], a.rstd1, s.dn, T, D, gradients + g[0], s.dx, true);
}

// KL(teacher ‖ student) of softened logits; the teacher's row is spoiled, apart becomes student's minus teacher's share.
static double divergence(const float* student, float* teacher, int n, float temperature, float* apart) {
  const float soft = 1.0f / temperature, mostS = largest(student, n, false), mostT = largest(teacher, n, false);
  float sumS = 0, sumT = 0, mixed = 0;
  for (int i = 0; i < n; i++) {
    const float s = (student[i] - mostS) * soft, t = (teacher[i] - mostT) * soft;
    sumS += apart[i] = exponential(s);
    sumT += teacher[i] = exponential(t);
    mixed += teacher[i] * (t - s);
  }
  for (int i = 0; i < n; i++) apart[i] = apart[i] / sumS - teacher[i] / sumT;
  return double(mixed / sumT) + __builtin_log(double(sumS) / double(sumT));
}

// Logits turn into their gradient. Gives the weighted loss.
static double lossAndSlope(const Net& n, const Chunk& c, const Scratch& s, const Told& told, const Teach& teach) {
  const float hard = teach.logits ? 1.0f - teach.share : 1.0f;
  double loss = 0;
  for (int r = 0; r < c.targets; r++) {
    float* x = s.logits + size_t(r) * n.vocab;
    const float picked = x[c.wanted[r]];
    const float most = largest(x, n.vocab, false);
    if (told.argmax) {
      int best = 0;
      while (best < n.vocab - 1 && x[best] != most) best++;
      told.argmax[r] = best;
    }
    if (told.logits) copy(told.logits + size_t(r) * n.vocab, x, n.vocab);
    if (teach.logits) {
      const double far = divergence(x, teach.logits + size_t(r) * n.vocab, n.vocab, teach.temperature, s.apart);
      loss += double(c.weights[r]) * teach.share * teach.temperature * teach.temperature * far;
    }
    float sum = 0;
    for (int i = 0; i < n.vocab; i++) sum += x[i] = exponential(x[i] - most);
    const double cost = __builtin_log(double(sum)) + most - picked;
    if (told.losses) told.losses[r] = float(cost);
    loss += double(c.weights[r] * hard) * cost;
    const float scale = c.weights[r] * hard / sum;
    for (int i = 0; i < n.vocab; i++) x[i] *= scale;
    x[c.wanted[r]] -= c.weights[r] * hard;
    if (teach.logits) {
      const float pull = c.weights[r] * teach.share * teach.temperature;
      for (int i = 0; i < n.vocab; i++) x[i] += pull * s.apart[i];
    }
  }
  return loss;
}

static double pass(const Net& n, const Chunk& c, float* work, float* gradients, const Told& told, const Teach& teach) {
  Bump b{work, 0};
  const int T = c.tokens, D = n.dim, R = c.targets;
  const float* embedding = n.parameters + n.embedding;
  const Scratch s = takeScratch(n, c, gradients != nullptr, b);
  if (R == 0) return 0;
  const size_t first = b.used;
  for (int t = 0; t < T; t++) copy(s.x + size_t(t) * D, embedding + size_t(c.ids[t]) * D, D);
  for (int l = 0; l < n.layers; l++) {
    if (!gradients) b.used = first;  // without backward every layer uses the same room
    const Saved a = takeSaved(n, c, b);
    layerForward(n, c, l, a, s);
  }
  for (int r = 0; r < R; r++)
    s.rstdf[r] = norm(s.x + size_t(r) * D, n.parameters + n.outputNorm, n.eps, D, s.xf + size_t(r) * D);
  gemm(R, n.vocab, D, s.xf, D, n.head.forward, {s.logits, n.vocab, nullptr, 1.0f, false});
  const double loss = lossAndSlope(n, c, s, told, teach);
  if (!gradients) return loss;

  for (int r = 0; r < R; r++) s.ones[r] = 1.0f;
  keepInput(n, R, D, s.xf, s.ones, s.room);
  linearBack(n, n.head, R, s.logits, s.ones, s.dxf, false, gradients + n.headWeight, s.room);
  normRowsBack(s.x, n.parameters + n.outputNorm, s.rstdf, s.dxf, R, D, gradients + n.outputNorm, s.dx, false);
  b.used = first;
  Saved saved[64];
  for (int l = 0; l < n.layers; l++) saved[l] = takeSaved(n, c, b);
  for (int l = n.layers - 1; l >= 0; l--) layerBackward(n, c, l, saved[l], s, gradients);
  for (int t = 0; t < T; t++) add(gradients + n.embedding + size_t(c.ids[t]) * D, s.dx + size_t(t) * D, D);
  return loss;
}

static double block(const Net& n, const Chunk& c, const Block& o, float* work, float* gradients) {
  Bump b{work, 0};
  const size_t size = size_t(c.tokens) * n.dim;
  const Scratch s = takeScratch(n, c, gradients != nullptr, b);
  const Saved a = takeSaved(n, c, b);
  copy(s.x, o.input, size);
  layerForward(n, c, o.layer, a, s);
  if (o.output) copy(o.output, s.x, size);
  if (!o.wanted) return 0;
  double loss = 0;
  for (size_t at = 0; at < size; at += n.dim) {
    float part = 0;
    for (size_t i = at; i < at + n.dim; i++) {
      const float apart = s.x[i] - o.wanted[i];
      part += apart * apart;
      s.x[i] = 2 * o.share * apart;
    }
    loss += double(part) * o.share;
  }
  if (gradients) {
    copy(s.dx, s.x, size);
    layerBackward(n, c, o.layer, a, s, gradients);
  }
  return loss;
}
