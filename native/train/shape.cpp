#include "train/shape.h"

#include <cmath>

namespace lutra::train {

Size linearSize(const Config& c, int linear) {
  switch (linear) {
    case Q:
    case O:
      return {c.dim, c.dim};
    case K:
    case V:
      return {c.kvDim(), c.dim};
    case Gate:
    case Up:
      return {c.hidden, c.dim};
    default:
      return {c.dim, c.hidden};
  }
}

namespace {
constexpr const char* linearNames[] = {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"};
constexpr const char* gainNames[] = {"attn_norm", "attn_sub_norm", "ffn_norm", "ffn_sub_norm"};

size_t padded(size_t n) { return (n + 15) / 16 * 16; }
}  // namespace

Layout::Layout(const Config& c) {
  // Offsets are kept on 64-byte lines, so that vector loads never straddle two tensors' lines.
  auto add = [&](std::string name, int rows, int cols, Kind kind, bool frozen = false) {
    const size_t offset = total, size = padded(size_t(rows) * cols);
    const bool trained = c.trained[int(kind)] && !frozen;
    tensors.push_back({std::move(name), offset, rows, cols, kind, trained ? moments : NONE});
    total += size;
    if (trained) moments += size;
    return offset;
  };
  // A linear and what its quantizer learns beside it. Under A B, and as fixed levels, the weights themselves stay.
  auto addLinear = [&](const std::string& stem, Size s, Kind kind) {
    const Scheme scheme = c.schemes.empty() ? Scheme{} : c.schemes[quantizers.size()];
    Quantizer z{scheme.grid, scheme.levels, scheme.group ? scheme.group : s.in, scheme.rank, scheme.share, s.out, s.in, 0, NONE, NONE, NONE, NONE};
    z.weight = add(stem + ".weight", s.out, s.in, kind, z.rank > 0 || z.grid == Grid::Fixed);
    const int groups = s.in / z.group;
    if (z.grid != Grid::None && z.grid != Grid::Absmean) z.scale = add(stem + ".scale", s.out, groups, Kind::Scale);
    if (z.grid == Grid::Affine) z.zero = add(stem + ".zero", s.out, groups, Kind::Zero);
    if (z.rank > 0) {
      z.a = add(stem + ".lora_a", s.out, z.rank, Kind::LowRank);
      z.b = add(stem + ".lora_b", z.rank, s.in, Kind::LowRank);
    }
    quantizers.push_back(z);
    return z.weight;
  };
  embedding = add("token_embd.weight", c.vocab, c.dim, Kind::Embedding);
  for (int l = 0; l < c.layers; l++) {
    LayerOffsets at;
    const std::string blk = "blk." + std::to_string(l) + ".";
    for (int g = 0; g < Gains; g++)
      at.gain[g] = !c.subNorms && (g == AttnSubNorm || g == FfnSubNorm)
                       ? NONE
                       : add(blk + gainNames[g] + ".weight", 1, g == FfnSubNorm ? c.hidden : c.dim, Kind::Gain);
    for (int i = 0; i < Linears; i++) at.linear[i] = addLinear(blk + linearNames[i], linearSize(c, i), Kind::Linear);
    layers.push_back(at);
  }
  outputNorm = add("output_norm.weight", 1, c.dim, Kind::Gain);
  if (c.ownHead) head = addLinear("output", {c.vocab, c.dim}, Kind::Head);
  else quantizers.push_back({}), head = embedding;
}

namespace {
struct Random {  // splitmix64, then Box-Muller
  uint64_t state;
  uint64_t next() {
    uint64_t z = (state += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  double uniform() { return double((next() >> 11) + 1) / 9007199254740993.0; }
  double normal() { return std::sqrt(-2 * std::log(uniform())) * std::cos(6.283185307179586 * uniform()); }
};
}  // namespace

void initialize(const Config& c, const Layout& layout, float* p) {
  Random random{0x6c75747261ull + (uint64_t(c.seed) << 20)};
  const double residual = 1 / std::sqrt(2.0 * c.layers);
  for (const Tensor& t : layout.tensors) {
    const bool narrow = t.name.find("attn_output") != std::string::npos || t.name.find("ffn_down") != std::string::npos;
    const double std = t.kind == Kind::LowRank ? 1 / std::sqrt(double(t.cols)) : c.initStd * (narrow ? residual : 1);
    // Scales wait to be set; A = 0 leaves the base as it is.
    const bool ones = t.kind == Kind::Gain || t.kind == Kind::Scale;
    const bool zeros = t.kind == Kind::Zero || (t.kind == Kind::LowRank && t.name.back() == 'a');
    for (size_t i = 0; i < t.size(); i++) p[t.offset + i] = ones ? 1.0f : zeros ? 0.0f : float(std * random.normal());
  }
}

}  // namespace lutra::train
