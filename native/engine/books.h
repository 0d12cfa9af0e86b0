// Codebooks: the whole numbers that codes of three to five bits stand for, in the formats that are not evenly spaced.
// Every kernel room reads them, as they are or moved to be unsigned. Plain data and static inline only.
#pragma once
#include <cstdint>

namespace lutra {

struct Book {
  int8_t value[16];
  int count;
  int offset;  // value + offset is in [0, most]
  int most;
};

// Of IQ4_NL and IQ4_XS; no offset leaves its products within 16 bits.
constexpr Book kNonlinear{{-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113}, 16, 127, 240};
// E2M1 doubled.
constexpr Book kE2m1{{0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12}, 16, 12, 24};
// The coordinates of grid points (hal/dtypes/grids.ts), with signs; IQ3_XXS halved. Symmetric: code c is minus code
// count - 1 - c.
constexpr Book kGrid2{{-43, -25, -8, 8, 25, 43}, 6, 43, 86};
constexpr Book kGrid3Xxs{{-31, -26, -22, -18, -14, -10, -6, -2, 2, 6, 10, 14, 18, 22, 26, 31}, 16, 31, 62};
constexpr Book kGrid3S{{-15, -13, -11, -9, -7, -5, -3, -1, 1, 3, 5, 7, 9, 11, 13, 15}, 16, 15, 30};
// IQ1: eight times a coordinate, one less or more.
constexpr Book kGrid1{{-9, -7, -1, 1, 7, 9}, 6, 9, 18};

struct UnsignedBook {
  uint8_t value[16];
};
constexpr UnsignedBook unsigned_book(const Book& book) {
  UnsignedBook out{};
  for (int i = 0; i < book.count; i++) out.value[i] = static_cast<uint8_t>(book.value[i] + book.offset);
  return out;
}

}  // namespace lutra
