// A model in training: parameters, Adam's moments, and the step. Batches are cut into chunks of whole sequences; each
// thread takes every n-th chunk through the model and keeps its own gradients, so a step is a fixed sum in fixed order.
#pragma once
#include <memory>

#include "train/pool.h"
#include "train/shape.h"
#include "train/tier.h"

namespace lutra::train {

struct Batch {
  std::vector<int32_t> tokens, starts, targets;
  std::vector<float> weights;  // per token; empty: 1 each
};

struct StepOptions {
  float lr, weightDecay, clip, beta1, beta2, eps;
  float rates[KINDS];  // times lr
};

class Trainer;

// What the loss is, where it is not cross entropy alone. One of the two.
struct Aim {
  Trainer* teacher = nullptr;
  float share = 0, temperature = 1;
  int layer = -1;                         // of a block
  std::vector<float> input, wanted;       // of a block, (tokens, dim); wanted may be empty
};

struct Result {
  double loss = 0, gradientNorm = 0;
  int targets = 0;
  std::vector<int32_t> argmax;
  std::vector<float> losses, output;
};

struct Lines {  // floats on 64-byte lines, zeroed, that only grow
  ~Lines();
  float* atLeast(size_t n);
  float* data = nullptr;
  size_t size = 0;
};

class Trainer {
 public:
  Trainer(const Config& config, const Tier& tier);
  Result backward(const Batch& batch, const Aim& aim);
  Result step(const Batch& batch, const Aim& aim, const StepOptions& options);
  Result evaluate(const Batch& batch, const Aim& aim);
  // A linear's weights as the passes use them, or with `plain` their levels.
  std::vector<float> quantized(const Quantizer& quantizer, bool plain) const;
  std::vector<uint8_t> save() const;
  // An empty string, or what is wrong with the bytes.
  std::string load(const uint8_t* bytes, size_t size);

  const Config config;
  const Layout layout;
  const Tier& tier;
  float *parameters, *moment1, *moment2;
  uint64_t steps = 0;
  const float* gradients() const { return locals[0].gradients.data; }

 private:
  struct Local {
    Lines work, gradients, teacherWork, teacherLogits;
    double loss;
  };
  struct Piece {
    Chunk chunk;
    int firstToken, firstTarget;
  };
  void prepare();
  void cut(const Batch& batch);
  void reachPosition(int length);
  void passes(bool backward, const Aim& aim, const Told& told, float* output);
  void toTrained();
  void range(int thread, size_t& from, size_t& to) const;

  Pool pool;
  Lines state, panels, scratch;
  std::vector<Local> locals;
  Net net;
  std::vector<Packed> packed;
  std::vector<size_t> gainOffsets, linearOffsets;
  std::vector<float> cosine, sine;
  std::vector<Piece> pieces;
  std::vector<int32_t> starts, rows, wanted;
  std::vector<float> weights;
  int targets = 0, longest = 0;
  bool packedFresh = false;

 public:
  // After parameters were written from outside.
  void touched() { packedFresh = false; }
};

}  // namespace lutra::train
