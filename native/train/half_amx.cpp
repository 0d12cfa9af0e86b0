// x86-64 with AMX: as half_avx512, the bf16 products on tiles (Sapphire Rapids and later, Linux).
#define HALF_AMX
#include "train/half.inl"

namespace lutra::train {
const Half& amxHalf() { return half; }
}  // namespace lutra::train
