// Tokens side by side, as the kernels of many tokens read them: see Woven.
#include <algorithm>

#include "engine/activations.h"

namespace lutra {

namespace {

// A token's bytes in pieces of `size`, `step` apart; null is zeros.
template <size_t size>
void deal(const int8_t* q, size_t bytes, size_t step, uint8_t* out) {
  static constexpr int8_t zeros[size] = {};
  for (size_t c = 0; c < bytes; c += size, out += step) memcpy(out, q ? q + c : zeros, size);
}

void deal(size_t size, const int8_t* q, size_t bytes, size_t step, uint8_t* out) {
  if (size == 16) deal<16>(q, bytes, step, out);
  else if (size == 8) deal<8>(q, bytes, step, out);
  else deal<4>(q, bytes, step, out);
}

}  // namespace

void Activations::weave(const Want& want, size_t first, const Acts& a) {
  const Woven& w = a.woven;
  const size_t together = kernels_.together;
  const size_t group = first / kWovenTokens * kWovenTokens, vectors = w.vectors(group, a.n), lane = (first - group) / kWoven;
  const size_t step = vectors * kWoven * 4, across = vectors * kWoven * together;
  uint8_t* codes = woven_.data() + group * a.ldq * w.width + lane * kWoven * together;
  float* scales = wovenScales_.as<float>() + group * a.groups + lane * kWoven;
  uint8_t* sums = const_cast<uint8_t*>(w.sum) + 4 * (group * a.groups + lane * kWoven);
  for (size_t j = 0; j < kWoven; j++, codes += together, scales++, sums += 4) {
    const size_t t = first + j;
    if (t >= a.n) {  // what pads the last vector is zero
      deal(together, nullptr, a.ldq * w.width, across, codes);
      for (size_t g = 0; g < a.groups; g++) scales[g * vectors * kWoven] = 0, memset(sums + g * step, 0, 4);
      continue;
    }
    const int8_t* q = codes_.as<int8_t>() + t * a.ldq;
    if (w.width == 1) deal(together, q, a.ldq, across, codes);
    for (size_t c = 0; w.width == 2 && c < a.ldq / 2; c++) {
      const int16_t two[] = {q[2 * c], q[2 * c + 1]};
      memcpy(codes + c * across, two, 4);
    }
    for (size_t g = 0; g < a.groups; g++) {
      const size_t at = t * a.groups + g;
      const float scale = scales_.as<float>()[at];
      const int32_t sum = sums_.as<int32_t>()[at], eights = 8 * sum;
      const float real = scale * static_cast<float>(sum);
      const int16_t* pair = short_.as<int16_t>() + 2 * at;
      const Weave weave = together == 4 ? want.weave : want.form == Want::Int8x16 ? Weave::Pairs : Weave::Real;
      const void* what = weave == Weave::Pairs ? static_cast<const void*>(pair) : weave == Weave::Eights ? &eights : weave == Weave::Whole ? &sum : static_cast<const void*>(&real);
      scales[g * vectors * kWoven] = scale;
      memcpy(sums + g * step, what, 4);
    }
  }
}

void Activations::weave_words(size_t first, const Acts& a) {
  int16_t* out = reinterpret_cast<int16_t*>(woven_.data()) + first * a.ldq;
  float* scales = wovenScales_.as<float>() + first * a.groups;
  for (size_t j = 0; j < kVecTokens; j++) {
    const size_t t = first + j;
    const int8_t* q = codes_.as<int8_t>() + t * a.ldq;
    for (size_t c = 0; c < a.ldq; c++) out[c * kVecTokens + j] = t < a.n ? q[c] : 0;
    for (size_t g = 0; g < a.groups; g++) scales[g * kVecTokens + j] = t < a.n ? scales_.as<float>()[t * a.groups + g] : 0;
  }
}

}  // namespace lutra
