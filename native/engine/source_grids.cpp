// Grid points: IQ2_* and IQ1_* name eight weights by a number, IQ3_* four. Here a point becomes a code for each weight.
// The grids come from hal/dtypes/grids.ts, the one place that holds them: see set_grid.
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/fault.h"
#include "engine/source.h"

namespace lutra {

namespace {

// In the order of kernels/native/grids.ts. A coordinate becomes the code of its positive sign; IQ1's, twice its index.
struct Grid {
  const Book* book;
  size_t width, points;
  int divisor;  // of magnitudes, which the book has
};
constexpr Grid kGridList[kGrids] = {{&kGrid2, 8, 256, 1}, {&kGrid2, 8, 512, 1}, {&kGrid2, 8, 1024, 1}, {&kGrid3Xxs, 4, 256, 2}, {&kGrid3S, 4, 512, 1}, {&kGrid1, 8, 2048, 1}};
std::mutex gMutex;
std::vector<uint8_t> gTables[kGrids];
std::atomic<const uint8_t*> gGrids[kGrids];

size_t grid_of(DType dtype) { return dtype == DType::IQ1_M ? 5 : static_cast<size_t>(dtype) - static_cast<size_t>(DType::IQ2_XXS); }

// Seven stored signs are eight: the number of minuses is even.
int even(uint32_t bits) {
  const int seven = static_cast<int>(bits & 127);
  return seven | __builtin_parity(static_cast<unsigned>(seven)) << 7;
}

uint32_t load_u32(const uint8_t* p) {
  uint32_t v;
  memcpy(&v, p, 4);
  return v;
}

int nibble(const uint8_t* p, int n) { return p[n / 2] >> (n % 2 * 4) & 15; }

uint16_t iq1m_scale(const uint8_t* p) {
  int half = 0;
  for (int n = 0; n < 4; n++) half |= load_u16(p + 48 + 2 * n) >> 12 << (4 * n);
  return static_cast<uint16_t>(half);
}

}  // namespace

void set_grid(size_t g, const int8_t* values, size_t count) {
  const Grid& grid = kGridList[g];
  if (count != grid.points * grid.width) throw Fault("mismatch", "Expected a grid of " + std::to_string(grid.points) + " points");
  if (gGrids[g]) return;  // another engine gave it
  std::vector<uint8_t> codes(count);
  for (size_t i = 0; i < count; i++) {
    int code = 0;
    if (grid.book == &kGrid1) {
      code = values[i] >= -1 && values[i] <= 1 ? 2 * (values[i] + 1) : -1;
    } else {
      while (code < grid.book->count && (grid.book->value[code] < 0 || grid.book->value[code] * grid.divisor != values[i])) code++;
      if (code == grid.book->count) code = -1;
    }
    if (code < 0) throw Fault("mismatch", "Expected a coordinate of the grid but found " + std::to_string(values[i]));
    codes[i] = static_cast<uint8_t>(code);
  }
  std::lock_guard<std::mutex> lock(gMutex);
  if (gGrids[g]) return;
  gTables[g] = std::move(codes);
  gGrids[g] = gTables[g].data();
}

void need_grid(DType dtype) {
  const Super* layout = super_of(dtype);
  if (layout && layout->book.count && !gGrids[grid_of(dtype)]) throw Fault("unsupported", "The addon was not given the grids of the i-quants");
}

void grid_codes(DType dtype, const uint8_t* p, uint8_t* out) {
  const size_t g = grid_of(dtype), width = kGridList[g].width;
  const uint8_t* points = gGrids[g];
  const int last = kGridList[g].book->count - 1;
  const auto put = [&](int index, int signs) {
    for (size_t j = 0; j < width; j++) {
      const uint8_t code = points[static_cast<size_t>(index) * width + j];
      *out++ = static_cast<uint8_t>(signs >> j & 1 ? last - code : code);
    }
  };
  const auto move = [&](int index, bool less) {
    for (size_t j = 0; j < width; j++) *out++ = static_cast<uint8_t>(points[static_cast<size_t>(index) * width + j] + (less ? 0 : 1));
  };
  switch (dtype) {
    case DType::IQ2_XXS:
      for (int n = 0; n < 32; n++) put(p[2 + n / 4 * 8 + n % 4], even(load_u32(p + 6 + n / 4 * 8) >> (n % 4 * 7)));
      break;
    case DType::IQ2_XS:
      for (int n = 0; n < 32; n++) put(load_u16(p + 2 + 2 * n) & 511, even(load_u16(p + 2 + 2 * n) >> 9));
      break;
    case DType::IQ2_S:
      for (int n = 0; n < 32; n++) put(p[2 + n] | (p[66 + n / 4] >> (n % 4 * 2) & 3) << 8, p[34 + n]);
      break;
    case DType::IQ3_XXS:
      for (int n = 0; n < 64; n++) put(p[2 + n], even(load_u32(p + 66 + n / 8 * 4) >> (n % 8 / 2 * 7)) >> (n % 2 * 4));
      break;
    case DType::IQ3_S:
      for (int n = 0; n < 64; n++) put(p[2 + n] | (p[66 + n / 8] >> (n % 8) & 1) << 8, p[74 + n / 2] >> (n % 2 * 4));
      break;
    case DType::IQ1_S:
      for (int n = 0; n < 32; n++) {
        const int word = load_u16(p + 34 + n / 4 * 2);
        move(p[2 + n] | (word >> (n % 4 * 3) & 7) << 8, word >> 15);
      }
      break;
    default:  // IQ1_M
      for (int n = 0; n < 32; n++) move(p[n] | (nibble(p + 32, n) & 7) << 8, nibble(p + 32, n) >> 3);
  }
}

SuperScales grid_scales(DType dtype, const uint8_t* p) {
  SuperScales b{};
  b.d = dtype == DType::IQ1_M ? iq1m_scale(p) : load_u16(p);
  const int subs = static_cast<int>(super_of(dtype)->subs());
  for (int s = 0; s < subs; s++) {
    int n = 0;
    switch (dtype) {
      case DType::IQ2_XXS: n = p[9 + 8 * s] >> 4; break;
      case DType::IQ2_XS: n = nibble(p + 66, s); break;
      case DType::IQ2_S: n = nibble(p + 74, s); break;
      case DType::IQ3_XXS: n = p[69 + 4 * s] >> 4; break;
      case DType::IQ3_S: n = nibble(p + 106, s); break;
      case DType::IQ1_S: n = p[35 + 2 * s] >> 4 & 7; break;
      default: n = load_u16(p + 48 + s / 4 * 2) >> (s % 4 * 3) & 7; break;  // IQ1_M
    }
    b.scale[s] = static_cast<int8_t>(2 * n + 1);
  }
  return b;
}

}  // namespace lutra
