// Tokens side by side, as the kernels of many tokens read them: see Woven.
#include <algorithm>

#include "engine/activations.h"

namespace lutra {

void Activations::weave(const Want& want, size_t first, const Acts& a) {
  const Woven& w = a.woven;
  const size_t group = first / kWovenTokens * kWovenTokens, vectors = w.vectors(group, a.n), lane = (first - group) / kWoven;
  const size_t lines = a.ldq * w.width / 4, step = vectors * kWoven * 4;
  uint8_t* codes = woven_.data() + group * a.ldq * w.width + lane * kWoven * 4;
  float* scales = wovenScales_.as<float>() + group * a.groups + lane * kWoven;
  uint8_t* sums = const_cast<uint8_t*>(w.sum) + 4 * (group * a.groups + lane * kWoven);
  for (size_t j = 0; j < kWoven; j++, codes += 4, scales++, sums += 4) {
    const size_t t = first + j;
    if (t >= a.n) {  // what pads the last vector is zero
      for (size_t c = 0; c < lines; c++) memset(codes + c * step, 0, 4);
      for (size_t g = 0; g < a.groups; g++) scales[g * vectors * kWoven] = 0, memset(sums + g * step, 0, 4);
      continue;
    }
    const int8_t* q = codes_.as<int8_t>() + t * a.ldq;
    for (size_t c = 0; c < lines; c++) {
      const int16_t two[] = {q[2 * c], q[2 * c + 1]};
      memcpy(codes + c * step, w.width == 1 ? static_cast<const void*>(q + 4 * c) : two, 4);
    }
    for (size_t g = 0; g < a.groups; g++) {
      const size_t at = t * a.groups + g;
      const float scale = scales_.as<float>()[at];
      const int32_t sum = sums_.as<int32_t>()[at], eights = 8 * sum;
      const float real = scale * static_cast<float>(sum);
      const int16_t* pair = short_.as<int16_t>() + 2 * at;
      const void* what = want.weave == Weave::Pairs ? static_cast<const void*>(pair) : want.weave == Weave::Eights ? &eights : want.weave == Weave::Whole ? &sum : static_cast<const void*>(&real);
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
