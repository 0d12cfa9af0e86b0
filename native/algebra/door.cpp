// The N-API class `Algebra`. Sizes and arrays were checked by kernels/native/linear-algebra.ts; what would read or write
// out of bounds is checked here again. A call runs on a worker of libuv plus the threads of its own, one at a time; its
// arrays are held until then.
#include "algebra/door.h"

#include <cmath>
#include <exception>
#include <memory>
#include <system_error>
#include <vector>

#include "algebra/algebra.h"
#include "engine/async.h"

namespace lutra::algebra {

namespace {

struct Shared {  // outlives the JS object while a job runs
  std::unique_ptr<Algebra> algebra;
  bool busy = false;
};

class Work : public Napi::AsyncWorker {
 public:
  using Task = std::function<bool(Algebra&)>;
  Work(Napi::Env env, std::shared_ptr<Shared> s, Task t)
      : Napi::AsyncWorker(env), deferred(Napi::Promise::Deferred::New(env)), shared(std::move(s)), task(std::move(t)) {
    shared->busy = true;
  }
  void Hold(const Napi::Value& value) { held.push_back(Napi::Reference<Napi::Value>::New(value, 1)); }
  void Execute() override {
    try {
      result = task(*shared->algebra);
    } catch (const std::bad_alloc&) {
      SetError("not enough memory for the panels of a product");
    } catch (const std::exception& e) {
      SetError(e.what());
    }
  }
  void OnOK() override {
    shared->busy = false;
    deferred.Resolve(Napi::Boolean::New(Env(), result));
  }
  void OnError(const Napi::Error& error) override {
    shared->busy = false;
    deferred.Reject(error_of(Env(), "limit", error.Message()).Value());
  }
  Napi::Promise::Deferred deferred;

