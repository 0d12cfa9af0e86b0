// Codes that point into codebooks, each shared by a group of rows x columns: as they lie in the file, and packed, eight rows
// side by side. Every kernel room reads this layout; pack_vq (engine/pack_vq.cpp) writes it. Plain data and static inline
// only.
#pragma once
#include <cstddef>
#include <cstdint>

namespace lutra {

// A format: 2^codeBits entries of `lanes` weights, for groups of rows x span. In the file a group is its scale (float16), its
// entries as signed bytes (lane 0 of all, then lane 1 ...), and a stream of codes, lowest bits first, row after row.
struct Vq {
  size_t codeBits, lanes, rows, span;

  size_t entries() const { return (size_t{1} << codeBits) * lanes; }
  size_t unit() const { return 2 + entries() + rows * span * codeBits / lanes / 8; }
  // Codes of four bits at most are looked up in registers, where four rows at least share a codebook.
  bool nibbles() const { return codeBits <= 4 && rows >= 4; }
  // Codebooks that eight rows have.
  size_t books() const { return rows >= 8 ? 1 : 2; }
  // Packed, of eight rows and a group's columns: scales of the rows (float16); for each lane 16 entries for each of the books;
  // then, per 32 columns, lines of 32 bytes. Four vectors of a row are a four f, 4 * lanes columns: bytes 4 r to 4 r + 3 of
  // line f / 2 are row r, its low nibbles where f is even.
  size_t head() const { return 16 + books() * 16 * lanes; }
  size_t run() const { return 128 / lanes; }
  size_t packed() const { return head() + span / 32 * run(); }
};

}  // namespace lutra
