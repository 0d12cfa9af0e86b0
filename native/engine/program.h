// A compiled graph and its states. Everything here was checked at the door (door.cpp): indices are in range and widths
// agree with weights. Runs on the engine's dispatcher thread only.
#pragma once
#include <atomic>
#include <memory>
#include <vector>

#include "engine/activations.h"
#include "engine/pack_file.h"
#include "engine/weight.h"

namespace lutra {

enum class OpCode : int { Embed = 0, Norm, Linear, Rope, Attention, Gate, Add, Gather, Count };

// One op; which fields count follows from the code. Buffers, weights and vectors are indices.
struct Op {
  OpCode code;
  int in = -1, in2 = -1, in3 = -1, out = -1;  // norm, linear: in; attention: q k v; gate: gate up; add: a b; rope: out
  int weight = -1;                            // embed, linear: weight; norm: vector; rope: rotation; gather: places
  int bias = -1;                              // linear: vector
  int layer = 0, heads = 0, kvHeads = 0, headDim = 0;
  int window = -1;                            // attention: positions that a token sees, its own included; below 1: all
  int style = 0;                              // rope: 0 pairs, 1 halves; gate: 0 silu, 1 relu2, 2 gelu; linear: 1 int8
  double scale = 1;                           // embed, attention: scale; norm: eps; rope: magnitude
};

struct Shape {
  size_t vocab, context, layers, kvHeads, headDim;
  size_t chunk;        // most tokens in one pass over the weights
  int logits;          // the buffer that head writes, or -1
  int hidden = -1;     // the buffer that the head's last linear reads
  Cache cache;         // how states keep keys and values
  std::vector<size_t> widths;
  std::vector<std::vector<double>> rotations;  // what a position adds to the angle of each pair
  std::vector<std::vector<int32_t>> places;    // where a gather's outputs come from
};

// A KV cache: per layer, k then v, per head, context rows of headDim.
class State {
 public:
  explicit State(const Shape& shape);
  uint8_t* rows(size_t layer, bool values, size_t head) const {
    return kv_.data() + (((layer * 2 + values) * heads_ + head) * context_) * stride_;
  }
  size_t stride() const { return stride_; }
  size_t saved_bytes() const { return kHeader + length * layers_ * 2 * heads_ * stride_; }
  void save(uint8_t* out) const;
  // Fault mismatch when the bytes are not a state of this shape.
  void restore(const uint8_t* bytes, size_t size);
  void copy(const State& from);

  std::atomic<size_t> length{0};  // stateTruncate writes it from JavaScript's thread
  static constexpr size_t kHeader = 32;

 private:
  size_t context_, layers_, heads_, dim_;
  Cache cache_;
  size_t stride_;  // bytes from row to row
  Block kv_;
};

// Logits of a part's last token or of all its tokens; or all tokens' hidden buffer.
enum class Wanted { None = 0, Last = 1, All = 2, Hidden = 3 };

// A sequence in a run: its next n ids. No two parts of a run may have the same state.
struct Sequence {
  State* state;
  size_t n;
  Wanted wanted;
};

class Program {
 public:
  Program(const Kernels& kernels, Pool& pool, Shape shape, std::vector<Op> body, std::vector<Op> head,
          std::vector<Weight> weights, std::vector<std::vector<float>> vectors);
  // Appends the parts' ids, which follow each other in `ids`, all in one pass over the weights for a chunk of tokens. Rows
  // that are wanted go to out, part by part. Fault cancelled when the flag rises; the states are then as before.
  void run(const std::vector<Sequence>& parts, const int32_t* ids, float* out, const std::atomic<bool>& cancel);
  // Floats that a part is answered with; on 32 bits more than a size_t holds may be asked for.
  static uint64_t answer(const Shape& shape, Wanted wanted, uint64_t n) {
    if (n == 0 || wanted == Wanted::None) return 0;
    return wanted == Wanted::Last ? shape.vocab : n * (wanted == Wanted::All ? shape.vocab : shape.widths[shape.hidden]);
  }
  const Shape& shape() const { return shape_; }
  // Gives the writer of packed weights some time to finish.
  void settle() const {
    if (writer_) writer_->wait(std::chrono::seconds(3));
  }
  // Writes what was packed to a file, while runs go on.
  void keep(PackPlace place) { writer_ = std::make_unique<PackWriter>(std::move(place), weights_); }
  size_t resident() const;

 private:
  // Linears that share an input run as one parallel step.
  struct Step {
    Op op;
    std::vector<Op> linears;
    Want want{};
  };
  // Tokens of one sequence in a pass: the first one's position in its state and row in the buffers.
  struct Span {
    State* state;
    size_t at, row, n;
    Wanted wanted;
    bool ends;             // the part's last token is in it
  };
  struct Pass {
    const int32_t* ids;
    std::vector<Span> spans;
    size_t n;              // tokens
    size_t from;           // first token of the pass that counts (head: those whose logits are wanted)
    float* logits;
    const std::atomic<bool>* cancel;
  };
  struct Angles {
    int rotation;
    double magnitude;
    std::vector<float> cos, sin;
  };

  std::vector<Step> steps(const std::vector<Op>& ops);
  void execute(const std::vector<Step>& list, const Pass& pass);
  float* answer(Pass& pass, float* out);
  float* buffer(int index, const Pass& pass) const;
  void embed(const Op& op, const Pass& pass);
  void norm(const Op& op, const Pass& pass);
  void linear(const Step& step, const Pass& pass);
  void rope(const Op& op, const Pass& pass);
  void attention(const Op& op, const Pass& pass);
  void remember(const float* x, uint8_t* row) const;
  void gate(const Op& op, const Pass& pass);
  void add(const Op& op, const Pass& pass);
  void gather(const Op& op, const Pass& pass);
  void turn(const Pass& pass);

  const Kernels& kernels_;
  Pool& pool_;
  Shape shape_;
  std::vector<Weight> weights_;
  std::vector<std::vector<float>> vectors_;
  std::vector<Step> body_, head_, toHidden_;
  std::vector<Block> buffers_;
  std::vector<Angles> angles_;
  Block scratch_;  // threads x 4 x headDim
  Activations acts_;
  std::unique_ptr<PackWriter> writer_;  // last: it reads the weights, and is gone before them
};

// One linear by itself, for tuners and the conformance suite.
void linear_parallel(const Kernels& kernels, Pool& pool, const WeightView& w, const Acts& acts, float* y, size_t ldy);

}  // namespace lutra
