// The whole numeric code of a tier, in the including file's own namespace. Needs LANES, VECTORS, ROWS and TIER_NAME.
#include <cstddef>
#include <cstdint>

#include "train/tier.h"

namespace lutra::train {
namespace {
#include "train/gemm.inl"
#include "train/ops.inl"
#include "train/schemes.inl"
#include "train/linear.inl"
#include "train/pass.inl"

const Tier tier = {TIER_NAME, nullptr, panelFloats, prepare, quantize, quantizeBack, workFloats, pass, block, squares, add, adam};
}  // namespace
}  // namespace lutra::train
