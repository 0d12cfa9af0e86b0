// One I2_S tensor with its known products, through every instruction set that this CPU has: sums must be equal.
// Reads a file: cols, rows, n (uint32), the tensor's bytes, x (n x cols float32, whole numbers up to 127), y (n x rows).
// Built and run by arm-quick.long.test.ts. The tensor's meaning is the test's own: this program only asks the kernels.
#include <cstdio>
#include <vector>

#include "engine/activations.h"
#include "engine/dispatch.h"
#include "engine/weight.h"

using namespace lutra;

namespace {

template <typename T>
std::vector<T> take(FILE* file, size_t count) {
  std::vector<T> values(count);
  if (fread(values.data(), sizeof(T), count, file) != count) {
    fprintf(stderr, "the file ends early\n");
    exit(2);
  }
  return values;
}

}  // namespace

int main(int argc, char** argv) {
  FILE* file = argc > 1 ? fopen(argv[1], "rb") : nullptr;
  if (!file) return 2;
  const auto sizes = take<uint32_t>(file, 3);
  const size_t cols = sizes[0], rows = sizes[1], n = sizes[2];
  const auto bytes = take<uint8_t>(file, source_bytes(DType::I2_S, cols, rows));
  const auto x = take<float>(file, n * cols), wanted = take<float>(file, n * rows);
  fclose(file);
  int bad = 0;
  for (const Tier& tier : tiers()) {
    if (!lacking(tier).empty()) continue;
    const Kernels kernels = choose(tier.name);
    Pool pool(1);
    for (const Algorithm algorithm : {Algorithm::Mad, Algorithm::Lut, Algorithm::Tl2}) {
      const Weight w = pack({"w", DType::I2_S, cols, rows, bytes.data(), nullptr}, algorithm, true, false, pool);
      Activations acts(kernels, pool);
      std::vector<float> y(n * rows);
      linear(kernels, w.view, acts.prepare(want_of(w.view, true), x.data(), cols, n), 0, rows, y.data(), rows);
      size_t wrong = 0;
      for (size_t i = 0; i < y.size(); i++) wrong += y[i] != wanted[i];
      bad += wrong > 0;
      printf("%s algorithm %d: %zu of %zu sums equal\n", tier.name, static_cast<int>(algorithm), y.size() - wrong, y.size());
    }
  }
  return bad > 0;
}
