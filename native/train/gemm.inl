// Blocked matrix product over panels: C (m, n) = scale * A (m, k) B (k, n), B packed in panels of NR columns.
// Written once over a vector of LANES floats (output.h must be there); each tier file sets LANES, VECTORS (per tile row) and ROWS (per tile), and
// may set REAL to double.
// Along k the operands come in units of 32 bits: one float here, a pair of bf16 in half.inl.

#ifndef REAL
#define REAL float
#endif
typedef REAL Vec __attribute__((vector_size(LANES * sizeof(REAL))));
typedef REAL VecU __attribute__((vector_size(LANES * sizeof(REAL)), aligned(sizeof(REAL)), may_alias));

constexpr int NR = LANES * VECTORS;
constexpr int MR = ROWS;
constexpr int SLACK = 32;  // rows and columns that a tile may read past a matrix's end
constexpr int KC = 1024;  // a panel slice of KC * NR floats stays in the second cache level

// Which part of a product is known to be zero or unwanted, for causal attention.
enum class Triangle { None, LowerC, LowerA, UpperA };

using Out = Output<REAL>;

struct Single {  // one number a unit
  static inline __attribute__((always_inline)) Vec multiplyAdd(Vec sum, REAL unit, Vec b) { return sum + (unit - Vec{}) * b; }
};

static size_t panelFloats(int k, int n) { return size_t((n + NR - 1) / NR) * NR * (k > SLACK / 2 ? k : SLACK / 2); }

// B(k, n) at b[k * rs + n * cs], each row k optionally times scale[k].
static void packB(int k, int n, const REAL* b, long rs, long cs, const REAL* scale, REAL* to) {
  for (int n0 = 0; n0 < n; n0 += NR) {
    const int w = n - n0 < NR ? n - n0 : NR;
    if (cs == 1) {
      for (int i = 0; i < k; i++, to += NR) {
        const REAL* from = b + i * rs + n0;
        const REAL s = scale ? scale[i] : REAL(1);
        if (w == NR) {
          for (int v = 0; v < VECTORS; v++) *(VecU*)(to + v * LANES) = *(const VecU*)(from + v * LANES) * s;
        } else {
          for (int j = 0; j < NR; j++) to[j] = j < w ? from[j] * s : REAL(0);
        }
      }
      continue;
    }
    for (int j = 0; j < NR; j++) {
      const REAL* from = b + (n0 + j) * cs;
      if (j < w && rs == 1)
        for (int i = 0; i < k; i++) to[size_t(i) * NR + j] = from[i];
      else
        for (int i = 0; i < k; i++) to[size_t(i) * NR + j] = j < w ? from[i * rs] : REAL(0);
    }
    if (scale)
      for (int i = 0; i < k; i++)
        for (int j = 0; j < NR; j++) to[size_t(i) * NR + j] *= scale[i];
    to += size_t(k) * NR;
  }
}

// A^T, that is a (k, m) matrix of row stride ld, into panels of MR rows: (k, MR) each.
static void packA(int m, int k, const REAL* a, long ld, REAL* to) {
  for (int m0 = 0; m0 < m; m0 += MR) {
    const int w = m - m0 < MR ? m - m0 : MR;
    for (int i = 0; i < k; i++, to += MR)
      for (int j = 0; j < MR; j++) to[j] = j < w ? a[i * ld + m0 + j] : REAL(0);
  }
}

static __attribute__((noinline)) void store(const Vec* sum, int rows, int width, const Out& out, REAL* c, const REAL* rowScale) {
  for (int r = 0; r < rows; r++, c += out.ldc, sum += VECTORS) {
    const REAL s = out.alpha * (rowScale ? rowScale[r] : REAL(1));
    if (width == NR) {
      for (int v = 0; v < VECTORS; v++) {
        VecU* to = (VecU*)(c + v * LANES);
        *to = out.accumulate ? *to + s * sum[v] : s * sum[v];
      }
    } else {
      const REAL* row = (const REAL*)sum;
      for (int j = 0; j < width; j++) c[j] = out.accumulate ? c[j] + s * row[j] : s * row[j];
    }
  }
}

