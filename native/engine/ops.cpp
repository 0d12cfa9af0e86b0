// The ops beside linear, in float32: embed, norm, rope, attention, gate, add, gather. Buffers are (tokens x width).
#include <algorithm>
#include <cmath>

#include "engine/program.h"

namespace lutra {

namespace {
// Fewer floats than this are not worth waking the others for: a step costs some two microseconds.
constexpr size_t kParallelFloats = 16384;

template <typename Work>
void shared(Pool& pool, size_t count, size_t floats, Work&& work) {
  if (floats < kParallelFloats || count == 1) {
    work(size_t{0}, count, 0u);
    return;
  }
  pool.share(count, work);
}
}  // namespace

void Program::embed(const Op& op, const Pass& pass) {
  const size_t width = shape_.widths[op.out];
  float* out = buffer(op.out, pass);
  const float scale = static_cast<float>(op.scale);
  for (size_t t = pass.from; t < pass.n; t++, out += width) {
    weights_[op.weight].decode(static_cast<size_t>(pass.ids[t]), out);
    if (scale != 1)
      for (size_t i = 0; i < width; i++) out[i] *= scale;
  }
}

void Program::norm(const Op& op, const Pass& pass) {
  const size_t width = shape_.widths[op.in] / op.heads, n = (pass.n - pass.from) * op.heads;
  const float *in = buffer(op.in, pass), *weight = vectors_[op.weight].data();
  float* out = buffer(op.out, pass);
  shared(pool_, n, n * width, [&](size_t from, size_t to, unsigned) {
    for (size_t t = from; t < to; t++) {
      const float* x = in + t * width;
      float* y = out + t * width;
      // Sums of 256 in float, then double: the mean's error stays below 1e-6 at any width.
      double sum = 0;
      for (size_t i = 0; i < width; i += 256) sum += kernels_.dot(x + i, x + i, std::min<size_t>(256, width - i));
      const float k = static_cast<float>(1.0 / std::sqrt(sum / static_cast<double>(width) + op.scale));
      for (size_t i = 0; i < width; i++) y[i] = x[i] * k * weight[i];
    }
  });
}

void Program::rope(const Op& op, const Pass& pass) {
  const size_t width = shape_.widths[op.out], n = pass.n - pass.from, half = shape_.rotations[op.weight].size();
  const auto a = std::find_if(angles_.begin(), angles_.end(), [&](const Angles& x) { return x.rotation == op.weight && x.magnitude == op.scale; });
  float* base = buffer(op.out, pass);
  shared(pool_, n, n * width, [&](size_t from, size_t to, unsigned) {
    for (size_t t = from; t < to; t++) {
      const float* c = a->cos.data() + (pass.from + t) * half;
      const float* s = a->sin.data() + (pass.from + t) * half;
      for (int h = 0; h < op.heads; h++) {
        float* x = base + t * width + static_cast<size_t>(h) * op.headDim;
        const size_t step = op.style == 0 ? 2 : 1, other = op.style == 0 ? 1 : half;
        for (size_t i = 0; i < half; i++) {
          const float u = x[i * step], v = x[i * step + other];
          x[i * step] = u * c[i] - v * s[i];
          x[i * step + other] = u * s[i] + v * c[i];
        }
      }
    }
  });
}

void Program::remember(const float* x, uint8_t* row) const {
  const size_t dim = shape_.headDim;
  if (shape_.cache == Cache::F32) {
    memcpy(row, x, dim * sizeof(float));
  } else if (shape_.cache == Cache::F16) {
    kernels_.narrow(x, reinterpret_cast<uint16_t*>(row), dim);
  } else {
    const float most = std::max(kernels_.absmax(x, dim), 1e-30f), scale = most / 127.0f;
    memcpy(row, &scale, sizeof scale);
    kernels_.quantize(x, 127.0f / most, reinterpret_cast<int8_t*>(row + sizeof scale), dim);
  }
}

void Program::attention(const Op& op, const Pass& pass) {
  const size_t dim = op.headDim, kvHeads = op.kvHeads, share = op.heads / kvHeads;
  const size_t qw = shape_.widths[op.in], kvw = shape_.widths[op.in2], vw = shape_.widths[op.in3], ow = shape_.widths[op.out];
  const float *q = buffer(op.in, pass), *k = buffer(op.in2, pass), *v = buffer(op.in3, pass);
  float* out = buffer(op.out, pass);
  // Queries of one key head, token by token, in batches: those of a batch see nearly the same positions.
  const auto batches = [&](const Span& span) { return (span.n * share + kAttendQueries - 1) / kAttendQueries; };
  const size_t window = op.window > 0 ? static_cast<size_t>(op.window) : SIZE_MAX;
  size_t items = 0, floats = 0;
  for (const Span& span : pass.spans) {
    for (size_t h = 0; h < kvHeads; h++)
      for (size_t t = 0; t < span.n; t++) {
        remember(k + (span.row + t) * kvw + h * dim, span.state->rows(op.layer, false, h) + (span.at + t) * span.state->stride());
        remember(v + (span.row + t) * vw + h * dim, span.state->rows(op.layer, true, h) + (span.at + t) * span.state->stride());
      }
    items += kvHeads * batches(span);
    floats += kvHeads * share * span.n * std::min(span.at + span.n, window) * dim / 4;
  }
  shared(pool_, items, floats, [&](size_t from, size_t to, unsigned thread) {
    Attend a{};
    a.dim = dim;
    a.cache = shape_.cache;
    a.scale = static_cast<float>(op.scale);
    a.scratch = scratch_.as<float>() + thread * 4 * dim;
    size_t before = 0;  // items of the spans before
    for (const Span& span : pass.spans) {
      const size_t each = batches(span), own = kvHeads * each;
      a.stride = span.state->stride();
      for (size_t item = std::max(from, before); item < std::min(to, before + own); item++) {
        const size_t h = (item - before) / each, first = (item - before) % each * kAttendQueries;
        a.keys = span.state->rows(op.layer, false, h);
        a.values = span.state->rows(op.layer, true, h);
        a.queries = std::min(kAttendQueries, span.n * share - first);
        for (size_t i = 0; i < a.queries; i++) {
          const size_t t = (first + i) / share, head = h * share + (first + i) % share;
          a.q[i] = q + (span.row + t) * qw + head * dim;
          a.out[i] = out + (span.row + t) * ow + head * dim;
          a.length[i] = span.at + t + 1;
          a.first[i] = a.length[i] > window ? a.length[i] - window : 0;
        }
        kernels_.attend(a);
      }
      before += own;
    }
  });
}

void Program::gate(const Op& op, const Pass& pass) {
  const size_t count = (pass.n - pass.from) * shape_.widths[op.out];
  const float *g = buffer(op.in, pass), *u = buffer(op.in2, pass);
  float* out = buffer(op.out, pass);
  shared(pool_, count, count, [&](size_t from, size_t to, unsigned) {
    if (op.style == 0) {
      kernels_.silu(g + from, u + from, out + from, to - from);
    } else if (op.style == 1) {
      for (size_t i = from; i < to; i++) {
        const float x = g[i] > 0 ? g[i] : 0;
        out[i] = x * x * u[i];
      }
    } else {
      for (size_t i = from; i < to; i++) {
        const float x = g[i];
        out[i] = 0.5f * x * (1 + std::tanh(0.79788456080286536f * x * (1 + 0.044715f * x * x))) * u[i];
      }
    }
  });
}

void Program::add(const Op& op, const Pass& pass) {
  const size_t count = (pass.n - pass.from) * shape_.widths[op.out];
  const float *a = buffer(op.in, pass), *b = buffer(op.in2, pass);
  float* out = buffer(op.out, pass);
  for (size_t i = 0; i < count; i++) out[i] = a[i] + b[i];
}

void Program::gather(const Op& op, const Pass& pass) {
  const size_t width = shape_.widths[op.out];
  const int32_t* places = shape_.places[op.weight].data();
  const float* in = buffer(op.in, pass);
  float* out = buffer(op.out, pass);
  for (size_t t = pass.from; t < pass.n; t++, in += width, out += width)
    for (size_t i = 0; i < width; i++) out[i] = in[places[i]];
}

}  // namespace lutra
