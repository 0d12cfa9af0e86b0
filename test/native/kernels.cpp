// Every kernel of every instruction set that this CPU has, against scalar: formats, modes, algorithms, odd sizes.
// Integer results must be equal; float ones may differ by the order of their sums. Prints one line a tier; exits 1 on
// a difference. Built and run by arm-quick.long.test.ts as `kernels quick TIER` (narrow sizes that still cross every boundary), by
// arm.long.test.ts without quick (and by hand on a board, where no tier means all): no Node inside. `kernels chosen`
// says which tier this CPU gets by default. A tier asked for by name runs even where this CPU lacks its features: vectors that
// are shorter than a tier pays for do too, and others.long.test.ts builds one whose instructions are emulated.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <random>
#include <vector>

#include "engine/activations.h"
#include "engine/dispatch.h"
#include "engine/weight.h"

using namespace lutra;

namespace {

struct Case {
  DType dtype;
  size_t cols, rows, n;
  bool int8;
  Algorithm algorithm;
  Vq vq;
};

// Geometries of codebooks: one, two and four lanes; codebooks of all eight rows, of four, and codes beyond four bits.
constexpr Vq kVqs[] = {{4, 2, 8, 32}, {4, 2, 4, 64}, {3, 1, 16, 32}, {4, 4, 4, 32}, {2, 4, 32, 128}, {6, 2, 8, 32}};

std::vector<float> run(const Kernels& kernels, const Case& c, const std::vector<uint8_t>& bytes, const std::vector<float>& x, unsigned threads) {
  Pool pool(threads);
  const Weight w = pack({"w", c.dtype, c.cols, c.rows, bytes.data(), nullptr, c.vq}, c.algorithm, true, false, pool);
  Activations acts(kernels, pool);
  const Acts a = acts.prepare(want_of(w.view, c.int8), x.data(), c.cols, c.n);
  std::vector<float> y(c.n * c.rows, NAN);
  pool.run([&](unsigned thread) {
    const Part mine = part(c.rows, thread, pool.threads(), kLutRows);
    if (mine.from < mine.to) linear(kernels, w.view, a, mine.from, mine.to, y.data(), c.rows);
  });
  return y;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && !strcmp(argv[1], "chosen")) return puts(choose("").isa), 0;
  const bool quick = argc > 1 && !strcmp(argv[1], "quick");
  const std::vector<std::string> only(argv + (quick ? 2 : 1), argv + argc);
  std::mt19937 random(7);
  // Grids of any points: which ones a file means is not the kernels' matter.
  const std::vector<std::vector<int8_t>> levels = {{8, 25, 43}, {8, 25, 43}, {8, 25, 43}, {4, 12, 20, 28, 36, 44, 52, 62}, {1, 3, 5, 7, 9, 11, 13, 15}, {-1, 0, 1}};
  const size_t counts[kGrids] = {256 * 8, 512 * 8, 1024 * 8, 256 * 4, 512 * 4, 2048 * 8};
  for (size_t g = 0; g < kGrids; g++) {
    std::vector<int8_t> values(counts[g]);
    for (auto& v : values) v = levels[g][random() % levels[g].size()];
    set_grid(g, values.data(), values.size());
  }
  const auto codes = [&](std::vector<uint8_t>& bytes, DType dtype, size_t cols, size_t rows, const Vq& vq) {
    for (auto& b : bytes) {
      uint8_t v = static_cast<uint8_t>(random());
      // Two-bit codes 0, 1, 2; other formats take any byte.
      if (is_ternary(dtype) && dtype != DType::TQ1_0) v &= static_cast<uint8_t>(~((v & (v >> 1) & 0x55) << 1));
      b = v;
    }
    const uint16_t half = 0x2e66;  // 0.1
    const auto every = [&](size_t step, size_t at) {
      for (size_t i = at; i + 2 <= bytes.size(); i += step) memcpy(&bytes[i], &half, 2);
    };
    const float scale = 0.07f;
    if (dtype == DType::Q8_0) every(34, 0);
    if (dtype == DType::Q4_0) every(18, 0);
    if (dtype == DType::TQ1_0) every(54, 52);
    if (dtype == DType::TQ2_0) every(66, 64);
    if (dtype == DType::Q2_K) every(84, 80), every(84, 82);
    if (dtype == DType::Q3_K) every(110, 108);
    if (dtype == DType::Q4_K) every(144, 0), every(144, 2);
    if (dtype == DType::Q5_K) every(176, 0), every(176, 2);
    if (dtype == DType::Q6_K) every(210, 208);
    if (dtype == DType::Q4_1) every(20, 0), every(20, 2);
    if (dtype == DType::Q1_0 || dtype == DType::Q2_0) every(18, 0);
    for (size_t b = 1; b <= 4; b++)
      if (static_cast<size_t>(dtype) == static_cast<size_t>(DType::LU1) + b - 1) every(16 * b + 4, 16 * b), every(16 * b + 4, 16 * b + 2);
    if (dtype == DType::Q5_0) every(22, 0);
    if (dtype == DType::Q5_1) every(24, 0), every(24, 2);
    if (dtype == DType::IQ4_NL) every(18, 0);
    if (dtype == DType::IQ4_XS) every(136, 0);
    if (dtype == DType::MXFP4)
      for (size_t i = 0; i < bytes.size(); i += 17) bytes[i] = static_cast<uint8_t>(120 + bytes[i] % 8);
    for (const auto& [grid, size] : {std::pair{DType::IQ2_XXS, 66}, {DType::IQ2_XS, 74}, {DType::IQ2_S, 82}, {DType::IQ3_XXS, 98}, {DType::IQ3_S, 110}, {DType::IQ1_S, 50}})
      if (dtype == grid) every(static_cast<size_t>(size), 0);
    if (dtype == DType::IQ1_M)  // the half's nibbles are the top ones of four words
      for (size_t i = 0; i < bytes.size(); i += 56)
        for (size_t n = 0; n < 4; n++) bytes[i + 49 + 2 * n] = static_cast<uint8_t>((bytes[i + 49 + 2 * n] & 15) | (half >> (4 * n) & 15) << 4);
    if (const Uniform* u = uniform_of(dtype); u && u->zero) {
      const size_t block = 4 + u->group * static_cast<size_t>(u->bits) / 8;
      every(block, 0);
      for (size_t i = 0; i + 4 <= bytes.size(); i += block) bytes[i + 3] = 0;
    }
    if (dtype == DType::VQ) every(vq.unit(), 0);
    if (dtype == DType::I2_S) memcpy(&bytes[cols * rows / 4], &scale, 4);
    if (dtype == DType::LT2) memcpy(&bytes[cols * rows / 4], &scale, 4);
    std::normal_distribution<float> normal;
    if (dtype == DType::F32)
      for (size_t i = 0; i < cols * rows; i++) {
        const float v = normal(random);
        memcpy(&bytes[i * 4], &v, 4);
      }
    if (dtype == DType::F16 || dtype == DType::BF16)
      for (size_t i = 0; i < bytes.size(); i += 2) bytes[i + 1] = static_cast<uint8_t>((bytes[i + 1] & 0x83) | 0x3c);
  };
  int bad = 0;
  for (const Tier& tier : tiers()) {
    if (!only.empty() && std::find(only.begin(), only.end(), tier.name) == only.end()) continue;
    const std::string missing = lacking(tier);
    if (!missing.empty() && only.empty()) {
      printf("%s skipped: no %s\n", tier.name, missing.c_str());
      continue;
    }
    if (quick && !strcmp(tier.name, "scalar")) continue;  // the truth itself, on two threads
    const Kernels kernels = tier.open(), scalar = choose("scalar");
    int cases = 0;
    double worst = 0;
    constexpr int first = static_cast<int>(DType::VQ);
    for (int d = 0; d < first + static_cast<int>(std::size(kVqs)); d++)
      for (const size_t cols : {32, 68, 128, 256, 640, 5120})
        for (const size_t height : {1, 37, 100})
          for (const size_t n : {1, 5, 71})
            for (const int options : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
              const Vq vq = d < first ? Vq{} : kVqs[d - first];
              const size_t rows = d < first ? height : (height + vq.rows - 1) / vq.rows * vq.rows;
              Case c{static_cast<DType>(std::min(d, first)), cols, rows, n, (options & 1) != 0, static_cast<Algorithm>(options >> 1), vq};
              // The other algorithms are for ternary weights, or for codes of one to four bits outside int8 mode.
              const bool planes = uniform_of(c.dtype) && uniform_of(c.dtype)->bits <= 4;
              if (planes ? options > 1 && options != 2 && options != 8 : !is_ternary(c.dtype) && options > 1) continue;
              if (cols >= 4096 && height != 37) continue;  // the 16-bit sums' limit, once
              // What is many tokens, or one algorithm of several, need not meet every size: qemu is slow.
              if ((n > 5 || options > 3 || uniform_of(c.dtype) || d >= static_cast<int>(DType::Q5_0)) && (height != 37 || cols == 128 || (n > 5 && cols > 640))) continue;
              // Quick: many tokens at the narrowest size, other heights at few tokens, the sums' limit where sums are whole.
              if (quick && (cols == 128 || cols == 640) && source_bytes(c.dtype, 68, rows) != 0) continue;
              if (quick && n > 5 && cols > 68 && (cols > 256 || source_bytes(c.dtype, 32, rows) != 0)) continue;
              if (quick && height != 37 && (n != 5 || cols > 256)) continue;
              if (quick && cols >= 4096 && (n > 1 || !c.int8 || !is_ternary(c.dtype))) continue;
              const size_t size = source_bytes(c.dtype, cols, rows, vq);
              if (size == 0) continue;
              std::vector<uint8_t> bytes(size);
              codes(bytes, c.dtype, cols, rows, vq);
              std::vector<float> x(n * cols);
              // Extremes in a third of the cases: every activation at the end of the int8 range.
              for (auto& v : x) v = cases % 3 == 0 ? (random() % 2 ? 1.f : -1.f) : std::normal_distribution<float>()(random);
              const auto y = run(kernels, c, bytes, x, 2), truth = run(scalar, c, bytes, x, 1);
              const bool exact = c.int8 && (c.dtype == DType::I2_S || c.dtype == DType::LT2);
              double most = 1e-2, off = 0;  // sums that cancel are held to the size of their terms
              for (size_t i = 0; i < y.size(); i++) {
                most = std::max<double>(most, std::fabs(truth[i]));
                off = std::max<double>(off, y[i] == truth[i] ? 0 : std::isnan(y[i]) ? 1e9 : std::fabs(y[i] - truth[i]));
              }
              // In a prompt a token's result is the same bits as alone, whatever kernel takes many: the first and the last.
              bool same = true;
              for (const size_t t : {size_t{0}, n - 1}) {
                if (n == 1 || (quick && cases % 5)) break;
                const Case alone{c.dtype, cols, rows, 1, c.int8, c.algorithm, vq};
                const auto one = run(kernels, alone, bytes, {x.begin() + static_cast<ptrdiff_t>(t * cols), x.begin() + static_cast<ptrdiff_t>((t + 1) * cols)}, 1);
                same = same && std::equal(one.begin(), one.end(), y.begin() + static_cast<ptrdiff_t>(t * rows));
              }
              cases++;
              if (!same && bad++ < 20) printf("%s: dtype %d cols %zu rows %zu n %zu options %d: other bits than alone\n", tier.name, d, cols, rows, n, options);
              if (!exact) worst = std::max(worst, off / most);
              // Sums of up to 5120 floats in another order: some 2^-24 * sqrt(5120) * cancellation.
              if (exact ? off != 0 : off / most > 2e-4) {
                if (bad++ < 20) printf("%s: dtype %d cols %zu rows %zu n %zu options %d: off by %g of %g\n", tier.name, d, cols, rows, n, options, off, most);
              }
            }
    printf("%s: %d cases, float difference at most %.1e\n", tier.name, cases, worst);
  }
  return bad ? 1 : 0;
}
