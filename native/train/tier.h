// The contract between the trainer and its numeric code, which is compiled once per instruction set (tier_*.cpp).
// Plain structs and pointers only: a tier must not instantiate inline library code for a CPU that may not be there.
#pragma once
#include <cstddef>
#include <cstdint>

#include "train/output.h"

namespace lutra::train {

// One linear as the passes read it: integer or float weights in GEMM panels, times `scale`.
struct Packed {
  int out, in;
  float* forward;   // panels of W^T: y = x W^T
  float* backward;  // panels of W: dx = dy W
  float scale;
};

enum class Grid { None, Absmean, Seq, Lsq, Affine, Fixed };
constexpr size_t NONE = ~size_t(0);  // the place of a tensor that the model lacks

// How a linear's float weights become those that the passes use: schemes.inl. Places are offsets into the parameters.
struct Quantizer {
  Grid grid = Grid::None;
  int levels = 0;  // how many values a weight may take
  int group = 1;   // columns that share a scale, a divisor of cols
  int rank = 0;    // of A B beside a frozen base; 0: the weights themselves are trained
  float share = 0;  // alpha / rank
  int rows = 0, cols = 0;
  size_t weight = 0, scale = NONE, zero = NONE;  // scale and zero are (rows, cols / group)
  size_t a = NONE, b = NONE;                     // (rows, rank), (rank, cols)
};

struct Net {
  int vocab, dim, hidden, layers, heads, kvHeads, headDim, kvDim;
  float eps;
  bool quantizeActivations, ropePairs;
  const struct Half* half;  // products of linears in bf16; null: in float
  const float* parameters;
  size_t embedding, outputNorm, headWeight;
  const size_t (*gains)[4];   // per layer, offsets by Gain; NONE where there is none
  const size_t (*linears)[7]; // per layer, offsets by Linear
  Packed (*packed)[7];        // per layer, by Linear
  Packed head;                // the embedding where it is tied
  const float* cosine;        // (position, headDim / 2)
  const float* sine;
};

// Whole sequences that go through the model together; positions without a target carry -1.
struct Chunk {
  int tokens, sequences, targets;
  const int32_t* ids;        // (tokens)
  const int32_t* starts;     // (sequences + 1), from 0
  const int32_t* rows;       // (targets) the positions that have a target
  const int32_t* wanted;     // (targets)
  const float* weights;      // (targets) already divided by the batch's total weight
};

// What a forward pass tells of each target, where wanted: the likeliest id, the cross entropy in nats, and the logits.
struct Told {
  int32_t* argmax;
  float* losses;
  float* logits;
};

// Knowledge distillation: loss = share · temperature² · KL(teacher ‖ student) + (1 - share) · cross entropy.
struct Teach {
  float* logits;  // the teacher's (targets, vocab); spoiled. Null: none
  float share, temperature;
};

// One layer alone: rows (tokens, dim) in, rows out, and how far they lie from the wanted ones.
struct Block {
  int layer;
  const float* input;
  const float* wanted;  // null: no loss
  float* output;        // null: not kept
  float share;          // of each squared difference in the loss
};

struct AdamOptions {
  float lr, beta1, beta2, eps, decay, gradientScale, correction1, correction2;
};

// Products of bf16 pairs along k, sums in f32: half.inl. Panels have as many rows and columns as the tier's own.
struct Half {
  void (*rows)(int m, int k, const float* a, float* to);                              // (m, k) to a left side
  void (*right)(int k, int n, const float* b, long ld, float* to);                    // B (k, n) to panels
  void (*transposedRight)(int k, int n, const float* w, float* to);                   // W (n, k) to panels of W^T
  void (*transposedLeft)(int m, int k, const float* a, const float* scale, float* to);  // A (k, m) to panels of A^T, row k times scale[k]
  void (*product)(int m, int n, int k, const float* left, const float* panels, const Output<float>& out);
  void (*transposedProduct)(int m, int n, int k, const float* left, const float* panels, const Output<float>& out);
};

struct Tier {
  const char* name;
  const Half* half;
  // Floats that the panels of a (k, n) matrix take.
  size_t (*panelFloats)(int k, int n);
  // Quantizes (or copies) w and fills both panels; scratch holds out * in floats. Returns through packed.scale. The head's
  // forward panels stay in f32.
  void (*prepare)(const Net& net, Packed& packed, const float* w, const Quantizer& quantizer, bool head, float* scratch);
  // A quantizer's weights, or with `plain` their levels, into (rows, cols).
  void (*quantize)(const Quantizer& quantizer, const float* parameters, float* to, bool plain);
  void (*quantizeBack)(const Quantizer& quantizer, const float* parameters, float* gradients, float* room);
  // Floats of scratch that a chunk needs.
  size_t (*workFloats)(const Net& net, const Chunk& chunk, bool backward);
  // Forward and, with gradients, backward; adds to gradients; told may hold nulls. Returns the weighted loss.
  double (*pass)(const Net& net, const Chunk& chunk, float* work, float* gradients, const Told& told, const Teach& teach);
  // The same of one layer; all tokens of the chunk are targets. Returns share · the sum of squared differences.
  double (*block)(const Net& net, const Chunk& chunk, const Block& block, float* work, float* gradients);
  double (*squares)(const float* x, size_t n);
  void (*add)(float* into, const float* from, size_t n);
  void (*adam)(float* p, float* m, float* v, const float* g, size_t n, const AdamOptions& options);
};

// Each for the CPUs that have its instruction set.
const Tier& genericTier();
const Tier& avx2Tier();
const Tier& avx512Tier();
const Half& avx512Half();
const Half& amxHalf();
const Tier& neonTier();

// The best tier of this CPU, or the named one; null if that is not here.
const Tier* chooseTier(const char* name);

}  // namespace lutra::train
