// What does not fit in a byte of a lookup table: see Spill.
#include <algorithm>
#include <cstdlib>

#include "engine/activations.h"
#include "engine/triples.h"

namespace lutra {

void Activations::split_token(const Want& want, size_t t, const Acts& a) {
  int8_t* q = codes_.as<int8_t>() + t * a.ldq;
  int8_t* rest = rest_.as<int8_t>() + t * (a.spill.ld * 4 + 4);
  uint32_t* fours = fours_.as<uint32_t>() + t * a.spill.ld;
  int32_t* sum = sums_.as<int32_t>() + t * a.groups;
  size_t count = 0;
  int32_t total = 0;
  for (size_t g = 0; g < a.groups; g++) {
    const size_t from = g * kGroup, width = std::min(kGroup, want.padded - from);
    count += kernels_.split(q + from, width / 4, from / 4, rest + count * 4, fours + count, sum[g]);
    ends_.as<uint32_t>()[t * a.groups + g] = static_cast<uint32_t>(count);
    total += sum[g];
  }
  sums_.as<int32_t>()[a.n * a.groups + t] = total;
  if (count % 2) memset(rest + count * 4, 0, 4);  // tables come in pairs
}

// Parts of the same sign, so that the sum of |x| is shared out evenly: 381 in four is at most 98.
void Activations::split_triples(size_t t, const Acts& a) {
  int8_t* q = codes_.as<int8_t>() + t * a.ldq;
  int8_t* rest = rest_.as<int8_t>() + t * (a.spill.ld * 3 + 4);
  uint32_t* at = fours_.as<uint32_t>() + t * a.spill.ld;
  size_t count = 0;
  for (size_t i = 0; i < a.ldq / 3; i++, q += 3) {
    const int size = std::abs(q[0]) + std::abs(q[1]) + std::abs(q[2]);
    if (size > kTripleMost) {
      const int parts = (size + kTripleMost - 4) / (kTripleMost - 3);
      const int whole[] = {q[0], q[1], q[2]};
      for (int part = 0; part < parts; part++) {
        int8_t* to = part == 0 ? q : rest + 3 * count;
        for (int j = 0; j < 3; j++) to[j] = static_cast<int8_t>(whole[j] * (part + 1) / parts - whole[j] * part / parts);
        if (part > 0) at[count++] = static_cast<uint32_t>(i);
      }
    }
    if ((i + 1) % kGroupTriples == 0) ends_.as<uint32_t>()[t * a.groups + i / kGroupTriples] = static_cast<uint32_t>(count);
  }
}

}  // namespace lutra
