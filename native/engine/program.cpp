// Compiles ops to steps and runs them: chunks of tokens through the body, the wanted ones through the head.
#include "engine/program.h"

#include <algorithm>
#include <cmath>

#include "engine/fault.h"

namespace lutra {


Program::Program(const Kernels& kernels, Pool& pool, Shape shape, std::vector<Op> body, std::vector<Op> head,
                 std::vector<Weight> weights, std::vector<std::vector<float>> vectors)
    : kernels_(kernels), pool_(pool), shape_(std::move(shape)), weights_(std::move(weights)), vectors_(std::move(vectors)),
      acts_(kernels, pool) {
  shape_.chunk = std::min(shape_.chunk, shape_.context);
  for (size_t b = 0; b < shape_.widths.size(); b++)
    buffers_.emplace_back(static_cast<int>(b) == shape_.logits ? 0 : shape_.chunk * shape_.widths[b] * sizeof(float));
  for (const auto* ops : {&body, &head})
    for (const Op& op : *ops) {
      if (op.code != OpCode::Rope) continue;
      const auto same = [&](const Angles& a) { return a.rotation == op.weight && a.magnitude == op.scale; };
      if (std::any_of(angles_.begin(), angles_.end(), same)) continue;
      const size_t size = shape_.chunk * shape_.rotations[op.weight].size();
      angles_.push_back({op.weight, op.scale, std::vector<float>(size), std::vector<float>(size)});
    }
  scratch_ = Block(pool_.threads() * 4 * shape_.headDim * sizeof(float), false);
  body_ = steps(body);
  head_ = steps(head);
}

std::vector<Program::Step> Program::steps(const std::vector<Op>& ops) {
  std::vector<Step> list;
  for (const Op& op : ops) {
    if (op.code != OpCode::Linear) {
      list.push_back({op, {}, {}});
      continue;
    }
    const Want want = want_of(weights_[op.weight].view, op.style == 1);
    acts_.reserve(want, shape_.chunk);
    const bool joins = !list.empty() && !list.back().linears.empty() && list.back().op.in == op.in && list.back().want == want &&
                       std::none_of(list.back().linears.begin(), list.back().linears.end(), [&](const Op& o) { return o.out == op.in; });
    if (!joins) list.push_back({op, {}, want});
    list.back().linears.push_back(op);
  }
  return list;
}

size_t Program::resident() const {
  size_t sum = acts_.resident() + scratch_.size();
  for (const Weight& w : weights_) sum += w.resident() + (w.map ? source_bytes(w.dtype, w.cols, w.rows) : 0);
  // What is mapped from a pack counts once, whatever of it is in memory.
  for (const Weight& w : weights_)
    if (w.pack) return sum + w.pack->size();
  for (const Block& b : buffers_) sum += b.size();
  for (const auto& v : vectors_) sum += v.size() * sizeof(float);
  return sum;
}

float* Program::buffer(int index, const Pass& pass) const {
  if (index == shape_.logits) return pass.logits;
  return buffers_[index].as<float>() + pass.from * shape_.widths[index];
}

void Program::run(State& state, const int32_t* ids, size_t n, Wanted wanted, float* out, const std::atomic<bool>& cancel) {
  const size_t before = state.length;
  for (size_t done = 0; done < n;) {
    const size_t count = std::min(shape_.chunk, n - done);
    Pass pass{&state, ids + done, before + done, count, 0, nullptr, &cancel};
    turn(pass);
    execute(body_, pass);
    const bool last = done + count == n;
    if (wanted == Wanted::All) {
      pass.logits = out + done * shape_.vocab;
      execute(head_, pass);
    } else if (wanted == Wanted::Last && last) {
      pass.from = count - 1;
      pass.logits = out;
      execute(head_, pass);
    }
    done += count;
  }
  state.length = before + n;
}

void Program::turn(const Pass& pass) {
  for (Angles& a : angles_) {
    const std::vector<double>& steps = shape_.rotations[a.rotation];
    const size_t half = steps.size();
    for (size_t i = 0; i < half; i++) {
      const double step = steps[i];
      for (size_t t = 0; t < pass.n; t++) {
        const double angle = static_cast<double>(pass.at + t) * step;
        a.cos[t * half + i] = static_cast<float>(std::cos(angle) * a.magnitude);
        a.sin[t * half + i] = static_cast<float>(std::sin(angle) * a.magnitude);
      }
    }
  }
}

void Program::execute(const std::vector<Step>& list, const Pass& pass) {
  for (const Step& step : list) {
    if (pass.cancel->load(std::memory_order_relaxed)) throw Fault("cancelled", "The run was cancelled");
    switch (step.op.code) {
      case OpCode::Embed: embed(step.op, pass); break;
      case OpCode::Norm: norm(step.op, pass); break;
      case OpCode::Linear: linear(step, pass); break;
      case OpCode::Rope: rope(step.op, pass); break;
      case OpCode::Attention: attention(step.op, pass); break;
      case OpCode::Gate: gate(step.op, pass); break;
      case OpCode::Add: add(step.op, pass); break;
      case OpCode::Gather: gather(step.op, pass); break;
      case OpCode::Count: break;
    }
  }
}

void Program::linear(const Step& step, const Pass& pass) {
  const size_t n = pass.n - pass.from;
  const Acts acts = acts_.prepare(step.want, buffer(step.op.in, pass), shape_.widths[step.op.in], n);
  const auto blocks = [](const WeightView& w) { return (w.rows + kLutRows - 1) / kLutRows; };
  size_t count = 0;
  for (const Op& op : step.linears) count += blocks(weights_[op.weight].view);
  // Blocks of rows of all the step's linears, one after the other.
  pool_.share(count, [&](size_t from, size_t to, unsigned) {
    size_t before = 0;
    for (const Op& op : step.linears) {
      const WeightView& w = weights_[op.weight].view;
      const size_t own = blocks(w), first = from > before ? from - before : 0, last = std::min(to > before ? to - before : 0, own);
      before += own;
      if (first >= last) continue;
      const size_t width = shape_.widths[op.out], r0 = first * kLutRows, r1 = std::min(last * kLutRows, w.rows);
      float* y = buffer(op.out, pass);
      lutra::linear(kernels_, w, acts, r0, r1, y, width);
      if (op.bias < 0) continue;
      const float* bias = vectors_[op.bias].data();
      for (size_t t = 0; t < n; t++)
        for (size_t r = r0; r < r1; r++) y[t * width + r] += bias[r];
    }
  });
}

void linear_parallel(const Kernels& kernels, Pool& pool, const WeightView& w, const Acts& acts, float* y, size_t ldy) {
  pool.share((w.rows + kLutRows - 1) / kLutRows, [&](size_t from, size_t to, unsigned) {
    linear(kernels, w, acts, from * kLutRows, std::min(to * kLutRows, w.rows), y, ldy);
  });
}

}  // namespace lutra
