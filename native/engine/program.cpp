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
  scratch_ = Block(pool_.most() * 4 * shape_.headDim * sizeof(float), false);
  body_ = steps(body);
  head_ = steps(head);
  // The head's beginning, for those who want what its last linear reads.
  const auto last = std::find_if(head.begin(), head.end(), [&](const Op& op) { return op.out == shape_.logits; });
  toHidden_ = steps({head.begin(), last});
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
  for (const Weight& w : weights_) sum += w.resident() + (w.map ? source_bytes(w.dtype, w.cols, w.rows, w.vq) : 0);
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

void Program::run(const std::vector<Sequence>& parts, const int32_t* ids, float* out, const std::atomic<bool>& cancel) {
  std::vector<size_t> before;
  size_t total = 0;
  for (const Sequence& part : parts) {
    before.push_back(part.state->length);
    total += part.n;
  }
  for (size_t first = 0, part = 0, done = 0; first < total; first += shape_.chunk) {
    Pass pass{ids + first, {}, std::min(shape_.chunk, total - first), 0, nullptr, &cancel};
    for (size_t row = 0; row < pass.n;) {
      const Sequence& p = parts[part];
      const size_t n = std::min(p.n - done, pass.n - row);
      if (n > 0) pass.spans.push_back({p.state, before[part] + done, row, n, p.wanted, done + n == p.n});
      row += n, done += n;
      if (done == p.n) part++, done = 0;
    }
    turn(pass);
    execute(body_, pass);
    out = answer(pass, out);
  }
  for (size_t i = 0; i < parts.size(); i++) parts[i].state->length = before[i] + parts[i].n;
}

// Takes the wanted tokens of a pass through the head, neighbours together; gives the place behind their rows.
float* Program::answer(Pass& pass, float* out) {
  const size_t n = pass.n, hidden = shape_.widths[shape_.hidden];
  for (size_t s = 0; s < pass.spans.size();) {
    const Span& span = pass.spans[s++];
    if (span.wanted == Wanted::None || (span.wanted == Wanted::Last && !span.ends)) continue;
    pass.from = span.wanted == Wanted::Last ? span.row + span.n - 1 : span.row;
    pass.n = span.row + span.n;
    const auto follows = [&](const Span& next) {
      return (span.wanted == Wanted::Hidden) == (next.wanted == Wanted::Hidden) &&
             (next.wanted == Wanted::Last ? next.ends && next.n == 1 : next.wanted != Wanted::None);
    };
    for (; s < pass.spans.size() && follows(pass.spans[s]); s++) pass.n += pass.spans[s].n;
    const size_t rows = pass.n - pass.from;
    if (span.wanted == Wanted::Hidden) {
      execute(toHidden_, pass);
      memcpy(out, buffer(shape_.hidden, pass), rows * hidden * sizeof(float));
      out += rows * hidden;
    } else {
      pass.logits = out;
      execute(head_, pass);
      out += rows * shape_.vocab;
    }
    pass.n = n;
  }
  return out;
}

void Program::turn(const Pass& pass) {
  for (Angles& a : angles_) {
    const std::vector<double>& steps = shape_.rotations[a.rotation];
    const size_t half = steps.size();
    for (size_t i = 0; i < half; i++) {
      const double step = steps[i];
      for (const Span& span : pass.spans)
        for (size_t t = 0; t < span.n; t++) {
          const double angle = static_cast<double>(span.at + t) * step;
          a.cos[(span.row + t) * half + i] = static_cast<float>(std::cos(angle) * a.magnitude);
          a.sin[(span.row + t) * half + i] = static_cast<float>(std::sin(angle) * a.magnitude);
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
