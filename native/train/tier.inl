// The whole numeric code of a tier, in the including file's own namespace. Needs LANES, VECTORS, ROWS and TIER_NAME;
// TIER_HALF adds the bf16 products.
#include <cstddef>
#include <cstdint>

#ifdef TIER_HALF
#include <immintrin.h>
#endif

#include "train/tier.h"

namespace lutra::train {
namespace {
#include "train/gemm.inl"
#include "train/ops.inl"
#include "train/schemes.inl"
#include "train/linear.inl"
#include "train/pass.inl"

const Tier tier = {TIER_NAME, panelFloats, prepare, quantize, quantizeBack, workFloats, pass, block, squares, add, adam};
}  // namespace
}  // namespace lutra::train
