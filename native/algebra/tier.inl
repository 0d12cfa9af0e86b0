// The whole numeric code of a tier, in the including file's own namespace. Needs TIER_NAME, WIDTH (bytes of a vector),
// VECTORS and ROWS. gemm.inl is included twice, and what it defines stays in a namespace of its own.
#include "algebra/tier.h"
#include "train/output.h"

namespace lutra::algebra {
namespace {

namespace single {
#define LANES (WIDTH / 4)
#define REAL float
#include "train/gemm.inl"
#undef REAL
#undef LANES
void pack(int k, int n, const float* b, long rs, long cs, float* to) { packB(k, n, b, rs, cs, nullptr, to); }
void multiply(int m, int n, int k, const float* a, long lda, const float* b, float* c, long ldc, float alpha, bool add) {
  gemm(m, n, k, a, lda, b, {c, ldc, nullptr, alpha, add});
}
void multiplyPacked(int m, int n, int k, const float* a, const float* b, float* c, long ldc, float alpha, bool add) {
  gemmPacked(m, n, k, a, b, {c, ldc, nullptr, alpha, add});
}
static_assert(ROW_STEP % MR == 0 && COLUMN_STEP % NR == 0, "blocks must start where panels do");
}  // namespace single

namespace twice {
#define LANES (WIDTH / 8)
#define REAL double
#include "train/gemm.inl"
#undef REAL
#undef LANES
void packFloats(int k, int n, const float* b, long rs, long cs, double* to) {
  for (int n0 = 0; n0 < n; n0 += NR, to += size_t(k) * NR) {
    const int w = n - n0 < NR ? n - n0 : NR;
    if (w < NR) {
      for (int i = 0; i < k; i++)
        for (int j = 0; j < NR; j++) to[size_t(i) * NR + j] = j < w ? double(b[i * rs + (n0 + j) * cs]) : 0.0;
    } else if (cs == 1) {
      for (int i = 0; i < k; i++)
        for (int j = 0; j < NR; j++) to[size_t(i) * NR + j] = b[i * rs + n0 + j];
    } else {
      for (int j = 0; j < NR; j++)
        for (int i = 0; i < k; i++) to[size_t(i) * NR + j] = b[i * rs + (n0 + j) * cs];
    }
  }
}
void pack(int k, int n, const double* b, long rs, long cs, double* to) { packB(k, n, b, rs, cs, nullptr, to); }
void multiply(int m, int n, int k, const double* a, long lda, const double* b, double* c, long ldc, double alpha, bool add) {
  gemm(m, n, k, a, lda, b, {c, ldc, nullptr, alpha, add});
}
static_assert(COLUMN_STEP % NR == 0, "blocks must start where panels do");
}  // namespace twice

void widen(int m, int k, const float* a, long lda, double* to, long ldto) {
  for (int i = 0; i < m; i++)
    for (int j = 0; j < k; j++) to[i * ldto + j] = a[i * lda + j];
}

const Tier tier = {TIER_NAME,
                   {single::pack, single::multiply},
                   {twice::packFloats, twice::multiply},
                   single::packA,
                   single::multiplyPacked,
                   twice::pack,
                   widen};
}  // namespace
}  // namespace lutra::algebra
