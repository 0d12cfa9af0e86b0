// The trained model's sizes and the list of its tensors in one flat array of floats. Names are GGUF's (`bitnet`, `llama`).
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "train/tier.h"

namespace lutra::train {

// How one linear is quantized, as asked for; the head's comes after those of the layers.
struct Scheme {
  Grid grid = Grid::None;
  int levels = 0, group = 0, rank = 0;
  float share = 0;
};

// What is trained is told kind by kind; so are learning rates.
enum class Kind { Embedding, Linear, Gain, Head, Scale, Zero, LowRank };
constexpr int KINDS = 7;
constexpr const char* kindNames[KINDS] = {"embedding", "linear", "gain", "head", "scale", "zero", "low-rank"};

struct Config {
  int vocab = 0, dim = 0, hidden = 0, layers = 0, heads = 0, kvHeads = 0;
  float eps = 1e-5f, theta = 10000.0f, initStd = 0.02f;
  bool quantizeActivations = true;
  bool half = true;  // products of linears in bf16 where the tier has them
  bool subNorms = true, ownHead = false, ropePairs = false;  // bitnet: sub-norms, tied, halves
  std::vector<Scheme> schemes;  // (layers * 7 + 1)
  bool trained[KINDS] = {true, true, true, true, true, true, true};
  int threads = 1;
  uint32_t seed = 1;
  int headDim() const { return dim / heads; }
  int kvDim() const { return headDim() * kvHeads; }
};

struct Tensor {
  std::string name;
  size_t offset;
  int rows, cols;  // a linear is (out, in); a gain is (1, n)
  Kind kind;
  size_t moment;   // among Adam's moments; NONE where it is not trained
  size_t size() const { return size_t(rows) * cols; }
};

// Order of a layer's seven linears, and of its four gains, wherever they are kept in arrays.
enum Linear { Q, K, V, O, Gate, Up, Down, Linears };
enum Gain { AttnNorm, AttnSubNorm, FfnNorm, FfnSubNorm, Gains };

struct LayerOffsets {
  size_t linear[Linears];
  size_t gain[Gains];
};

struct Layout {
  explicit Layout(const Config& config);
  std::vector<Tensor> tensors;
  std::vector<LayerOffsets> layers;
  std::vector<Quantizer> quantizers;  // (layers * 7 + 1), as the schemes
  size_t total = 0, moments = 0;      // floats, with padding
  size_t embedding = 0, outputNorm = 0, head = 0;  // head: the embedding's where it is tied
};

struct Size {
  int out, in;
};
Size linearSize(const Config& config, int linear);

// Normal values from our own generator: the same seed gives the same model on every machine.
void initialize(const Config& config, const Layout& layout, float* parameters);

}  // namespace lutra::train
