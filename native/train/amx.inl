// The bf16 products of half.inl on AMX: 2 x 2 tiles of 16 x 16 sums, operands 16 pairs deep. halfRows' rows and halfB's
// panels already lie as the tiles want them; only A^T is laid out differently. Rows past m are computed and not stored.
struct alignas(64) TileShape {
  uint8_t palette = 1, start = 0, reserved[14] = {};
  uint16_t rowBytes[16] = {};
  uint8_t rows[16] = {};
  TileShape() {
    for (int i = 0; i < 8; i++) rowBytes[i] = 64, rows[i] = 16;
  }
};

static inline void storeBlock(const float* sums, int rows, int width, const Out& out, float* c, const float* rowScale) {
  const __mmask16 left = firstOf(width), right = firstOf(width - 16);
  for (int r = 0; r < rows; r++, c += out.ldc) {
    const __m512 scale = _mm512_set1_ps(out.alpha * (rowScale ? rowScale[r] : 1.0f));
    const float* from = sums + (r >> 4) * 512 + (r & 15) * 16;
    __m512 x = _mm512_mul_ps(scale, _mm512_load_ps(from));
    __m512 y = _mm512_mul_ps(scale, _mm512_load_ps(from + 256));
    if (out.accumulate) {
      x = _mm512_add_ps(x, _mm512_maskz_loadu_ps(left, c));
      y = _mm512_add_ps(y, _mm512_maskz_loadu_ps(right, c + 16));
    }
    _mm512_mask_storeu_ps(c, left, x);
    _mm512_mask_storeu_ps(c + 16, right, y);
  }
}

// C (m, n) = left (m, k) B (k, n), left being rows of pairs(k) units; SLACK rows behind them may be read.
static void halfProduct(int m, int n, int k, const float* left, const float* panels, const Out& out) {
  static_assert(NR == 32 && SLACK >= 31, "a panel is two tiles wide; the last tile rows lie in the slack");
  const int units = pairs(k), rowBytes = units * 4, panelBytes = NR * 4;
  alignas(64) float sums[4 * 256];
  const TileShape shape;
  _tile_loadconfig(&shape);
  for (int n0 = 0; n0 < n; n0 += NR, panels += size_t(NR) * units)
    for (int m0 = 0; m0 < m; m0 += 32) {
      const float *a = left + size_t(m0) * units, *b = panels;
      _tile_zero(0);
      _tile_zero(1);
      _tile_zero(2);
      _tile_zero(3);
      for (int u = 0; u < units; u += 16, a += 16, b += 16 * NR) {
        _tile_loadd(4, a, rowBytes);
        _tile_loadd(6, b, panelBytes);
        _tile_loadd(7, b + 16, panelBytes);
        _tile_loadd(5, a + size_t(16) * units, rowBytes);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
      }
      _tile_stored(0, sums, 64);
      _tile_stored(1, sums + 256, 64);
      _tile_stored(2, sums + 512, 64);
      _tile_stored(3, sums + 768, 64);
      storeBlock(sums, m - m0 < 32 ? m - m0 : 32, n - n0 < NR ? n - n0 : NR, out, out.c + m0 * out.ldc + n0,
                 out.rowScale ? out.rowScale + m0 : nullptr);
    }
  _tile_release();
}

// C (m, n) = A^T (m, k) B (k, n), A^T being halfA's.
static void halfTransposedProduct(int m, int n, int k, const float* a, const float* panels, const Out& out) {
  halfProduct(m, n, k, a, panels, out);
}

// Sixteen vectors of sixteen units, turned round.
static inline void transpose(__m512i v[16]) {
  __m512i t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(v[i], v[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(v[i], v[i + 1]);
  }
  for (int i = 0; i < 16; i += 4)
    for (int j = 0; j < 2; j++) {
      v[i + 2 * j] = _mm512_unpacklo_epi64(t[i + j], t[i + j + 2]);
      v[i + 2 * j + 1] = _mm512_unpackhi_epi64(t[i + j], t[i + j + 2]);
    }
  for (int i = 0; i < 16; i += 8)
    for (int j = 0; j < 4; j++) {
      t[i + j] = _mm512_shuffle_i32x4(v[i + j], v[i + j + 4], 0x88);
      t[i + j + 4] = _mm512_shuffle_i32x4(v[i + j], v[i + j + 4], 0xdd);
    }
  for (int j = 0; j < 8; j++) {
    v[j] = _mm512_shuffle_i32x4(t[j], t[j + 8], 0x88);
    v[j + 8] = _mm512_shuffle_i32x4(t[j], t[j + 8], 0xdd);
  }
}

// A^T, a (k, m) matrix, as rows of pairs(k) units, each row k times scale[k].
static void halfA(int m, int k, const float* a, const float* scale, float* to) {
  const int units = pairs(k);
  for (int m0 = 0; m0 < m; m0 += 16) {
    const __mmask16 mask = firstOf(m - m0);
    for (int u = 0; u < units; u += 16) {
      __m512i block[16];
      for (int i = 0; i < 16; i++) {
        const int row = 2 * (u + i);
        const __m512 even = row < k ? _mm512_maskz_loadu_ps(mask, a + size_t(row) * m + m0) * _mm512_set1_ps(scale[row])
                                    : _mm512_setzero_ps();
        const __m512 odd = row + 1 < k ? _mm512_maskz_loadu_ps(mask, a + size_t(row + 1) * m + m0) * _mm512_set1_ps(scale[row + 1])
                                       : _mm512_setzero_ps();
        block[i] = twoRows(even, odd);
      }
      transpose(block);
      for (int j = 0; j < 16 && m0 + j < m; j++) _mm512_storeu_si512(to + size_t(m0 + j) * units + u, block[j]);
    }
  }
}
