// The model's linears over the products of gemm.inl, or of half.inl where the net has them.
// A linear's input is the integers (or plain values) of a row and the row's step; its weights are a Packed.

struct LinearRoom {  // scratch shared by all linears of a pass
  float* rows;    // an input's or gradient's rows made ready
  float* panelA;
  float* panelB;
};

// Rows made ready as the left side of a product; shared by the linears of one input.
static const float* leftSide(const Net& n, int rows, int width, const float* x, const LinearRoom& room) {
  if (!n.half) return x;
  n.half->rows(rows, width, x, room.rows);
  return room.rows;
}

static void product(const Net& n, int m, int columns, int k, const float* left, const float* panels, const Out& out) {
  if (n.half) n.half->product(m, columns, k, left, panels, out);
  else gemm(m, columns, k, left, k, panels, out);
}

// y (+)= step * scale * left W^T
static void linear(const Net& n, const Packed& w, int rows, const float* left, const float* step, float* y, bool accumulate) {
  product(n, rows, w.out, w.in, left, w.forward, {y, w.out, step, w.scale, accumulate});
}

// Keeps the input's panels for the weight gradients of the linears that share it.
static void keepInput(const Net& n, int rows, int width, const float* x, const float* step, const LinearRoom& room) {
  if (n.half) n.half->right(rows, width, x, width, room.panelB);
  else packB(rows, width, x, width, 1, step, room.panelB);
}

// dx (+)= dy W and dW += dy^T x, x being the kept input.
static void linearBack(const Net& n, const Packed& w, int rows, const float* dy, const float* step, float* dx, bool accumulate,
                       float* dw, const LinearRoom& room) {
  product(n, rows, w.in, w.out, leftSide(n, rows, w.out, dy, room), w.backward, {dx, w.in, nullptr, w.scale, accumulate});
  const Out out{dw, w.in, nullptr, 1.0f, true};
  if (n.half) {
    n.half->transposedLeft(w.out, rows, dy, step, room.panelA);
    return n.half->transposedProduct(w.out, w.in, rows, room.panelA, room.panelB, out);
  }
  packA(w.out, rows, dy, w.out, room.panelA);
  gemmPacked(w.out, w.in, rows, room.panelA, room.panelB, out);
}

// Ternary by the tensor's mean magnitude, the values -1, 0, 1 kept as floats.
static float ternary(const float* from, size_t n, float* to) {
  double total = 0;
  for (size_t i = 0; i < n; i += 1024) {
    float part = 0;
    for (size_t j = i; j < n && j < i + 1024; j++) part += __builtin_fabsf(from[j]);
    total += part;
  }
  const float mean = float(total / double(n));
  const float scale = mean > 1e-5f ? mean : 1e-5f;
  for (size_t i = 0; i < n; i++) {
    const float q = __builtin_rintf(from[i] / scale);
    to[i] = q < -1.0f ? -1.0f : (q > 1.0f ? 1.0f : q);
  }
  return scale;
}

// Fills both panels of a linear, or of the output head: its forward stays in f32, so the loss is exact.
static void prepare(const Net& net, Packed& w, const float* from, const Quantizer& z, bool head, float* scratch) {
  w.scale = 1.0f;
  if (z.grid == Grid::Absmean) w.scale = ternary(from, size_t(w.out) * w.in, scratch);
  else if (z.grid != Grid::None) quantize(z, net.parameters, scratch, false);
  if (z.grid != Grid::None) from = scratch;
  if (net.half && !head) net.half->transposedRight(w.in, w.out, from, w.forward);
  else packB(w.in, w.out, from, 1, w.in, nullptr, w.forward);
  if (net.half) net.half->right(w.out, w.in, from, w.in, w.backward);
  else packB(w.out, w.in, from, w.in, 1, nullptr, w.backward);
}
