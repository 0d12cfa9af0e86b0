// A graph's ops as JavaScript sends them, each checked against buffers, weights and tables: none that passes can reach beyond
// what it names.
#include "engine/door.h"

namespace lutra {

std::vector<Op> ops_of(const Napi::Float64Array& words, const Shape& shape, const std::vector<std::shared_ptr<Borrowed>>& weights,
                       const std::vector<std::shared_ptr<Borrowed>>& vectors, size_t from, size_t to) {
  const auto fail = [] { return Fault("mismatch", "An op of the graph does not fit its buffers or weights"); };
  const auto need = [&](bool ok) {
    if (!ok) throw fail();
  };
  std::vector<Op> ops;
  for (size_t i = from; i < to; i++) {
    const double* p = words.Data() + i * kOpWords;
    for (int j = 0; j < 14; j++) need(j == 13 || (p[j] >= -1 && p[j] <= (1 << 24) && p[j] == std::floor(p[j])));
    Op op;
    const auto word = [&](int j) { return static_cast<int>(p[j]); };
    need(word(0) >= 0 && word(0) < static_cast<int>(OpCode::Count));
    op.code = static_cast<OpCode>(word(0));
    op.in = word(1), op.in2 = word(2), op.in3 = word(3), op.out = word(4), op.weight = word(5), op.bias = word(6), op.layer = word(7);
    op.heads = word(8), op.kvHeads = word(9), op.headDim = word(10), op.window = word(11), op.style = word(12);
    op.scale = p[14];
    const auto width = [&](int b) {
      need(b >= 0 && b < static_cast<int>(shape.widths.size()));
      return shape.widths[b];
    };
    const auto vector_fits = [&](int v, size_t cols) { need(v >= 0 && v < static_cast<int>(vectors.size()) && vectors[v]->source.cols == cols); };
    const auto weight = [&]() -> const Source& {
      need(op.weight >= 0 && op.weight < static_cast<int>(weights.size()));
      return weights[op.weight]->source;
    };
    const size_t out = width(op.out);
    switch (op.code) {
      case OpCode::Embed:
        need(weight().cols == out && weight().rows >= shape.vocab && weights[op.weight]->lookup);
        break;
      case OpCode::Norm:
        need(width(op.in) == out && op.heads > 0 && out % op.heads == 0);
        vector_fits(op.weight, out / op.heads);
        break;
      case OpCode::Linear:
        need(weight().cols == width(op.in) && weight().rows == out && op.in != op.out && op.in != shape.logits && weights[op.weight]->linear);
        if (op.bias >= 0) vector_fits(op.bias, out);
        break;
      case OpCode::Rope:
        need(op.heads > 0 && op.headDim > 0 && op.weight >= 0 && op.weight < static_cast<int>(shape.rotations.size()));
        need(2 * shape.rotations[op.weight].size() <= static_cast<size_t>(op.headDim) && std::isfinite(op.scale));
        need(static_cast<size_t>(op.heads) * op.headDim == out);
        break;
      case OpCode::Attention:
        need(op.heads > 0 && op.kvHeads > 0 && op.heads % op.kvHeads == 0 && static_cast<size_t>(op.kvHeads) == shape.kvHeads);
        need(static_cast<size_t>(op.headDim) == shape.headDim && op.layer >= 0 && static_cast<size_t>(op.layer) < shape.layers);
        need(static_cast<size_t>(op.heads) * op.headDim == out && width(op.in) == out && op.in != op.out);
        need(width(op.in2) == shape.kvHeads * shape.headDim && width(op.in3) == width(op.in2) && op.in2 != op.out && op.in3 != op.out);
        break;
      case OpCode::Gate:
      case OpCode::Add:
        need(width(op.in) == out && width(op.in2) == out && op.style >= 0 && op.style <= 2);
        break;
      case OpCode::Gather:
        need(width(op.in) == out && op.in != op.out && op.in != shape.logits && op.out != shape.logits);
        need(op.weight >= 0 && op.weight < static_cast<int>(shape.places.size()) && shape.places[op.weight].size() == out);
        for (const int32_t place : shape.places[op.weight]) need(place >= 0 && static_cast<size_t>(place) < out);
        break;
      case OpCode::Count:
        break;
    }
    ops.push_back(op);
  }
  return ops;
}

}  // namespace lutra
