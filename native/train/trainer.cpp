#include "train/trainer.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>

namespace lutra::train {

namespace {
constexpr int CHUNK_TOKENS = 384;  // a chunk's activations and its share of the weights then stay near the core
}

Lines::~Lines() { std::free(data); }

float* Lines::atLeast(size_t n) {
  if (n <= size) return data;
  n = (n + 15) / 16 * 16;
  void* more = std::aligned_alloc(64, n * sizeof(float));
  if (!more) throw std::bad_alloc();
  std::memset(more, 0, n * sizeof(float));
  std::free(data);
  data = static_cast<float*>(more);
  size = n;
  return data;
}

Trainer::Trainer(const Config& c, const Tier& t) : config(c), layout(c), tier(t), pool(c.threads), locals(c.threads) {
  parameters = state.atLeast(layout.total + layout.moments * 2);
  moment1 = parameters + layout.total;
  moment2 = moment1 + layout.moments;
  initialize(c, layout, parameters);
  for (Local& local : locals) local.gradients.atLeast(layout.total);

  packed.resize(size_t(c.layers) * Linears);
  size_t need = 0, widest = 0;
  auto plan = [&](Packed& p, Size s) {
    p.out = s.out, p.in = s.in, p.scale = 1;
    need += t.panelFloats(s.in, s.out) + t.panelFloats(s.out, s.in);
    widest = std::max(widest, size_t(s.out) * s.in);
  };
  for (size_t i = 0; i < packed.size(); i++) plan(packed[i], linearSize(c, int(i % Linears)));
  plan(net.head, {c.vocab, c.dim});
  float* at = panels.atLeast(need);
  scratch.atLeast(widest * c.threads);
  auto place = [&](Packed& p) {
    p.forward = at, at += t.panelFloats(p.in, p.out);
    p.backward = at, at += t.panelFloats(p.out, p.in);
  };
  for (Packed& p : packed) place(p);
  place(net.head);

  net.vocab = c.vocab, net.dim = c.dim, net.hidden = c.hidden, net.layers = c.layers;
  net.heads = c.heads, net.kvHeads = c.kvHeads, net.headDim = c.headDim(), net.kvDim = c.kvDim();
  net.eps = c.eps, net.half = c.half ? tier.half : nullptr, net.quantizeActivations = c.quantizeActivations, net.ropePairs = c.ropePairs;
  net.parameters = parameters, net.embedding = layout.embedding, net.outputNorm = layout.outputNorm, net.headWeight = layout.head;
  gainOffsets.resize(size_t(c.layers) * Gains);
  linearOffsets.resize(size_t(c.layers) * Linears);
  for (int l = 0; l < c.layers; l++) {
    std::copy_n(layout.layers[l].gain, int(Gains), &gainOffsets[size_t(l) * Gains]);
    std::copy_n(layout.layers[l].linear, int(Linears), &linearOffsets[size_t(l) * Linears]);
  }
  net.gains = reinterpret_cast<const size_t(*)[Gains]>(gainOffsets.data());
  net.linears = reinterpret_cast<const size_t(*)[Linears]>(linearOffsets.data());
  net.packed = reinterpret_cast<Packed(*)[Linears]>(packed.data());
}

void Trainer::prepare() {
  if (packedFresh) return;
  const size_t share = scratch.size / pool.size();
  pool.run([&](int thread) {
    float* room = scratch.data + share / 16 * 16 * thread;
    for (size_t i = thread; i <= packed.size(); i += pool.size()) {
      const bool head = i == packed.size();
      const size_t offset = head ? layout.head : linearOffsets[i];
      tier.prepare(net, head ? net.head : packed[i], parameters + offset, layout.quantizers[i], head, room);
    }
  });
  packedFresh = true;
}

void Trainer::reachPosition(int length) {
  const int half = config.headDim() / 2;
  const size_t have = half ? cosine.size() / half : size_t(length);
  for (size_t p = have; p < size_t(length); p++)
    for (int i = 0; i < half; i++) {
      const double angle = double(p) * std::pow(double(config.theta), -2.0 * i / config.headDim());
      cosine.push_back(float(std::cos(angle)));
      sine.push_back(float(std::sin(angle)));
    }
  net.cosine = cosine.data();
  net.sine = sine.data();
}

void Trainer::cut(const Batch& b) {
  const int sequences = int(b.starts.size()) - 1;
  double total = 0;
  targets = 0;
  for (size_t i = 0; i < b.targets.size(); i++)
    if (b.targets[i] >= 0) targets++, total += b.weights.empty() ? 1.0 : b.weights[i];
  rows.clear(), wanted.clear(), weights.clear(), starts.clear(), pieces.clear();
  rows.reserve(targets), wanted.reserve(targets), weights.reserve(targets);
  starts.reserve(2 * size_t(sequences));
  // Equal chunks, a multiple of the threads: the last round leaves no thread idle.
  const int rounds = int(b.tokens.size() + size_t(CHUNK_TOKENS) * pool.size() - 1) / (CHUNK_TOKENS * pool.size());
  const double share = double(b.tokens.size()) / std::max(1, rounds * pool.size());
  longest = 0;
  for (int s = 0; s < sequences;) {
    const int begin = b.starts[s], goal = int(std::lround(share * double(pieces.size() + 1)));
    const size_t startsAt = starts.size();
    Piece piece{};
    piece.firstToken = begin;
    piece.firstTarget = int(rows.size());
    starts.push_back(0);
    do {
      longest = std::max(longest, b.starts[s + 1] - b.starts[s]);
      for (int i = b.starts[s]; i < b.starts[s + 1]; i++) {
        if (b.targets[i] < 0) continue;
        rows.push_back(i - begin);
        wanted.push_back(b.targets[i]);
        weights.push_back(float((b.weights.empty() ? 1.0 : b.weights[i]) / (total > 0 ? total : 1)));
      }
      starts.push_back(b.starts[++s] - begin);
    } while (s < sequences && (b.starts[s] + b.starts[s + 1]) / 2 < goal);
    piece.chunk.tokens = b.starts[s] - begin;
    piece.chunk.sequences = int(starts.size() - startsAt) - 1;
    piece.chunk.targets = int(rows.size()) - piece.firstTarget;
    piece.chunk.ids = b.tokens.data() + begin;
    piece.chunk.starts = starts.data() + startsAt;
    piece.chunk.rows = rows.data() + piece.firstTarget;
    piece.chunk.wanted = wanted.data() + piece.firstTarget;
    piece.chunk.weights = weights.data() + piece.firstTarget;
    pieces.push_back(piece);
  }
  reachPosition(longest);
}

void Trainer::passes(bool backward, const Aim& aim, const Told& told, float* output) {
  Trainer* teacher = aim.teacher;
  if (teacher) teacher->prepare(), teacher->reachPosition(longest);
  // Memory first: on a pool thread there is nobody to catch bad_alloc.
  for (int thread = 0; thread < pool.size(); thread++) {
    size_t need = 0;
    for (size_t i = thread; i < pieces.size(); i += pool.size())
      need = std::max(need, tier.workFloats(net, pieces[i].chunk, backward));
    locals[thread].work.atLeast(need);
    if (!teacher) continue;
    size_t work = 0, targetsMost = 0;
    for (size_t i = thread; i < pieces.size(); i += pool.size()) {
      work = std::max(work, teacher->tier.workFloats(teacher->net, pieces[i].chunk, false));
      targetsMost = std::max(targetsMost, size_t(pieces[i].chunk.targets));
    }
    locals[thread].teacherWork.atLeast(work);
    locals[thread].teacherLogits.atLeast(targetsMost * config.vocab);
  }
  pool.run([&](int thread) {
    Local& local = locals[thread];
    local.loss = 0;
    if (backward) std::memset(local.gradients.data, 0, layout.total * sizeof(float));
    for (size_t i = thread; i < pieces.size(); i += pool.size()) {
      const Chunk& chunk = pieces[i].chunk;
      float* gradients = backward ? local.gradients.data : nullptr;
      if (aim.layer >= 0) {
        const size_t at = size_t(pieces[i].firstToken) * config.dim;
        const float share = aim.wanted.empty() ? 0 : float(1.0 / double(aim.wanted.size()));
        const Block one{aim.layer, aim.input.data() + at, aim.wanted.empty() ? nullptr : aim.wanted.data() + at, output ? output + at : nullptr, share};
        local.loss += tier.block(net, chunk, one, local.work.data, gradients);
        continue;
      }
      const int first = pieces[i].firstTarget;
      const Told mine{told.argmax ? told.argmax + first : nullptr, told.losses ? told.losses + first : nullptr, nullptr};
      float* logits = teacher ? local.teacherLogits.data : nullptr;
      if (teacher) teacher->tier.pass(teacher->net, chunk, local.teacherWork.data, nullptr, {nullptr, nullptr, logits}, {});
      local.loss += tier.pass(net, chunk, local.work.data, gradients, mine, {logits, aim.share, aim.temperature});
    }
  });
}

void Trainer::range(int thread, size_t& from, size_t& to) const {
  const size_t lines = layout.total / 16, n = size_t(pool.size());
  from = lines * thread / n * 16;
  to = lines * (thread + 1) / n * 16;
}

// Gradients of the weights in use become those of what is trained; what stays has none.
void Trainer::toTrained() {
  const bool all = layout.moments == layout.total;
  size_t widest = 0;
  for (const Quantizer& z : layout.quantizers)
    if (z.scale != NONE) widest = std::max(widest, size_t(z.cols));
  if (all && widest == 0) return;
  for (int thread = 0; thread < pool.size(); thread++) locals[thread].work.atLeast(2 * widest);
  float* gradients = locals[0].gradients.data;
  pool.run([&](int thread) {
    for (size_t i = thread; i < layout.quantizers.size(); i += pool.size())
      if (layout.quantizers[i].scale != NONE) tier.quantizeBack(layout.quantizers[i], parameters, gradients, locals[thread].work.data);
  });
  for (const Tensor& t : layout.tensors)
    if (t.moment == NONE) std::memset(gradients + t.offset, 0, t.size() * sizeof(float));
}

std::vector<float> Trainer::quantized(const Quantizer& z, bool plain) const {
  std::vector<float> out(size_t(z.rows) * z.cols);
  tier.quantize(z, parameters, out.data(), plain);
  return out;
}

Result Trainer::backward(const Batch& batch, const Aim& aim) {
  prepare();
  cut(batch);
  passes(true, aim, {}, nullptr);
  std::vector<double> squares(pool.size());
  pool.run([&](int thread) {
    size_t from, to;
    range(thread, from, to);
    for (int other = 1; other < pool.size(); other++)
      tier.add(locals[0].gradients.data + from, locals[other].gradients.data + from, to - from);
  });
  toTrained();
  pool.run([&](int thread) {
    size_t from, to;
    range(thread, from, to);
    squares[thread] = tier.squares(locals[0].gradients.data + from, to - from);
  });
  Result result;
  double total = 0;
  for (int i = 0; i < pool.size(); i++) result.loss += locals[i].loss, total += squares[i];
  result.gradientNorm = std::sqrt(total);
  result.targets = targets;
  return result;
}

Result Trainer::step(const Batch& batch, const Aim& aim, const StepOptions& o) {
  Result result = backward(batch, aim);
  // A loss or gradient that is not a number would poison every parameter: the step is left out and can be seen in it.
  if (!std::isfinite(result.gradientNorm) || !std::isfinite(result.loss)) return result;
  steps++;
  const double scale = o.clip > 0 && result.gradientNorm > o.clip ? o.clip / result.gradientNorm : 1;
  AdamOptions adam{o.lr, o.beta1, o.beta2, o.eps, o.weightDecay, float(scale), 0, 0};
  adam.correction1 = float(1 / (1 - std::pow(double(o.beta1), double(steps))));
  adam.correction2 = float(1 / (1 - std::pow(double(o.beta2), double(steps))));
  pool.run([&](int thread) {
    size_t from, to;
    range(thread, from, to);
    for (const Tensor& t : layout.tensors) {
      const size_t a = std::max(from, t.offset), z = std::min(to, t.offset + t.size());
      if (a >= z || t.moment == NONE) continue;
      AdamOptions mine = adam;
      mine.lr *= o.rates[int(t.kind)];
      if (t.kind != Kind::Embedding && t.kind != Kind::Linear && t.kind != Kind::Head) mine.decay = 0;
      const size_t m = t.moment + (a - t.offset);
      tier.adam(parameters + a, moment1 + m, moment2 + m, locals[0].gradients.data + a, z - a, mine);
    }
  });
  packedFresh = false;
  return result;
}

Result Trainer::evaluate(const Batch& batch, const Aim& aim) {
  prepare();
  cut(batch);
  Result result;
  if (aim.layer >= 0) {
    result.output.resize(aim.input.size());
    passes(false, aim, {}, result.output.data());
  } else {
    result.argmax.resize(targets), result.losses.resize(targets);
    passes(false, aim, {result.argmax.data(), result.losses.data(), nullptr}, nullptr);
  }
  for (const Local& local : locals) result.loss += local.loss;
  result.targets = targets;
  return result;
}

}  // namespace lutra::train
