// What the engine's doors share: they unwrap arguments, check handles and indices, and post jobs. What a model file can
// make wrong was checked by kernels/native/lower.ts; sizes and indices are checked again here, since a mistake would crash.
#pragma once
#include <napi.h>

#include <cmath>

#include "engine/async.h"
#include "engine/fault.h"

namespace lutra {

// Runs a door function; Faults become errors with a kind.
template <typename Body>
Napi::Value door(const Napi::CallbackInfo& info, Body&& body) {
  try {
    return body(info.Env(), Registry::of(info.Env()));
  } catch (const Fault& fault) {
    throw error_of(info.Env(), fault.kind, fault.what());
  } catch (const std::bad_alloc&) {
    throw error_of(info.Env(), "limit", "Out of memory");
  } catch (const std::system_error& error) {
    throw error_of(info.Env(), "limit", std::string("Cannot start threads: ") + error.what());
  }
}

inline uint32_t handle(const Napi::CallbackInfo& info, size_t i) {
  const double d = i < info.Length() && info[i].IsNumber() ? info[i].As<Napi::Number>().DoubleValue() : -1;
  if (!(d >= 0 && d <= 4294967295.0 && d == std::floor(d))) throw Fault("mismatch", "Expected a handle or a count");
  return static_cast<uint32_t>(d);
}

template <typename Map>
auto& find(Map& map, uint32_t id, const char* what) {
  const auto at = map.find(id);
  if (at == map.end()) throw Fault("closed", std::string("This ") + what + " is closed or never was");
  return at->second;
}

inline std::shared_ptr<Engine> open_engine(const Registry& registry, uint32_t id) {
  auto engine = find(registry.engines, id, "engine");
  if (engine->closing) throw Fault("closed", "This engine is closed");
  return engine;
}

inline size_t whole(const Napi::Object& o, const char* key, double most) {
  const Napi::Value v = o.Get(key);
  const double d = v.IsNumber() ? v.As<Napi::Number>().DoubleValue() : -1;
  if (!(d >= 0 && d <= most && d == std::floor(d))) throw Fault("mismatch", std::string("Expected a whole number for ") + key);
  return static_cast<size_t>(d);
}

template <typename Array>
Array typed(const Napi::Value& v, napi_typedarray_type type, const char* what) {
  if (!v.IsTypedArray() || v.As<Napi::TypedArray>().TypedArrayType() != type) throw Fault("mismatch", std::string("Expected a typed array for ") + what);
  return v.As<Array>();
}

// {name, dtype, cols, rows, bytes | path + offset}: files are mapped on the dispatcher, by `open`.
struct Borrowed {
  Source source{};
  std::string path;
  size_t offset = 0, length = 0;
  bool linear = true, lookup = false;
  std::string algorithm;  // see algorithm_of; empty: as the engine was opened

  Borrowed(const Napi::Object& o, std::vector<Napi::Reference<Napi::Value>>& keep) {
    source.name = o.Get("name").ToString().Utf8Value();
    source.dtype = static_cast<DType>(whole(o, "dtype", static_cast<int>(DType::Count) - 1));
    source.cols = whole(o, "cols", 1 << 24);
    source.rows = whole(o, "rows", 1 << 30);
    linear = o.Get("linear").ToBoolean().Value();
    lookup = o.Get("lookup").ToBoolean().Value();
    if (o.Get("algorithm").IsString()) algorithm = o.Get("algorithm").As<Napi::String>().Utf8Value();
    if (source.dtype == DType::VQ) {
      if (!o.Get("codebooks").IsObject()) throw Fault("mismatch", "Expected codebooks of tensor " + source.name);
      const Napi::Object q = o.Get("codebooks").As<Napi::Object>();
      source.vq = {whole(q, "codeBits", 8), whole(q, "lanes", 4), whole(q, "rows", 256), whole(q, "span", 512)};
    }
    length = source_bytes(source.dtype, source.cols, source.rows, source.vq);
    if (length == 0) throw Fault("mismatch", "Tensor " + source.name + " has a shape that its format cannot hold");
    if (o.Get("path").IsString()) {
      path = o.Get("path").As<Napi::String>().Utf8Value();
      // A 32-bit process maps no file beyond 4 GiB.
      offset = whole(o, "offset", std::fmin(9007199254740991.0, static_cast<double>(SIZE_MAX)));
      return;
    }
    const auto bytes = typed<Napi::Uint8Array>(o.Get("bytes"), napi_uint8_array, "bytes");
    if (bytes.ByteLength() < length) throw Fault("mismatch", "Tensor " + source.name + " is shorter than its shape");
    source.bytes = bytes.Data();
    keep.push_back(Napi::Reference<Napi::Value>::New(bytes, 1));
  }

  void open(std::unordered_map<std::string, std::shared_ptr<MappedFile>>& files) {
    if (path.empty()) return;
    auto& file = files[path];
    if (!file) file = std::make_shared<MappedFile>(path);
    if (offset > file->size() || length > file->size() - offset)
      throw Fault("format", "Expected " + std::to_string(length) + " bytes of tensor " + source.name + " at " + std::to_string(offset) +
                                " but " + path + " has " + std::to_string(file->size()));
    source.map = file;
    source.bytes = file->data() + offset;
  }
};

inline Napi::Value float_array(Napi::Env env, const std::vector<float>& values) {
  Napi::Float32Array out = Napi::Float32Array::New(env, values.size());
  if (!values.empty()) memcpy(out.Data(), values.data(), values.size() * sizeof(float));
  return out;
}

constexpr int kOpWords = 16;  // numbers per op in the array that lower.ts sends

// Ops [from, to) of such an array; Fault mismatch where one does not fit.
std::vector<Op> ops_of(const Napi::Float64Array& words, const Shape& shape, const std::vector<std::shared_ptr<Borrowed>>& weights,
                       const std::vector<std::shared_ptr<Borrowed>>& vectors, size_t from, size_t to);

// Each puts its functions into the addon's exports.
void register_engine(Napi::Env env, Napi::Object exports);
void register_program(Napi::Env env, Napi::Object exports);
void register_run(Napi::Env env, Napi::Object exports);
void register_state(Napi::Env env, Napi::Object exports);

}  // namespace lutra
