// KV caches: their bytes in memory, and as a file (header: magic, version, layers, heads, dim, length; then rows).
#include "engine/fault.h"
#include "engine/program.h"

namespace lutra {

namespace {
constexpr uint32_t kMagic = 0x5641544c;  // "LTAV"
constexpr uint32_t kVersion = 2;

// Bytes of a row; scales stay aligned.
size_t row_stride(Cache cache, size_t dim) {
  return cache == Cache::F32 ? dim * 4 : cache == Cache::F16 ? dim * 2 : (sizeof(float) + dim + 3) / 4 * 4;
}
}  // namespace

State::State(const Shape& s)
    : context_(s.context), layers_(s.layers), heads_(s.kvHeads), dim_(s.headDim), cache_(s.cache), stride_(row_stride(s.cache, s.headDim)),
      kv_(s.layers * 2 * s.kvHeads * s.context * stride_, false) {}

void State::save(uint8_t* out) const {
  const uint32_t header[8] = {kMagic, kVersion, static_cast<uint32_t>(layers_), static_cast<uint32_t>(heads_),
                              static_cast<uint32_t>(dim_), static_cast<uint32_t>(length),
                              static_cast<uint32_t>(cache_), 0};
  memcpy(out, header, kHeader);
  out += kHeader;
  const size_t bytes = length * stride_;
  for (size_t l = 0; l < layers_; l++)
    for (int v = 0; v < 2; v++)
      for (size_t h = 0; h < heads_; h++, out += bytes) memcpy(out, rows(l, v, h), bytes);
}

void State::restore(const uint8_t* bytes, size_t size) {
  uint32_t header[8] = {};
  if (size >= kHeader) memcpy(header, bytes, kHeader);
  if (header[0] != kMagic || header[1] != kVersion) throw Fault("format", "Expected a saved state of this engine but found other bytes");
  if (header[2] != layers_ || header[3] != heads_ || header[4] != dim_)
    throw Fault("mismatch", "Expected a state of " + std::to_string(layers_) + " layers, " + std::to_string(heads_) + " heads of " +
                                std::to_string(dim_) + " but found " + std::to_string(header[2]) + ", " +
                                std::to_string(header[3]) + ", " + std::to_string(header[4]));
  if (header[6] != static_cast<uint32_t>(cache_))
    throw Fault("mismatch", "Expected a state whose cache is kept as this program's is (0 f32, 1 f16, 2 q8: " + std::to_string(static_cast<int>(cache_)) +
                                ") but found " + std::to_string(header[6]));
  if (header[5] > context_)
    throw Fault("limit", "Expected at most " + std::to_string(context_) + " tokens but the saved state holds " + std::to_string(header[5]));
  const size_t row = header[5] * stride_;
  if (size != kHeader + row * layers_ * 2 * heads_) throw Fault("format", "Expected a whole saved state but found " + std::to_string(size) + " bytes");
  const uint8_t* in = bytes + kHeader;
  for (size_t l = 0; l < layers_; l++)
    for (int v = 0; v < 2; v++)
      for (size_t h = 0; h < heads_; h++, in += row) memcpy(rows(l, v, h), in, row);
  length = header[5];
}

void State::copy(const State& from) {
  const size_t bytes = from.length * stride_;
  for (size_t l = 0; l < layers_; l++)
    for (int v = 0; v < 2; v++)
      for (size_t h = 0; h < heads_; h++) memcpy(rows(l, v, h), from.rows(l, v, h), bytes);
  length = from.length.load();
}

}  // namespace lutra
