// The inner loops of GPTVQ, called at once by threads of JavaScript (sdk/quantize/rows). Sizes are checked here, since a
// mistake would crash; arrays begin at the group's own weights.
#include <algorithm>
#include <vector>

#include "engine/async.h"
#include "engine/ladder.h"
#include "quantize/codebooks.h"
#include "quantize/door.h"

namespace lutra::quantize {

namespace {

const CodebookLoops* const (&ladder())[3] {
#if defined(__x86_64__)
  static const CodebookLoops* const found[] = {has_avx512() ? &avx512Codebooks() : nullptr,
                                               has_avx2() ? &avx2Codebooks() : nullptr, &plainCodebooks()};
#else
  static const CodebookLoops* const found[] = {nullptr, nullptr, &plainCodebooks()};
#endif
  return found;
}

// The first arguments of each call: a book (lanes, entries, rows, span, cols, column), the instruction set, then arrays.
class Call {
 public:
  explicit Call(const Napi::CallbackInfo& i) : info(i), env(i.Env()) {
    const Napi::Int32Array n = array<Napi::Int32Array>(0, napi_int32_array, 6, "the codebook");
    const int32_t* d = n.Data();
    b = {d[0], d[1], d[2], d[3], d[4], d[5]};
    const bool good = (b.lanes == 1 || b.lanes == 2 || b.lanes == 4) && b.entries > 0 && b.entries <= MOST_ENTRIES && b.rows > 0 &&
                      b.span > 0 && b.span <= MOST_SPAN && b.span % b.lanes == 0 && b.cols >= b.span && b.column >= 0 &&
                      b.column % b.lanes == 0 && b.column <= b.cols - b.span;
    if (!good) fail("Expected a codebook whose group lies inside its rows");
    const std::string isa = info[1].IsString() ? info[1].As<Napi::String>().Utf8Value() : "";
    loops = choose_from(ladder(), isa.c_str());
    if (!loops) throw error_of(env, "unsupported", "The instruction set " + isa + " is not here");
  }

  float* floats(size_t at, double least, const char* what) { return array<Napi::Float32Array>(at, napi_float32_array, least, what).Data(); }
  double* doubles(size_t at, double least, const char* what) {
    return array<Napi::Float64Array>(at, napi_float64_array, least, what).Data();
  }
  // A code for each vector of the group; one beyond the last entry would read beyond them.
  uint8_t* codes(size_t at, bool read) {
    const double count = double(b.rows) * b.span / b.lanes;
    uint8_t* found = array<Napi::Uint8Array>(at, napi_uint8_array, count, "codes").Data();
    if (read && std::any_of(found, found + size_t(count), [&](uint8_t code) { return code >= b.entries; })) fail("Expected codes of the entries");
    return found;
  }
  Curvature curvature(size_t at) {
    const float* hessian = floats(at, double(b.cols) * b.cols, "hessian");
    if (!info[at + 1].IsNumber()) fail("Expected a damping");
    return {hessian, info[at + 1].As<Napi::Number>().DoubleValue()};
  }
  double numbers() const { return double(b.entries) * b.lanes; }
  double whole() const { return double(b.rows) * b.cols; }
  double roots(int columns) const { return double(columns) * b.lanes; }
  [[noreturn]] void fail(const std::string& message) { throw error_of(env, "mismatch", message); }

  const Napi::CallbackInfo& info;
  Napi::Env env;
  Book b{};
  const CodebookLoops* loops = nullptr;

