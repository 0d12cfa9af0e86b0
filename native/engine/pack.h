// Offline packing: a tensor's bytes become what the kernels of a kind read. Each fills the weight's view and blocks.
#pragma once
#include <optional>

#include "engine/pool.h"
#include "engine/weight.h"

namespace lutra {

// Bytes that packing gives.
struct PackSizes {
  size_t packed, scales;
};

// The kind whose kernels read rows of blocks (Q8, Q4, K2 to K6, N50 to G1s), or Count.
Kind block_kind(DType dtype);

// Sets a view's kind, sizes and stride as packing this source to this kind does; nothing where it cannot be.
std::optional<PackSizes> lay_out(const Source& source, Kind kind, WeightView& view);

// The kind of codes of one to four bits: planes, or rows side by side, which those of eight always are.
Kind uniform_kind(DType dtype, bool planes);
bool is_planes(Kind kind);
void pack_uniform(const Source& source, Kind kind, Weight& weight, Pool& pool);

// Ternary codes for multiply-add (W2), for table lookup (L2, Triples; false where a code is +2), and their scales per 256.
void pack_mad(const Source& source, Weight& weight, Pool& pool);
bool pack_lut(const Source& source, Weight& weight, Pool& pool);
bool pack_triples(const Source& source, Weight& weight, Pool& pool);
void pack_scales(const Source& source, Weight& weight, Pool& pool);

// Eight rows side by side: Q8, Q4 (blocks of 32), K2 to K6 and G2 to G1s (blocks of 256), N50 to Nv.
void pack_blocks(const Source& source, Weight& weight, Pool& pool);
void pack_super(const Source& source, Weight& weight, Pool& pool);
void pack_nibbles(const Source& source, Weight& weight, Pool& pool);

// Codebooks: V1, V2, V4 where codes have four bits at most, else Q8.
Kind vq_kind(const Vq& vq);
PackSizes lay_out_vq(const Source& source, WeightView& view);
void pack_vq(const Source& source, Weight& weight, Pool& pool);

}  // namespace lutra
