// A training run as bytes: magic, version, sizes, step count, then parameters and both moments (little-endian floats;
// moments of what is trained only). The version's upper bytes are a sum over tensors and schemes, 0 for a plain bitnet.
#include <cstring>

#include "train/trainer.h"

namespace lutra::train {

namespace {
struct Header {
  char magic[4];
  uint32_t version;
  int32_t vocab, dim, hidden, layers, heads, kvHeads;
  uint64_t steps, floats;
};
}  // namespace

namespace {
// Tells models apart whose sizes are the same: FNV-1a over names, what is trained, and each linear's scheme.
uint32_t versionOf(const Config& c, const Layout& layout) {
  uint32_t sum = 2166136261u;
  auto take = [&](uint32_t x) { sum = (sum ^ x) * 16777619u; };
  for (const Tensor& t : layout.tensors) {
    for (char letter : t.name) take(uint8_t(letter));
    take(t.moment != NONE);
  }
  bool plain = c.subNorms && !c.ownHead && !c.ropePairs && layout.moments == layout.total;
  for (const Quantizer& z : layout.quantizers) {
    take(uint32_t(z.grid)), take(z.levels), take(z.group), take(z.rank);
    plain = plain && z.grid <= Grid::Absmean;
  }
  take(c.ropePairs);
  return plain ? 1 : 1 | (sum & 0xffffff) << 8;
}
}  // namespace

std::vector<uint8_t> Trainer::save() const {
  const Header header{{'L', 'T', 'R', 'N'}, versionOf(config, layout), config.vocab, config.dim, config.hidden, config.layers, config.heads,
                      config.kvHeads, steps, layout.total + layout.moments * 2};
  std::vector<uint8_t> bytes(sizeof header + header.floats * sizeof(float));
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, parameters, header.floats * sizeof(float));
  return bytes;
}

std::string Trainer::load(const uint8_t* bytes, size_t size) {
  Header h;
  if (size < sizeof h) return "a training checkpoint starts with a header of " + std::to_string(sizeof h) + " bytes, found " + std::to_string(size);
  std::memcpy(&h, bytes, sizeof h);
  if (std::memcmp(h.magic, "LTRN", 4) != 0 || (h.version & 255) != 1) return "not a training checkpoint (LTRN, version 1)";
  if (h.vocab != config.vocab || h.dim != config.dim || h.hidden != config.hidden || h.layers != config.layers ||
      h.heads != config.heads || h.kvHeads != config.kvHeads || h.floats != layout.total + layout.moments * 2)
    return "the checkpoint is of another model: vocab " + std::to_string(h.vocab) + ", dim " + std::to_string(h.dim) +
           ", hidden " + std::to_string(h.hidden) + ", layers " + std::to_string(h.layers) + ", heads " +
           std::to_string(h.heads) + ", kvHeads " + std::to_string(h.kvHeads);
  if (h.version != versionOf(config, layout)) return "the checkpoint is of another kind of model or another scheme of quantization";
  if (size != sizeof h + h.floats * sizeof(float))
    return "the checkpoint should have " + std::to_string(sizeof h + h.floats * sizeof(float)) + " bytes, found " + std::to_string(size);
  std::memcpy(parameters, bytes + sizeof h, h.floats * sizeof(float));
  steps = h.steps;
  packedFresh = false;
  return "";
}

}  // namespace lutra::train