 private:
  std::shared_ptr<Shared> shared;
  Task task;
  std::vector<Napi::Reference<Napi::Value>> held;
  bool result = false;
};

class AlgebraObject : public Napi::ObjectWrap<AlgebraObject> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "Algebra",
                       {InstanceMethod<&AlgebraObject::Multiply>("multiply"), InstanceMethod<&AlgebraObject::Gram>("gram"),
                        InstanceMethod<&AlgebraObject::InverseCholesky>("inverseCholesky"),
                        InstanceMethod<&AlgebraObject::Solve>("solve"), InstanceMethod<&AlgebraObject::Isa>("isa"),
                        InstanceMethod<&AlgebraObject::Close>("close")});
  }

  // new Algebra(threads, isa)
  explicit AlgebraObject(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<AlgebraObject>(info), shared(std::make_shared<Shared>()) {
    Napi::Env env = info.Env();
    const double threads = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : 0;
    if (!(threads >= 1 && threads <= 1024 && threads == std::floor(threads)))
      throw error_of(env, "mismatch", "Expected 1 to 1024 threads");
    const std::string isa = info[1].IsString() ? info[1].As<Napi::String>().Utf8Value() : "";
    const Tier* tier = chooseTier(isa.c_str());
    if (!tier) throw error_of(env, "unsupported", "The instruction set " + isa + " is not here");
    name = tier->name;
    try {
      shared->algebra = std::make_unique<Algebra>(int(threads), *tier);
    } catch (const std::bad_alloc&) {
      throw error_of(env, "limit", "Out of memory");
    } catch (const std::system_error& e) {
      throw error_of(env, "limit", std::string("Cannot start threads: ") + e.what());
    }
  }

 private:
  std::shared_ptr<Shared> shared;
  const char* name = "";

  static int Size(const Napi::CallbackInfo& info, size_t i) {
    const double d = info[i].IsNumber() ? info[i].As<Napi::Number>().DoubleValue() : -1;
    if (!(d >= 0 && d <= 2147483647.0 && d == std::floor(d))) throw error_of(info.Env(), "mismatch", "Expected a size");
    return int(d);
  }

  static float Alpha(const Napi::CallbackInfo& info, size_t i) {
    return info[i].IsNumber() ? info[i].As<Napi::Number>().FloatValue() : 1.0f;
  }

  // Of rows of `cols` values, `stride` apart.
  static float* Floats(const Napi::CallbackInfo& info, size_t i, int rows, int cols, int stride) {
    if (!info[i].IsTypedArray() || info[i].As<Napi::TypedArray>().TypedArrayType() != napi_float32_array)
      throw error_of(info.Env(), "mismatch", "Expected a Float32Array");
    Napi::Float32Array array = info[i].As<Napi::Float32Array>();
    const double need = rows && cols ? double(rows - 1) * stride + cols : 0;
    if (stride < cols || double(array.ElementLength()) < need) throw error_of(info.Env(), "mismatch", "Expected a longer array");
    return array.Data();
  }

  Napi::Value Run(const Napi::CallbackInfo& info, Work::Task task, size_t arrays) {
    Napi::Env env = info.Env();
    if (!shared->algebra) throw error_of(env, "closed", "This linear algebra is closed; make another");
    if (shared->busy) throw error_of(env, "mismatch", "A call is running; await it first");
    auto work = std::make_unique<Work>(env, shared, std::move(task));
    for (size_t i = 0; i < arrays; i++) work->Hold(info[i]);
    Napi::Promise promise = work->deferred.Promise();
    work.release()->Queue();
    return promise;
  }

  // multiply(a, b, c, m, n, k, strideA, strideB, strideC, transposeA, transposeB, add, alpha)
  Napi::Value Multiply(const Napi::CallbackInfo& info) {
    const int m = Size(info, 3), n = Size(info, 4), k = Size(info, 5), sa = Size(info, 6), sb = Size(info, 7), sc = Size(info, 8);
    const bool ta = info[9].ToBoolean(), tb = info[10].ToBoolean(), add = info[11].ToBoolean();
    const float alpha = Alpha(info, 12);
    const Strided a{ta ? Floats(info, 0, k, m, sa) : Floats(info, 0, m, k, sa), ta ? 1 : sa, ta ? sa : 1};
    const Strided b{tb ? Floats(info, 1, n, k, sb) : Floats(info, 1, k, n, sb), tb ? 1 : sb, tb ? sb : 1};
    float* c = Floats(info, 2, m, n, sc);
    return Run(info, [=](Algebra& it) { return it.multiply(a, b, c, sc, m, n, k, alpha, add), true; }, 3);
  }

  // gram(x, h, rows, cols, alpha)
  Napi::Value Gram(const Napi::CallbackInfo& info) {
    const int rows = Size(info, 2), cols = Size(info, 3);
    const float alpha = Alpha(info, 4);
    const float* x = Floats(info, 0, rows, cols, cols);
    float* h = Floats(info, 1, cols, cols, cols);
    return Run(info, [=](Algebra& it) { return it.gram(x, h, rows, cols, alpha), true; }, 2);
  }

  // inverseCholesky(h, n)
  Napi::Value InverseCholesky(const Napi::CallbackInfo& info) {
    const int n = Size(info, 1);
    float* h = Floats(info, 0, n, n, n);
    return Run(info, [=](Algebra& it) { return it.inverseCholesky(h, n); }, 1);
  }

  // solve(upper, b, n, rows)
  Napi::Value Solve(const Napi::CallbackInfo& info) {
    const int n = Size(info, 2), rows = Size(info, 3);
    const float* upper = Floats(info, 0, n, n, n);
    float* b = Floats(info, 1, rows, n, n);
    return Run(info, [=](Algebra& it) { return it.solve(upper, n, b, rows), true; }, 2);
  }

  Napi::Value Isa(const Napi::CallbackInfo& info) { return Napi::String::New(info.Env(), name); }

  // Its threads end.
  Napi::Value Close(const Napi::CallbackInfo& info) {
    if (shared->busy) throw error_of(info.Env(), "mismatch", "A call is running; await it first");
    shared->algebra.reset();
    return info.Env().Undefined();
  }
};

}  // namespace

void registerAlgebra(Napi::Env env, Napi::Object exports) { exports.Set("Algebra", AlgebraObject::Define(env)); }

}  // namespace lutra::algebra