 private:
  template <class Array>
  Array array(size_t at, napi_typedarray_type type, double least, const char* what) {
    const Napi::Value v = info[at];
    if (!v.IsTypedArray() || v.As<Napi::TypedArray>().TypedArrayType() != type || double(v.As<Array>().ElementLength()) < least)
      fail(std::string("Expected a typed array of fitting length for ") + what);
    return v.As<Array>();
  }
};

// codebookAssign(book, isa, weights, stride, roots, entries, sums, masses, worst)
Napi::Value Assign(const Napi::CallbackInfo& info) {
  Call c(info);
  const double stride = info[3].IsNumber() ? info[3].As<Napi::Number>().DoubleValue() : 0;
  if (!(stride >= c.b.span && stride <= 1 << 26)) c.fail("Expected rows at least as long as the group");
  const float* weights = c.floats(2, (c.b.rows - 1) * stride + c.b.span, "weights");
  const double* roots = c.doubles(4, c.roots(c.b.span), "roots");
  const double* entries = c.doubles(5, c.numbers(), "entries");
  double* sums = c.doubles(6, c.numbers(), "sums");
  double* masses = c.doubles(7, c.numbers() * c.b.lanes, "masses");
  c.loops->assign(c.b, int(stride), weights, roots, entries, sums, masses, c.doubles(8, 3, "worst"));
  return info.Env().Undefined();
}

// codebookLook(book, isa, weights, entries, upper, looks, spreads, quantized, codes)
Napi::Value Look(const Napi::CallbackInfo& info) {
  Call c(info);
  float* weights = c.floats(2, c.whole(), "weights");
  const double* entries = c.doubles(3, c.numbers(), "entries");
  const float* upper = c.floats(4, double(c.b.cols) * c.b.cols, "upper");
  const double* looks = c.doubles(5, c.roots(c.b.cols), "looks");
  const double* spreads = c.doubles(6, c.roots(c.b.cols), "spreads");
  std::vector<double> errors(size_t(c.b.rows) * c.b.span);
  c.loops->look(c.b, weights, entries, upper, looks, spreads, c.floats(7, c.whole(), "quantized"), c.codes(8, false), errors.data());
  return info.Env().Undefined();
}

// codebookPull(book, isa, wanted, quantized, hessian, damping, pull)
Napi::Value Pull(const Napi::CallbackInfo& info) {
  Call c(info);
  const float* wanted = c.floats(2, c.whole(), "wanted");
  const float* quantized = c.floats(3, c.whole(), "quantized");
  c.loops->pull(c.b, wanted, quantized, c.curvature(4), c.doubles(6, c.whole(), "pull"));
  return info.Env().Undefined();
}

// codebookNormal(book, isa, codes, hessian, damping, pull, normal, step)
Napi::Value Normal(const Napi::CallbackInfo& info) {
  Call c(info);
  const double* pull = c.doubles(5, c.whole(), "pull");
  double* normal = c.doubles(6, c.numbers() * c.numbers(), "normal");
  std::vector<double> sums(size_t(c.numbers()) * c.b.span);
  c.loops->normal(c.b, c.codes(2, true), c.curvature(3), pull, normal, c.doubles(7, c.numbers(), "step"), sums.data());
  return info.Env().Undefined();
}

// codebookFollow and codebookRecode(book, isa, codes, entries, hessian, damping, quantized, pull)
Napi::Value Follow(const Napi::CallbackInfo& info) {
  Call c(info);
  const double* entries = c.doubles(3, c.numbers(), "entries");
  float* quantized = c.floats(6, c.whole(), "quantized");
  c.loops->follow(c.b, c.codes(2, true), entries, c.curvature(4), quantized, c.doubles(7, c.whole(), "pull"));
  return info.Env().Undefined();
}

Napi::Value Recode(const Napi::CallbackInfo& info) {
  Call c(info);
  const double* entries = c.doubles(3, c.numbers(), "entries");
  float* quantized = c.floats(6, c.whole(), "quantized");
  c.loops->recode(c.b, c.codes(2, true), entries, c.curvature(4), quantized, c.doubles(7, c.whole(), "pull"));
  return info.Env().Undefined();
}

}  // namespace

void registerCodebooks(Napi::Env env, Napi::Object exports) {
  exports.Set("codebookAssign", Napi::Function::New<Assign>(env, "codebookAssign"));
  exports.Set("codebookLook", Napi::Function::New<Look>(env, "codebookLook"));
  exports.Set("codebookPull", Napi::Function::New<Pull>(env, "codebookPull"));
  exports.Set("codebookNormal", Napi::Function::New<Normal>(env, "codebookNormal"));
  exports.Set("codebookFollow", Napi::Function::New<Follow>(env, "codebookFollow"));
  exports.Set("codebookRecode", Napi::Function::New<Recode>(env, "codebookRecode"));
}

}  // namespace lutra::quantize
