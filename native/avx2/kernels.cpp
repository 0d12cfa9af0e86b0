// Kernels for AVX2, FMA and F16C: linear {f32,f16,bf16} dot, {q8_0,q4_0,q2_k…q6_k,q1_0,q2_0,q4_1,lu1…lu4} mad, w2
// {mad,lut,vec,tl2}, codes of one to four bits lut.
#include "avx2/kernels.h"
#include "engine/nibbles.h"
#include "engine/super.h"
#include "engine/triples.h"
#include "engine/uniform.h"

#include <immintrin.h>

namespace lutra {
namespace {
#include "engine/vector.inc"
#include "avx2/quantize.inc"
#include "avx2/hints.inc"
#include "avx2/sum.inc"
#include "avx2/room.inc"
}  // namespace

Kernels avx2_kernels() { return room("avx2"); }

}  // namespace lutra
