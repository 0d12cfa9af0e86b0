// x86-64 with AVX512_BF16: quantized linears of the avx512 tier in bf16 pairs (Zen 4, Sapphire Rapids and later).
#include "train/half.inl"

namespace lutra::train {
const Half& avx512Half() { return half; }
}  // namespace lutra::train
