#include "engine/activations.h"

#include <algorithm>
#include <cmath>

#include "engine/triples.h"

namespace lutra {

namespace {

// Below this many columns the whole preparation is shorter than waking the others.
constexpr size_t kParallelTables = 1024;

size_t group_size(const Want& want) {
  if (want.form == Want::Triples) return want.span;
  return want.form == Want::Int8x32 || want.form == Want::Int8x16 || want.form == Want::Planes ? 32 : kGroup;
}
// Bytes from one group's codes to the next's.
size_t pitch(const Want& want) { return want.form == Want::Triples ? kGroupPitch : group_size(want); }
bool looks_up(const Want& want) { return want.form == Want::Lut || want.form == Want::Triples || want.form == Want::Planes; }
size_t groups_of(const Want& want) { return (want.padded + group_size(want) - 1) / group_size(want); }
size_t row_bytes(const Want& want) {
  return want.form == Want::Triples ? groups_of(want) * kGroupPitch : (want.padded + kGroup - 1) / kGroup * kGroup;
}
// Columns that one table takes, and bytes of all tables of a token.
size_t table_columns(const Want& want) { return want.form == Want::Triples ? 3 : 4; }
size_t table_bytes(const Want& want) { return row_bytes(want) / table_columns(want) * 16; }

// Tables of many tokens, of words.
bool words(const Want& want, const Kernels& kernels) { return want.form == Want::Lut && kernels.together == 4; }
size_t width_of(const Want& want, const Kernels& kernels) { return (want.weave == Weave::Wide && kernels.together == 4) || words(want, kernels) ? 2 : 1; }
size_t side_of(const Want& want, const Kernels& kernels) { return words(want, kernels) ? kVecTokens : kWoven; }

// The largest sum of |x| over four columns; n is a multiple of four.
float most_of_four(const float* x, size_t n) {
  float most = 0;
  for (size_t i = 0; i < n; i += 4) most = std::max(most, std::fabs(x[i]) + std::fabs(x[i + 1]) + (std::fabs(x[i + 2]) + std::fabs(x[i + 3])));
  return most;
}

// At most that many halves, or parts, do not fit.
size_t spill_entries(const Want& want) { return row_bytes(want) / table_columns(want) * (want.form == Want::Triples ? 3 : 1); }

void room(Block& block, size_t bytes) {
  if (block.size() < bytes) block = Block(bytes);
}

// The planes of two blocks of 128 side by side: (block, plane, 32) becomes (plane, block, 32).
void interleave(int8_t* q, size_t bytes) {
  int8_t old[kGroup];
  for (size_t g = 0; g < bytes; g += kGroup) {
    memcpy(old, q + g, kGroup);
    for (int plane = 0; plane < 4; plane++)
      for (int block = 0; block < 2; block++) memcpy(q + g + plane * 64 + block * 32, old + block * 128 + plane * 32, 32);
  }
}

}  // namespace

// Fewer tokens are faster four by four than unpacking for them: up to a vector and a half where codes multiply as they
// are (measured on Q4_0: `npm run bench batch`), else up to a vector.
static size_t least_woven(Weave weave) { return weave == Weave::Eights || weave == Weave::Wide ? kWoven + kWoven / 2 + 1 : kWoven; }

bool Activations::weaves(const Want& want, size_t n) const {
  if (kernels_.together != 4) return n >= kernels_.few && want.form != Want::Float && want.form != Want::Triples && !(want.form == Want::Planes && want.fast);
  if (want.form == Want::Lut) return want.vec && n >= kVecTokens && kernels_.gemm[static_cast<int>(Kind::L2)];
  return n >= least_woven(want.weave) && want.weave != Weave::None && kernels_.gemm[static_cast<int>(Kind::Q4)];
}

void Activations::reserve(const Want& want, size_t n) {
  const size_t groups = groups_of(want);
  if (want.form == Want::Float && !want.token) return;
  room(codes_, n * row_bytes(want));
  if (want.form == Want::Float) {
    room(floats_, n * want.cols * sizeof(float));
    return;
  }
  room(scales_, n * (groups + 1) * sizeof(float));
  room(sums_, n * (groups + 1) * sizeof(int32_t));
  if (want.form == Want::Int8x16) room(short_, n * groups * 2 * sizeof(int16_t));
  if (weaves(want, n)) {
    const size_t side = side_of(want, kernels_), most = (n + side - 1) / side * side;
    room(woven_, most * row_bytes(want) * width_of(want, kernels_));
    room(wovenScales_, most * groups * 2 * sizeof(float));
  }
  if (!looks_up(want)) return;
  if (weaves(want, n) && kernels_.together != 4) n = kernels_.few - 1;  // more are multiplied
  if (want.form == Want::Planes) {
    room(lut_, n * table_bytes(want));
    room(fours_, n * groups * sizeof(int32_t));
    return;
  }
  const size_t entries = spill_entries(want);
  room(lut_, n * table_bytes(want));
  room(rest_, n * (entries * table_columns(want) + 4));
  room(fours_, n * entries * sizeof(uint32_t));
  room(spill_, n * entries * 16);
  room(ends_, n * groups_of(want) * sizeof(uint32_t));
}

void Activations::quantize_token(const Want& want, const float* in, size_t t, Acts& a) {
  int8_t* q = codes_.as<int8_t>() + t * a.ldq;
  if (want.form == Want::Float) {
    // int8 mode over float weights: the rounded input as floats.
    const float most = std::max(kernels_.absmax(in, want.cols), 1e-5f);
    kernels_.quantize(in, 127.0f / most, q, want.cols);
    const float back = most / 127.0f;
    float* f = floats_.as<float>() + t * a.ldf;
    for (size_t c = 0; c < want.cols; c++) f[c] = static_cast<float>(q[c]) * back;
    return;
  }
  float* scale = scales_.as<float>() + t * a.groups;
  int32_t* sum = sums_.as<int32_t>() + t * a.groups;
  const size_t size = group_size(want), step = pitch(want);
  float most = want.token ? std::max(kernels_.absmax(in, want.cols), 1e-5f) : 0;
  int32_t total = 0;
  for (size_t g = 0; g < a.groups; g++) {
    const size_t from = g * size, count = from < want.cols ? std::min(size, want.cols - from) : 0;
    if (!want.token) most = std::max(kernels_.absmax(in + from, count), 1e-30f);
    if (want.form == Want::Planes) most = std::max(most, most_of_four(in + from, count) * (127.0f / 253.0f));
    scale[g] = most / 127.0f;
    sum[g] = kernels_.quantize(in + from, 127.0f / most, q + g * step, count);
    total += sum[g];
    if (count < step) memset(q + g * step + count, 0, step - count);
  }
  if (a.ldq > a.groups * step) memset(q + a.groups * step, 0, a.ldq - a.groups * step);
  scales_.as<float>()[a.n * a.groups + t] = most / 127.0f;
  sums_.as<int32_t>()[a.n * a.groups + t] = total;
}

void Activations::less_token(size_t t, const Acts& a) {
  const int8_t* q = codes_.as<int8_t>() + t * a.ldq;
  int32_t* out = fours_.as<int32_t>() + t * a.groups;
  for (size_t g = 0; g < a.groups; g++) {
    out[g] = 0;
    for (size_t i = 0; i < 32; i++) out[g] -= std::min<int>(q[32 * g + i], 0);
  }
}

void Activations::sum_token(size_t t, const Acts& a) {
  const int8_t* q = codes_.as<int8_t>() + t * a.ldq;
  int16_t* out = short_.as<int16_t>() + t * a.groups * 2;
  for (size_t i = 0; i < a.groups * 2; i++) {
    int sum = 0;
    for (int j = 0; j < 16; j++) sum += q[16 * i + j];
    out[i] = static_cast<int16_t>(sum);
  }
}

void Activations::spill_tables(const Want& want, size_t t, const Acts& a) {
  const size_t count = a.spill.to(t, a.groups - 1);
  if (count == 0) return;
  int8_t* rest = rest_.as<int8_t>() + t * (a.spill.ld * table_columns(want) + 4);
  uint8_t* out = spill_.data() + t * a.spill.ld * 16;
  if (want.form == Want::Triples) kernels_.triples(rest, count, out);
  else kernels_.tables(rest, (count + 1) / 2 * 2, out);
}

Acts Activations::prepare(const Want& want, const float* in, size_t ld, size_t n) {
  Acts a{};
  a.n = n;
  a.cols = want.cols;
  a.token = want.token;
  a.f = in;
  a.ldf = ld;
  if (want.form == Want::Float && !want.token) return a;
  reserve(want, n);
  a.ldq = row_bytes(want);
  a.groups = groups_of(want);
  if (want.form == Want::Float) a.ldf = want.cols;
  a.ldlut = table_bytes(want);
  a.spill = {fours_.as<uint32_t>(), spill_.data(), ends_.as<uint32_t>(), spill_entries(want), a.groups};
  const bool lut = looks_up(want), triples = want.form == Want::Triples, planes = want.form == Want::Planes;
  const bool sixteens = want.form == Want::Int8x16, woven = weaves(want, n);
  const bool interleaves = want.form == Want::Int8x256 && kernels_.interleaved;
  const auto token = [&](size_t t) {
    quantize_token(want, in + t * ld, t, a);
    if (interleaves) interleave(codes_.as<int8_t>() + t * a.ldq, a.ldq);
    if (triples) split_triples(t, a);
    else if (planes && !woven) less_token(t, a);
    else if (lut && !woven) split_token(want, t, a);
    if (sixteens) sum_token(t, a);
  };
  const auto fill = [&](size_t t, size_t from, size_t to) {
    if (triples) kernels_.triples(codes_.as<int8_t>() + t * a.ldq + from * 3, to - from, lut_.data() + t * a.ldlut + from * 16);
    else kernels_.tables(codes_.as<int8_t>() + t * a.ldq + from * 4, to - from, lut_.data() + t * a.ldlut + from * 16);
  };
  const size_t fours = triples ? a.ldq / 3 : want.padded / 4;
  if (n == 1) {
    token(0);
    if (lut && want.cols < kParallelTables) {
      fill(0, 0, fours);
    } else if (lut) {
      pool_.run([&](unsigned thread) {
        const Part mine = part(fours, thread, pool_.threads(), 2);
        if (mine.to > mine.from) fill(0, mine.from, mine.to);
      });
    }
    if (lut && !planes) spill_tables(want, 0, a);
  } else if (woven) {
    const size_t side = side_of(want, kernels_), most = (n + side - 1) / side * side;
    float* scales = wovenScales_.as<float>();
    a.woven = {woven_.data(), scales, wovenScales_.data() + most * a.groups * sizeof(float), a.ldq, a.groups, width_of(want, kernels_)};
    pool_.share(most / side, [&](size_t from, size_t to, unsigned) {
      for (size_t t = from * side; t < std::min(to * side, n); t++) token(t);
      for (size_t t = from * side; t < to * side; t += side) words(want, kernels_) ? weave_words(t, a) : weave(want, t, a);
    });
  } else {
    pool_.share(n, [&](size_t from, size_t to, unsigned) {
      for (size_t t = from; t < to; t++) {
        token(t);
        if (lut) fill(t, 0, fours);
        if (lut && !planes) spill_tables(want, t, a);
      }
    });
  }
  if (want.form == Want::Float) {
    a.f = floats_.as<float>();
    return a;
  }
  a.q = codes_.as<int8_t>();
  a.scale = scales_.as<float>();
  a.tokenScale = a.scale + n * a.groups;
  a.sum = sums_.as<int32_t>();
  a.total = a.sum + n * a.groups;
  a.lut = lut_.data();
  a.sum16 = short_.as<int16_t>();
  a.less = fours_.as<int32_t>();
  return a;
}

}  // namespace lutra
