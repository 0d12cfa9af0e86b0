// Super-blocks (k-quants, grids): 256 columns with integer scales per 16 or 32, as they lie packed, eight rows side by side.
// Every kernel room reads this layout; pack_super (engine/pack_rows.cpp) writes it. Plain data and static inline only.
#pragma once
#include "engine/books.h"
#include "engine/kernels.h"

namespace lutra {

// A packed block is: d of 8 rows (float16), dmin of 8 rows where there are minima, the scales and then the minima of 8
// rows in pairs of sub-blocks (row r: bytes 2 r and 2 r + 1), then the planes of the codes. A plane is a run of 32-byte
// lines; byte 4 r + j of line i belongs to row r and columns 4 i + j of each run of 32 columns k that shares the line.
// Nibbles: lines of k = 2p, 2p + 1 at (8 p + i), low nibble first. Twos: k = 4h + m at (8 h + i), bits 2m. Ones: bit k
// of line i. A code is nibble | two << 4, nibble | one << 4, two | one << 2, or one of them alone. Threes, codes of three
// bits that one shift and one mask take out mostly: three lines for each k; quads (i) 0, 1 in the first, 2, 3 in the second,
// 4, 5 in the third, at bits 0 and 3; of quads 6 and 7 two bits at bit 6 of the first and the second, one at i of the third.
struct Super {
  bool nibbles, twos, ones;
  int sub;         // columns per scale: 16 or 32
  bool mins;       // value = d * scale * code - dmin * min
  int offset;      // value = d * scale * (code - offset)
  bool folded;     // scale and minimum are the nibbles of one byte
  Book book{};      // not empty: value = unit * d * scale * book[code]
  float unit = 1;
  bool threes = false;

  constexpr size_t subs() const { return 256 / static_cast<size_t>(sub); }
  constexpr size_t scales() const { return mins ? 32 : 16; }
  constexpr size_t minima() const { return scales() + subs() * 8; }
  constexpr size_t nibble_plane() const { return minima() + (mins && !folded ? subs() * 8 : 0); }
  constexpr size_t two_plane() const { return nibble_plane() + (nibbles ? 32 * 32 : 0); }
  constexpr size_t one_plane() const { return two_plane() + (twos ? 16 * 32 : 0); }
  constexpr size_t three_plane() const { return one_plane() + (ones ? 8 * 32 : 0); }
  constexpr size_t bytes() const { return three_plane() + (threes ? 8 * 3 * 32 : 0); }
  // The largest code, unsigned, and how many lines of codes times activations 16 bits hold; no more than share a scale.
  constexpr int most() const { return book.count ? book.most : nibbles ? (twos ? 63 : ones ? 31 : 15) : ones ? 7 : 3; }
  constexpr int every() const {
    int lines = sub / 4;
    while (lines * 2 * 127 * most() > 32767) lines /= 2;
    return lines;
  }
};

constexpr Super kQ2K{false, true, false, 16, true, 0, true};
constexpr Super kQ3K{false, true, true, 16, false, 4, false};
constexpr Super kQ4K{true, false, false, 32, true, 0, false};
constexpr Super kQ5K{true, false, true, 32, true, 0, false};
constexpr Super kQ6K{true, true, false, 16, false, 32, false};
// Grid points (IQ2_*, IQ3_*, IQ1_*) coordinate by coordinate: codes of three or four bits instead of a point's number,
// which takes up to half again as many bytes (IQ1: twice), since no instruction looks up one of 256 points or more.
constexpr Super kGridded2{false, false, false, 32, false, kGrid2.offset, false, kGrid2, 0.125f, true};
constexpr Super kGridded2Sixteens{false, false, false, 16, false, kGrid2.offset, false, kGrid2, 0.125f, true};
constexpr Super kGridded3Xxs{true, false, false, 32, false, kGrid3Xxs.offset, false, kGrid3Xxs, 0.5f};
constexpr Super kGridded3{true, false, false, 32, false, kGrid3S.offset, false, kGrid3S, 1};
constexpr Super kGridded1{false, false, false, 32, false, kGrid1.offset, false, kGrid1, 0.125f, true};
constexpr Super kGridded1Sixteens{false, false, false, 16, false, kGrid1.offset, false, kGrid1, 0.125f, true};

// The scales of one block of one row in plain words.
struct SuperScales {
  uint16_t d, dmin;
  int8_t scale[16];
  uint8_t min[16];
};

}  // namespace lutra
