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

Layout::Layout(const Config& c) {
  // Offsets are kept on 64-byte lines, so that vector loads never straddle two tensors' lines.
  auto add = [this](std::string name, int rows, int cols, Kind kind) {
    size_t offset = total;
    tensors.push_back({std::move(name), offset, rows, cols, kind});
    total += (size_t(rows) * cols + 15) / 16 * 16;
    return offset;
  };
  static const char* linearNames[] = {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"};
  static const char* gainNames[] = {"attn_norm", "attn_sub_norm", "ffn_norm", "ffn_sub_norm"};
  embedding = add("token_embd.weight", c.vocab, c.dim, Kind::Embedding);
  for (int l = 0; l < c.layers; l++) {
    LayerOffsets at;
    const std::string blk = "blk." + std::to_string(l) + ".";
    for (int g = 0; g < Gains; g++)
      at.gain[g] = !c.subNorms && (g == AttnSubNorm || g == FfnSubNorm) ? NONE : add(blk + gainNames[g] + ".weight", 1, g == FfnSubNorm ? c.hidden : c.dim, Kind::Gain);
    for (int i = 0; i < Linears; i++) {
      const Size s = linearSize(c, i);
      at.linear[i] = add(blk + linearNames[i] + ".weight", s.out, s.in, Kind::Linear);
    }
    layers.push_back(at);
  }
  outputNorm = add("output_norm.weight", 1, c.dim, Kind::Gain);
  head = c.ownHead ? add("output.weight", c.vocab, c.dim, Kind::Head) : embedding;
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
    const double std = c.initStd * (narrow ? residual : 1);
    for (size_t i = 0; i < t.size(); i++) p[t.offset + i] = t.kind == Kind::Gain ? 1.0f : float(std * random.normal());
  }
}

}  // namespace lutra::train
