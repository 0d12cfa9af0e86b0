// The inner loops of error feedback, called at once by threads of JavaScript (sdk/quantize/rows), which share the rows of
// a matrix. Sizes are checked here, since a mistake would crash.
#include "quantize/door.h"

#include <cmath>
#include <cstring>

#include "engine/async.h"
#include "engine/ladder.h"
#include "quantize/rows.h"

namespace lutra::quantize {

namespace {

const Rows* const (&ladder())[3] {
#if defined(__x86_64__)
  static const Rows* const found[] = {has_avx512() ? &avx512Rows() : nullptr, has_avx2() ? &avx2Rows() : nullptr, &plainRows()};
#else
  static const Rows* const found[] = {nullptr, nullptr, &plainRows()};
#endif
  return found;
}

// The first argument of each call is {sizes: Int32Array, weights, quantized, codes, ...}; those of a call that were not
// named there follow it.
class Call {
 public:
  explicit Call(const Napi::CallbackInfo& i) : info(i), env(i.Env()) {
    if (!info[0].IsObject() || !info[1].IsTypedArray()) fail("Expected blocks and a stretch");
    const Napi::Object o = info[0].As<Napi::Object>();
    const Napi::Int32Array n = array<Napi::Int32Array>(info[1], napi_int32_array, 9, "the stretch");
    const int32_t* d = n.Data();
    b.cols = d[0], b.block = d[1], b.segment = d[2], b.ownMinima = d[3] != 0;
    s.start = d[4], s.width = d[5], s.place = d[6], s.from = d[7], s.to = d[8];
    const bool good = b.cols > 0 && b.block > 0 && b.block <= MOST && b.segment > 0 && b.block % b.segment == 0 &&
                      b.cols % b.block == 0 && s.start >= 0 && s.width > 0 && s.width <= b.cols - s.start && s.place >= s.start &&
                      s.place % b.block == 0 && s.place + b.block <= s.start + s.width && s.from >= 0 && s.from <= s.to;
    if (!good) fail("Expected a block inside its stretch");
    size = double(s.to) * b.cols;
    b.weights = floats(o.Get("weights"), size, "weights");
    b.quantized = floats(o.Get("quantized"), size, "quantized");
    b.codes = array<Napi::Uint8Array>(o.Get("codes"), napi_uint8_array, size, "codes").Data();
    b.scales = floats(o.Get("scales"), size / b.segment, "scales");
    b.minima = floats(o.Get("minima"), size / b.segment, "minima");
    b.order = array<Napi::Int32Array>(o.Get("order"), napi_int32_array, b.cols, "order").Data();
    const Napi::Float32Array levels = array<Napi::Float32Array>(o.Get("levels"), napi_float32_array, 1, "levels");
    if (levels.ElementLength() > 256) fail("Expected 256 levels at most");
    b.levels = levels.Data(), b.last = int(levels.ElementLength()) - 1;
    const int column = b.order[s.place] / b.block * b.block;
    bool seen[MOST] = {};
    for (int i = 0; i < b.block; i++) {
      const int inFile = b.order[s.place + i] - column;
      if (inFile < 0 || inFile >= b.block || seen[inFile] || column < 0 || column >= b.cols) fail("Expected an order that keeps blocks whole");
      seen[inFile] = true;
    }
    const std::string isa = info[2].IsString() ? info[2].As<Napi::String>().Utf8Value() : "";
    rows = choose_from(ladder(), isa.c_str());
    if (!rows) throw error_of(env, "unsupported", "The instruction set " + isa + " is not here");
  }

  float* floats(const Napi::Value& v, double least, const char* what) {
    return array<Napi::Float32Array>(v, napi_float32_array, least, what).Data();
  }
  // Codes name levels; one beyond the last would read beyond them.
  void checkCodes() {
    for (int row = s.from; row < s.to; row++)
      for (int p = s.place; p < s.place + b.block; p++)
        if (b.codes[size_t(row) * b.cols + p] > b.last) fail("Expected codes of the grid's levels");
  }
  uint8_t* bytes(const Napi::Value& v, double least, const char* what) {
    return array<Napi::Uint8Array>(v, napi_uint8_array, least, what).Data();
  }
  double square() const { return double(b.cols) * b.cols; }
  double perSegment() const { return double(s.to - s.from) * (b.block / b.segment); }
  double stretched() const { return double(s.to) * s.width; }

  const Napi::CallbackInfo& info;
  Napi::Env env;
  Blocks b{};
  Stretch s{};
  double size = 0;
  const Rows* rows = nullptr;

 private:
  template <class Array>
  Array array(const Napi::Value& v, napi_typedarray_type type, double least, const char* what) {
    if (!v.IsTypedArray() || v.As<Napi::TypedArray>().TypedArrayType() != type || double(v.As<Array>().ElementLength()) < least)
      fail(std::string("Expected a typed array of fitting length for ") + what);
    return v.As<Array>();
  }
  [[noreturn]] void fail(const std::string& message) { throw error_of(env, "mismatch", message); }
};

// quantizeRound(blocks, stretch, isa, upper, errors)
Napi::Value Round(const Napi::CallbackInfo& info) {
  Call call(info);
  const float* upper = call.floats(info[3], call.square(), "upper");
  call.rows->round(call.b, call.s, upper, call.floats(info[4], call.stretched(), "errors"));
  return info.Env().Undefined();
}

// quantizeWanted(blocks, stretch, isa, hessian, gradient, scales, minima)
Napi::Value Wanted(const Napi::CallbackInfo& info) {
  Call call(info);
  call.checkCodes();
  const float* hessian = call.floats(info[3], call.square(), "hessian");
  const float* gradient = call.floats(info[4], call.size, "gradient");
  float* scales = call.floats(info[5], call.perSegment(), "scales");
  call.rows->wanted(call.b, call.s, hessian, gradient, scales, call.floats(info[6], call.perSegment(), "minima"));
  return info.Env().Undefined();
}

// quantizeDescend(blocks, stretch, isa, hessian, gradient, scales, minima, kept, changes)
Napi::Value Descend(const Napi::CallbackInfo& info) {
  Call call(info);
  call.checkCodes();
  const float* hessian = call.floats(info[3], call.square(), "hessian");
  float* gradient = call.floats(info[4], call.size, "gradient");
  const float* scales = call.floats(info[5], call.perSegment(), "scales");
  const float* minima = call.floats(info[6], call.perSegment(), "minima");
  uint8_t* kept = call.bytes(info[7], call.s.to - call.s.from, "kept");
  call.rows->descend(call.b, call.s, hessian, gradient, scales, minima, kept, call.floats(info[8], call.stretched(), "changes"));
  return info.Env().Undefined();
}

Napi::Value Tiers(const Napi::CallbackInfo& info) {
  const Napi::Array names = Napi::Array::New(info.Env());
  for (const Rows* rows : ladder())
    if (rows) names.Set(names.Length(), Napi::String::New(info.Env(), rows->name));
  return names;
}

}  // namespace

void registerRows(Napi::Env env, Napi::Object exports) {
  exports.Set("quantizeTiers", Napi::Function::New<Tiers>(env, "quantizeTiers"));
  exports.Set("quantizeRound", Napi::Function::New<Round>(env, "quantizeRound"));
  exports.Set("quantizeWanted", Napi::Function::New<Wanted>(env, "quantizeWanted"));
  exports.Set("quantizeDescend", Napi::Function::New<Descend>(env, "quantizeDescend"));
}

}  // namespace lutra::quantize
