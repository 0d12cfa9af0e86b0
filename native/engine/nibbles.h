// Codes of four or five bits, 32 columns by 32, as they lie packed, eight rows side by side: the _0, _1 and IQ4 formats
// and the FP4 pair. Every kernel room reads this layout; pack_nibbles (engine/pack_rows.cpp) writes it.
// Plain data and static inline only.
#pragma once
#include "engine/books.h"
#include "engine/kernels.h"

namespace lutra {

// How a run of 32 columns is scaled. Half: a float16. Power: an exponent (E8M0) of 2^(e - 128). Sixteens: two E4M3,
// halved, for 16 columns each. Six: a float16 per 256 times a whole number in [-32, 31].
enum class RunScale { Half, Power, Sixteens, Six };

// A packed block is its head and then a run's lines of 32 bytes, byte 4 r + j of a line being row r: four of nibbles
// (quad q of four columns: line q % 4, nibble q / 4), and one of fifth bits (quad q: bit q).
// Heads, of rows 0 to 7: Half d, m; Power e; Sixteens first scales, second scales; Six d, then e of run 0, of run 1 ...
struct Nibbles {
  RunScale scale;
  bool ones;         // there is a fifth bit
  bool mins;         // value = d * code + m
  int offset;        // value = d * (code - offset)
  Book book;         // not empty: value = d * book[code]
  bool whole;        // the book's values as they are: unsigned ones are too large to add up

  constexpr size_t cols() const { return scale == RunScale::Six ? 256 : 32; }
  constexpr size_t head() const { return scale == RunScale::Half ? (mins ? 32 : 16) : scale == RunScale::Power ? 8 : scale == RunScale::Sixteens ? 16 : 16 + 64; }
  constexpr size_t run() const { return (ones ? 5 : 4) * 32; }
  constexpr size_t bytes() const { return head() + cols() / 32 * run(); }
  constexpr int most() const { return book.count ? book.most : ones ? 31 : 15; }
};

constexpr Nibbles kQ50{RunScale::Half, true, false, 16, {}, false};
constexpr Nibbles kQ51{RunScale::Half, true, true, 0, {}, false};
constexpr Nibbles kIq4Nl{RunScale::Half, false, false, 0, kNonlinear, true};
constexpr Nibbles kIq4Xs{RunScale::Six, false, false, 0, kNonlinear, true};
constexpr Nibbles kMxFp4{RunScale::Power, false, false, kE2m1.offset, kE2m1, false};
constexpr Nibbles kNvFp4{RunScale::Sixteens, false, false, kE2m1.offset, kE2m1, false};

// 2^(e - 128); what underflows is zero.
static inline float power_scale(uint8_t e) { return bits_to_f32(static_cast<uint32_t>(e > 0 ? e - 1 : 0) << 23); }
// E4M3, halved; seven bits, not-a-number taken out when packed. As float16 its bits are 2^-7 of that.
static inline float sixteenth_scale(uint8_t e) { return f16_to_f32(static_cast<uint16_t>(e << 7)) * 128; }

}  // namespace lutra
