// One linear of one token (or of TOKENS) on one thread, for counting: packs a random matrix, prepares random vectors
// `prepares` times, multiplies `linears` times and prints the sum of the results, so that nothing is left out. `list` names
// the kernels.
// linear KERNEL ROWS COLS PREPARES LINEARS [TOKENS], where KERNEL is FORMAT.ALGORITHM.MODE; LUTRA_ISA names the tier.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "engine/activations.h"
#include "engine/dispatch.h"
#include "engine/fault.h"
#include "engine/weight.h"

using namespace lutra;

namespace {

struct Format {
  const char* name;
  DType dtype;
  size_t block;               // bytes
  std::vector<size_t> halves;  // where a block's float16 are
};
const Format formats[] = {
    {"I2_S", DType::I2_S, 0, {}}, {"TQ2_0", DType::TQ2_0, 66, {64}}, {"TQ1_0", DType::TQ1_0, 54, {52}},
    {"Q1_0", DType::Q1_0, 18, {0}}, {"Q2_0", DType::Q2_0, 18, {0}}, {"Q4_0", DType::Q4_0, 18, {0}},
    {"Q4_1", DType::Q4_1, 20, {0, 2}}, {"Q8_0", DType::Q8_0, 34, {0}}, {"IQ4_NL", DType::IQ4_NL, 18, {0}},
    {"Q2_K", DType::Q2_K, 84, {80, 82}}, {"Q4_K", DType::Q4_K, 144, {0, 2}}, {"Q5_K", DType::Q5_K, 176, {0, 2}}, {"Q6_K", DType::Q6_K, 210, {208}},
};
const char* const algorithms[] = {"mad", "lut", "tl2"};

std::vector<uint8_t> random_bytes(const Format& format, size_t cols, size_t rows, std::mt19937& random) {
  std::vector<uint8_t> bytes(source_bytes(format.dtype, cols, rows));
  for (auto& b : bytes) {
    b = static_cast<uint8_t>(random());
    // Two-bit codes 0, 1, 2.
    if (is_ternary(format.dtype) && format.dtype != DType::TQ1_0) b &= static_cast<uint8_t>(~((b & (b >> 1) & 0x55) << 1));
  }
  const uint16_t tenth = 0x2e66;
  for (const size_t at : format.halves)
    for (size_t i = at; i + 2 <= bytes.size(); i += format.block) memcpy(&bytes[i], &tenth, 2);
  const float scale = 0.07f;
  if (format.dtype == DType::I2_S) memcpy(&bytes[cols * rows / 4], &scale, 4);
  return bytes;
}

void list() {
  for (const Format& f : formats) {
    const bool ternary = is_ternary(f.dtype), planes = f.dtype == DType::Q1_0 || f.dtype == DType::Q2_0 || f.dtype == DType::Q4_0;
    for (const char* a : algorithms)
      if (!strcmp(a, "mad") || ternary || (planes && !strcmp(a, "lut"))) printf("%s.%s.%s\n", f.name, a, ternary ? "int8" : "float");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && !strcmp(argv[1], "list")) {
    list();
    return 0;
  }
  if (argc != 6 && argc != 7) return fprintf(stderr, "Expected KERNEL ROWS COLS PREPARES LINEARS [TOKENS], or list\n"), 2;
  const std::string kernel = argv[1];
  const size_t dot = kernel.find('.'), last = kernel.rfind('.');
  const size_t rows = strtoull(argv[2], nullptr, 10), cols = strtoull(argv[3], nullptr, 10);
  const size_t prepares = strtoull(argv[4], nullptr, 10), linears = strtoull(argv[5], nullptr, 10);
  const size_t tokens = argc == 7 ? strtoull(argv[6], nullptr, 10) : 1;
  const char* isa = getenv("LUTRA_ISA");
  try {
    for (const Format& format : formats) {
      if (kernel.substr(0, dot) != format.name) continue;
      std::mt19937 random(7);
      const auto bytes = random_bytes(format, cols, rows, random);
      std::vector<float> x(tokens * cols), y(tokens * rows);
      std::normal_distribution<float> normal;
      for (auto& v : x) v = normal(random);
      Pool pool(1);
      const Kernels kernels = choose(isa ? isa : "");
      const bool int8 = kernel.substr(last + 1) == "int8";
      const Weight w = pack({"w", format.dtype, cols, rows, bytes.data(), nullptr}, algorithm_of(kernel.substr(dot + 1, last - dot - 1)), true, false, pool);
      Activations activations(kernels, pool);
      const Want want = want_of(w.view, int8);
      Acts acts{};
      for (size_t i = 0; i < prepares; i++) acts = activations.prepare(want, x.data(), cols, tokens);
      double sum = 0;
      for (size_t i = 0; i < linears; i++) {
        linear(kernels, w.view, acts, 0, rows, y.data(), rows);
        sum += y[i % y.size()];
      }
      return printf("%s %.6g\n", kernels.isa, sum), 0;
    }
  } catch (const Fault& fault) {
    return fprintf(stderr, "%s\n", fault.what()), 1;
  }
  return fprintf(stderr, "Expected a kernel of list but found %s\n", kernel.c_str()), 2;
}
