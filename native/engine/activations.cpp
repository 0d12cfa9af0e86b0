#include "engine/activations.h"

#include <algorithm>

namespace lutra {

namespace {

// Below this many columns the whole preparation is shorter than waking the others.
constexpr size_t kParallelTables = 1024;

size_t group_size(const Want& want) { return want.form == Want::Int8x32 || want.form == Want::Int8x16 ? 32 : kGroup; }
size_t groups_of(const Want& want) { return (want.padded + group_size(want) - 1) / group_size(want); }
size_t row_bytes(const Want& want) { return (want.padded + kGroup - 1) / kGroup * kGroup; }

size_t width_of(const Want& want) { return want.weave == Weave::Wide ? 2 : 1; }

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

Want want_of(const WeightView& w, bool int8) {
  switch (w.kind) {
    case Kind::Q8:
      return {Want::Int8x32, int8, w.cols, w.padded, Weave::Wide};
    case Kind::Q4:
      return {Want::Int8x32, int8, w.cols, w.padded, Weave::Eights};
    case Kind::K4:
    case Kind::K5:
      return {Want::Int8x32, int8, w.cols, w.padded};
    case Kind::K2:
    case Kind::K3:
    case Kind::K6:
      return {Want::Int8x16, int8, w.cols, w.padded, Weave::Pairs};
    case Kind::W2:
      return {Want::Int8x256, int8, w.cols, w.padded};
    case Kind::L2:
      return {Want::Lut, int8, w.cols, w.padded};
    default:
      return {Want::Float, int8, w.cols, w.padded};
  }
}

// From a vector's tokens on; below, the kernels of single tokens do as well.
bool Activations::weaves(const Want& want, size_t n) const {
  return n >= kWoven && (want.form == Want::Int8x32 || want.form == Want::Int8x16) && kernels_.gemm[static_cast<int>(Kind::Q4)];
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
    const size_t most = (n + kWoven - 1) / kWoven * kWoven;
    room(woven_, most * row_bytes(want) * width_of(want));
    room(wovenScales_, most * groups * 2 * sizeof(float));
  }
  if (want.form != Want::Lut) return;
  const size_t bytes = row_bytes(want);
  room(lut_, n * bytes * 4);
  room(rest_, n * bytes);
  room(fours_, n * bytes);  // bytes / 4 numbers of 4 bytes
  room(spill_, n * bytes * 4);
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
  const size_t size = group_size(want);
  float most = want.token ? std::max(kernels_.absmax(in, want.cols), 1e-5f) : 0;
  int32_t total = 0;
  for (size_t g = 0; g < a.groups; g++) {
    const size_t from = g * size, count = from < want.cols ? std::min(size, want.cols - from) : 0;
    if (!want.token) most = std::max(kernels_.absmax(in + from, count), 1e-30f);
    scale[g] = most / 127.0f;
    sum[g] = kernels_.quantize(in + from, 127.0f / most, q + from, count);
    total += sum[g];
  }
  memset(q + want.cols, 0, a.ldq - want.cols);
  scales_.as<float>()[a.n * a.groups + t] = most / 127.0f;
  sums_.as<int32_t>()[a.n * a.groups + t] = total;
}

void Activations::split_token(const Want& want, size_t t, const Acts& a) {
  int8_t* q = codes_.as<int8_t>() + t * a.ldq;
  int8_t* rest = rest_.as<int8_t>() + t * a.ldq;
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

void Activations::sum_token(size_t t, const Acts& a) {
  const int8_t* q = codes_.as<int8_t>() + t * a.ldq;
  int16_t* out = short_.as<int16_t>() + t * a.groups * 2;
  for (size_t i = 0; i < a.groups * 2; i++) {
    int sum = 0;
    for (int j = 0; j < 16; j++) sum += q[16 * i + j];
    out[i] = static_cast<int16_t>(sum);
  }
}

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
      const void* what = want.weave == Weave::Pairs ? static_cast<const void*>(pair) : want.weave == Weave::Eights ? static_cast<const void*>(&eights) : &real;
      scales[g * vectors * kWoven] = scale;
      memcpy(sums + g * step, what, 4);
    }
  }
}

void Activations::spill_tables(size_t t, const Acts& a) {
  const size_t count = a.spill.to(t, a.groups - 1);
  if (count > 0) kernels_.tables(rest_.as<int8_t>() + t * a.ldq, (count + 1) / 2 * 2, spill_.data() + t * a.spill.ld * 16);
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
  a.ldlut = a.ldq * 4;
  a.spill = {fours_.as<uint32_t>(), spill_.data(), ends_.as<uint32_t>(), a.ldq / 4, a.groups};
  const bool lut = want.form == Want::Lut, sixteens = want.form == Want::Int8x16, interleaves = want.form == Want::Int8x256 && kernels_.interleaved;
  const auto token = [&](size_t t) {
    quantize_token(want, in + t * ld, t, a);
    if (interleaves) interleave(codes_.as<int8_t>() + t * a.ldq, a.ldq);
    if (lut) split_token(want, t, a);
    if (sixteens) sum_token(t, a);
  };
  const auto fill = [&](size_t t, size_t from, size_t to) {
    kernels_.tables(codes_.as<int8_t>() + t * a.ldq + from * 4, to - from, lut_.data() + t * a.ldlut + from * 16);
  };
  const size_t fours = want.padded / 4;
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
    if (lut) spill_tables(0, a);
  } else if (weaves(want, n)) {
    const size_t most = (n + kWoven - 1) / kWoven * kWoven;
    float* scales = wovenScales_.as<float>();
    a.woven = {woven_.data(), scales, wovenScales_.data() + most * a.groups * sizeof(float), a.ldq, a.groups, width_of(want)};
    pool_.share(most / kWoven, [&](size_t from, size_t to, unsigned) {
      for (size_t t = from * kWoven; t < std::min(to * kWoven, n); t++) token(t);
      for (size_t v = from; v < to; v++) weave(want, v * kWoven, a);
    });
  } else {
    pool_.share(n, [&](size_t from, size_t to, unsigned) {
      for (size_t t = from; t < to; t++) {
        token(t);
        if (lut) fill(t, 0, fours), spill_tables(t, a);
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
  return a;
}

}  // namespace lutra