// One tile of R rows. Stored: A is row-major with row stride rsa; else it is a packA panel.
template <class Math, int R, bool Stored>
static inline __attribute__((always_inline)) void tile(const REAL* a, long rsa, const REAL* b, int kc, int width,
                                                       const Out& out, REAL* c, const REAL* rowScale) {
  Vec acc[R][VECTORS];
#pragma GCC unroll 32
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; v++) acc[r][v] = Vec{};
  for (int k = 0; k < kc; k++, b += NR) {
    Vec bv[VECTORS];
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; v++) bv[v] = *(const Vec*)(b + v * LANES);
#pragma GCC unroll 32
    for (int r = 0; r < R; r++) {
      const REAL x = Stored ? a[r * rsa + k] : a[k * MR + r];
#pragma GCC unroll 4
      for (int v = 0; v < VECTORS; v++) acc[r][v] = Math::multiplyAdd(acc[r][v], x, bv[v]);
    }
  }
  // Once a tile and not unrolled: as part of every tile's code this was nine tenths of it.
  Vec rows[R * VECTORS];
#pragma GCC unroll 32
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; v++) rows[r * VECTORS + v] = acc[r][v];
  store(rows, R, width, out, c, rowScale);
}

// The last rows of a matrix go in tiles of 4, 2 and 1: a tile for each number of rows was three times the code.
template <class Math, bool Stored, int R>
static void tiles(int rows, const REAL* a, long rsa, const REAL* b, int kc, int width, const Out& out, REAL* c,
                  const REAL* rowScale) {
  if (rows >= R) {
    tile<Math, R, Stored>(a, rsa, b, kc, width, out, c, rowScale);
    if (rows == R) return;
    rows -= R, a += R * (Stored ? rsa : 1), c += R * out.ldc;
    if (rowScale) rowScale += R;
  }
  if constexpr (R > 1) tiles<Math, Stored, (R > 4 ? 4 : R / 2)>(rows, a, rsa, b, kc, width, out, c, rowScale);
}

template <class Math, bool Stored>
static void gemmOver(int m, int n, int k, const REAL* a, long rsa, const REAL* b, Out out, Triangle triangle) {
  const bool accumulate = out.accumulate;
  for (int n0 = 0; n0 < n; n0 += NR) {
    const REAL* panel = b + size_t(n0) * k;
    const int width = n - n0 < NR ? n - n0 : NR;
    for (int k0 = 0; k0 < k; k0 += KC) {
      out.accumulate = accumulate || k0 > 0;
      const int k1 = k - k0 < KC ? k : k0 + KC;
      for (int m0 = 0; m0 < m; m0 += MR) {
        const int rows = m - m0 < MR ? m - m0 : MR;
        if (triangle == Triangle::LowerC && n0 >= m0 + rows) continue;
        int from = k0, to = k1;
        if (triangle == Triangle::LowerA && to > m0 + rows) to = m0 + rows;
        if (triangle == Triangle::UpperA && from < m0) from = m0;
        if (from >= to && out.accumulate) continue;
        const int kc = to > from ? to - from : 0;
        const REAL* at = Stored ? a + m0 * rsa + from : a + size_t(m0) * k + size_t(from) * MR;
        tiles<Math, Stored, MR>(rows, at, rsa, panel + size_t(from) * NR, kc, width, out, out.c + m0 * out.ldc + n0,
                                out.rowScale ? out.rowScale + m0 : nullptr);
      }
    }
  }
}

// A row-major (m, k) with row stride lda.
static void gemm(int m, int n, int k, const REAL* a, long lda, const REAL* b, const Out& out,
                 Triangle triangle = Triangle::None) {
  gemmOver<Single, true>(m, n, k, a, lda, b, out, triangle);
}

// A in packA panels.
static void gemmPacked(int m, int n, int k, const REAL* a, const REAL* b, const Out& out,
                       Triangle triangle = Triangle::None) {
  gemmOver<Single, false>(m, n, k, a, 0, b, out, triangle);
}
