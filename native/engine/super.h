// Super-blocks (k-quants): 256 columns with integer scales per 16 or 32, as they lie packed, eight rows side by side.
// Every kernel room reads this layout; pack_super (engine/pack_rows.cpp) writes it. Plain data and static inline only.
#pragma once
#include "engine/kernels.h"

namespace lutra {

// A packed block is: d of 8 rows (float16), dmin of 8 rows where there are minima, the scales and then the minima of 8
// rows in pairs of sub-blocks (row r: bytes 2 r and 2 r + 1), then the planes of the codes. A plane is a run of 32-byte
// lines; byte 4 r + j of line i belongs to row r and columns 4 i + j of each run of 32 columns k that shares the line.
// Nibbles: lines of k = 2p, 2p + 1 at (8 p + i), low nibble first. Twos: k = 4h + m at (8 h + i), bits 2m. Ones: bit k
// of line i. A code is nibble | two << 4, nibble | one << 4, two | one << 2, or one of them alone.
struct Super {
  bool nibbles, twos, ones;
  int sub;         // columns per scale: 16 or 32
  bool mins;       // value = d * scale * code - dmin * min
  int offset;      // value = d * scale * (code - offset)
  bool folded;     // scale and minimum are the nibbles of one byte

  constexpr size_t subs() const { return 256 / static_cast<size_t>(sub); }
  constexpr size_t scales() const { return mins ? 32 : 16; }
  constexpr size_t minima() const { return scales() + subs() * 8; }
  constexpr size_t nibble_plane() const { return minima() + (mins && !folded ? subs() * 8 : 0); }
  constexpr size_t two_plane() const { return nibble_plane() + (nibbles ? 32 * 32 : 0); }
  constexpr size_t one_plane() const { return two_plane() + (twos ? 16 * 32 : 0); }
  constexpr size_t bytes() const { return one_plane() + (ones ? 8 * 32 : 0); }
};

constexpr Super kQ2K{false, true, false, 16, true, 0, true};
constexpr Super kQ3K{false, true, true, 16, false, 4, false};
constexpr Super kQ4K{true, false, false, 32, true, 0, false};
constexpr Super kQ5K{true, false, true, 32, true, 0, false};
constexpr Super kQ6K{true, true, false, 16, false, 32, false};

// The scales of one block of one row in plain words.
struct SuperScales {
  uint16_t d, dmin;
  int8_t scale[16];
  uint8_t min[16];
};

}  // namespace lutra
