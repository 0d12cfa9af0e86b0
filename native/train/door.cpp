// The N-API class `Trainer`. Arguments were checked for shape by kernels/native/train.ts; what would read or write out of
// bounds is checked here again. Steps run on a worker of libuv plus the trainer's own pool, one at a time per trainer.
#include "train/door.h"

#include <cmath>
#include <exception>
#include <memory>
#include <system_error>

#include "train/trainer.h"

namespace lutra::train {

namespace {

enum class Job { Step, Backward, Evaluate };

struct Shared {  // outlives the JS object while a job runs
  std::unique_ptr<Trainer> trainer;
  bool busy = false;
  uint64_t steps = 0;  // the trainer's own count, as of the last finished job
};

class Work : public Napi::AsyncWorker {
 public:
  Work(Napi::Env env, std::shared_ptr<Shared> s, std::shared_ptr<Shared> t, Job j, Batch b, Aim a, StepOptions o)
      : Napi::AsyncWorker(env), deferred(Napi::Promise::Deferred::New(env)), shared(std::move(s)), teacher(std::move(t)), job(j), batch(std::move(b)), aim(std::move(a)), options(o) {
    setBusy(true);
  }
  void Execute() override {
    try {
      Trainer& t = *shared->trainer;
      result = job == Job::Step ? t.step(batch, aim, options) : job == Job::Backward ? t.backward(batch, aim) : t.evaluate(batch, aim);
    } catch (const std::bad_alloc&) {
      SetError("not enough memory for this batch; use fewer tokens a batch or shorter sequences");
    } catch (const std::exception& e) {
      SetError(e.what());
    }
  }
  void OnOK() override {
    setBusy(false);
    shared->steps = shared->trainer->steps;
    Napi::Env env = Env();
    Napi::HandleScope scope(env);
    Napi::Object out = Napi::Object::New(env);
    out.Set("loss", result.loss);
    out.Set("gradientNorm", result.gradientNorm);
    out.Set("targets", result.targets);
    out.Set("steps", double(shared->steps));
    if (job == Job::Evaluate) {
      Napi::Int32Array argmax = Napi::Int32Array::New(env, result.argmax.size());
      std::copy(result.argmax.begin(), result.argmax.end(), argmax.Data());
      out.Set("argmax", argmax);
      Napi::Float32Array losses = Napi::Float32Array::New(env, result.losses.size());
      std::copy(result.losses.begin(), result.losses.end(), losses.Data());
      out.Set("losses", losses);
      Napi::Float32Array output = Napi::Float32Array::New(env, result.output.size());
      std::copy(result.output.begin(), result.output.end(), output.Data());
      out.Set("output", output);
    }
    deferred.Resolve(out);
  }
  void OnError(const Napi::Error& error) override {
    setBusy(false);
    deferred.Reject(error.Value());
  }
  Napi::Promise::Deferred deferred;

 private:
  void setBusy(bool busy) {
    shared->busy = busy;
    if (teacher) teacher->busy = busy;
  }
  std::shared_ptr<Shared> shared, teacher;
  Job job;
  Batch batch;
  Aim aim;
  StepOptions options;
  Result result;
};

// Marks the objects of this class, so that a teacher can be told from any other object.
constexpr napi_type_tag TAG = {0x6c75747261747261ull, 0x696e65722e312e30ull};

class TrainerObject : public Napi::ObjectWrap<TrainerObject> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "Trainer",
                       {InstanceMethod<&TrainerObject::Run>("run"), InstanceMethod<&TrainerObject::Tensors>("tensors"),
                        InstanceMethod<&TrainerObject::Get>("get"), InstanceMethod<&TrainerObject::Gradient>("gradient"),
                        InstanceMethod<&TrainerObject::Set>("set"), InstanceMethod<&TrainerObject::Quantized>("quantized"), InstanceMethod<&TrainerObject::Save>("save"),
                        InstanceMethod<&TrainerObject::Load>("load"), InstanceMethod<&TrainerObject::Steps>("steps"),
                        InstanceMethod<&TrainerObject::Isa>("isa")});
  }

  // new Trainer({ vocab, dim, ..., isa })
  explicit TrainerObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<TrainerObject>(info), shared(std::make_shared<Shared>()) {
    Napi::Env env = info.Env();
    if (info.Length() < 1 || !info[0].IsObject()) throw Napi::TypeError::New(env, "Trainer: expected a configuration object");
    info.This().As<Napi::Object>().TypeTag(&TAG);
    Napi::Object o = info[0].As<Napi::Object>();
    auto number = [&](const char* name) { return o.Get(name).ToNumber().DoubleValue(); };
    auto integer = [&](const char* name) {
      const double d = number(name);
      if (!(d >= 1 && d <= 1 << 20 && d == std::floor(d))) throw Napi::RangeError::New(env, std::string("Trainer: ") + name + " must be a whole number of 1 to 2^20");
      return int(d);
    };
    Config c;
    c.vocab = integer("vocab"), c.dim = integer("dim"), c.hidden = integer("hidden"), c.layers = integer("layers");
    c.heads = integer("heads"), c.kvHeads = integer("kvHeads"), c.threads = integer("threads");
    c.eps = float(number("eps")), c.theta = float(number("theta")), c.initStd = float(number("initStd"));
    c.quantizeActivations = o.Get("quantizeActivations").ToBoolean();
    c.half = o.Get("half").ToBoolean();
    c.subNorms = o.Get("subNorms").ToBoolean(), c.ownHead = o.Get("ownHead").ToBoolean(), c.ropePairs = o.Get("ropePairs").ToBoolean();
    c.seed = o.Get("seed").ToNumber().Uint32Value();
    if (c.layers > 64 || c.dim % c.heads || c.headDim() % 2 || c.heads % c.kvHeads || c.threads > 64)
      throw Napi::RangeError::New(env, "Trainer: sizes do not fit together");
    for (int k = 0; k < KINDS; k++) c.trained[k] = o.Get("trained").ToObject().Get(kindNames[k]).ToBoolean();
    ReadSchemes(env, o.Get("schemes"), c);
    const std::string isa = o.Get("isa").IsString() ? o.Get("isa").ToString().Utf8Value() : "";
    const Tier* tier = chooseTier(isa.c_str());
    if (!tier) throw Napi::Error::New(env, "Trainer: the instruction set " + isa + " is not here");
    try {
      shared->trainer = std::make_unique<Trainer>(c, *tier);
    } catch (const std::bad_alloc&) {
      throw Napi::Error::New(env, "Trainer: not enough memory for a model of this size");
    } catch (const std::system_error& e) {
      throw Napi::Error::New(env, std::string("Trainer: cannot start threads: ") + e.what());
    }
  }

 private:
  std::shared_ptr<Shared> shared;

  // Per linear, the head last: grid, levels, group (0: a row), rank, alpha / rank.
  static void ReadSchemes(Napi::Env env, Napi::Value value, Config& c) {
    Napi::Float64Array from = Typed<Napi::Float64Array>(env, value, napi_float64_array, "schemes must be a Float64Array");
    const size_t count = size_t(c.layers) * Linears + 1;
    bool good = from.ElementLength() == count * 5;
    for (size_t i = 0; good && i < count; i++) {
      const double* d = from.Data() + i * 5;
      const Size size = i + 1 == count ? Size{c.vocab, c.dim} : linearSize(c, int(i % Linears));
      auto whole = [](double x, double most) { return x >= 0 && x <= most && x == std::floor(x); };
      good = whole(d[0], double(Grid::Fixed)) && whole(d[1], 256) && whole(d[2], size.in) && whole(d[3], 1 << 16) && std::isfinite(d[4]);
      if (!good) break;
      const Scheme s{Grid(int(d[0])), int(d[1]), int(d[2]), int(d[3]), float(d[4])};
      const bool scaled = s.grid == Grid::Seq || s.grid == Grid::Lsq || s.grid == Grid::Affine;
      good = (!scaled || s.levels >= 2) && (s.group == 0 || size.in % s.group == 0) && (s.rank == 0 || s.grid == Grid::Seq || s.grid == Grid::Lsq) &&
             (s.grid == Grid::None || i + 1 < count || c.ownHead);
      c.schemes.push_back(s);
    }
    if (!good) throw Napi::RangeError::New(env, "Trainer: a scheme of quantization does not fit its matrix");
  }

  // Asked for after everything that may run code of the caller (toString, valueOf), which may start a job.
  Trainer& Idle(Napi::Env env) {
    if (shared->busy) throw Napi::Error::New(env, "Trainer: a step is running; await it first");
    return *shared->trainer;
  }

  template <class Array>
  static Array Typed(Napi::Env env, Napi::Value value, napi_typedarray_type type, const char* what) {
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type)
      throw Napi::TypeError::New(env, std::string("Trainer: ") + what);
    return value.As<Array>();
  }

  // run(job, tokens, seqStarts, targets, weights | undefined, Float64Array [lr, weightDecay, clip, beta1, beta2, eps, rates,
  // teacher's share, temperature, a block's layer or -1], teacher | undefined, block's input | undefined, wanted | undefined)
  Napi::Value Run(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    auto ints = [&](size_t i, const char* what) {
      Napi::Int32Array a = Typed<Napi::Int32Array>(env, info[i], napi_int32_array, what);
      return std::vector<int32_t>(a.Data(), a.Data() + a.ElementLength());
    };
    const int job = info[0].ToNumber().Int32Value();
    const Config& c = Idle(env).config;
    Batch b;
    b.tokens = ints(1, "tokens must be an Int32Array"), b.starts = ints(2, "seqStarts must be an Int32Array");
    b.targets = ints(3, "targets must be an Int32Array");
    if (info[4].IsTypedArray()) {
      Napi::Float32Array w = Typed<Napi::Float32Array>(env, info[4], napi_float32_array, "weights must be a Float32Array");
      b.weights.assign(w.Data(), w.Data() + w.ElementLength());
    }
    Napi::Float64Array numbers = Typed<Napi::Float64Array>(env, info[5], napi_float64_array, "options must be a Float64Array");
    const size_t n = b.tokens.size();
    bool good = job >= 0 && job <= 2 && n > 0 && b.targets.size() == n && (b.weights.empty() || b.weights.size() == n) &&
                b.starts.size() >= 2 && b.starts.front() == 0 && size_t(b.starts.back()) == n && numbers.ElementLength() == 9 + KINDS;
    for (size_t i = 1; good && i < b.starts.size(); i++) good = b.starts[i] > b.starts[i - 1];
    for (size_t i = 0; good && i < n; i++) good = b.tokens[i] >= 0 && b.tokens[i] < c.vocab && b.targets[i] < c.vocab;
    if (!good) throw Napi::RangeError::New(env, "Trainer: tokens, seqStarts, targets and weights do not fit together or leave the vocabulary");
    const double* d = numbers.Data();
    StepOptions options{float(d[0]), float(d[1]), float(d[2]), float(d[3]), float(d[4]), float(d[5]), {}};
    for (int k = 0; k < KINDS; k++) options.rates[k] = float(d[6 + k]);
    Aim aim;
    aim.share = float(d[6 + KINDS]), aim.temperature = float(d[7 + KINDS]), aim.layer = int(d[8 + KINDS]);
    std::shared_ptr<Shared> teacher;
    if (info[6].IsObject()) {
      Napi::Object object = info[6].As<Napi::Object>();
      if (!object.CheckTypeTag(&TAG)) throw Napi::TypeError::New(env, "Trainer: a teacher must be a Trainer");
      TrainerObject* other = Unwrap(object);
      aim.teacher = &other->Idle(env), teacher = other->shared;
      if (teacher == shared || aim.teacher->config.vocab != c.vocab)
        throw Napi::RangeError::New(env, "Trainer: a teacher must be another model of the same vocabulary");
    }
    if (aim.layer >= 0) {
      auto floats = [&](size_t i, const char* what) {
        Napi::Float32Array a = Typed<Napi::Float32Array>(env, info[i], napi_float32_array, what);
        return std::vector<float>(a.Data(), a.Data() + a.ElementLength());
      };
      aim.input = floats(7, "a block's input must be a Float32Array");
      if (info[8].IsTypedArray()) aim.wanted = floats(8, "a block's wanted output must be a Float32Array");
      bool fits = aim.layer < c.layers && aim.input.size() == n * size_t(c.dim) && (aim.wanted.empty() ? job == int(Job::Evaluate) : aim.wanted.size() == n * size_t(c.dim));
      for (size_t i = 0; fits && i < n; i++) fits = b.targets[i] >= 0;
      if (!fits) throw Napi::RangeError::New(env, "Trainer: a block's rows do not fit the layer");
    }
    Idle(env);
    Work* work = new Work(env, shared, std::move(teacher), Job(job), std::move(b), std::move(aim), options);
    Napi::Promise promise = work->deferred.Promise();
    work->Queue();
    return promise;
  }

  Napi::Value Tensors(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    const Layout& layout = shared->trainer->layout;
    Napi::Array list = Napi::Array::New(env, layout.tensors.size());
    for (size_t i = 0; i < layout.tensors.size(); i++) {
      const Tensor& t = layout.tensors[i];
      Napi::Object o = Napi::Object::New(env);
      o.Set("name", t.name);
      o.Set("rows", t.rows);
      o.Set("cols", t.cols);
      o.Set("kind", kindNames[int(t.kind)]);
      o.Set("trained", t.moment != NONE);
      list.Set(uint32_t(i), o);
    }
    return list;
  }

  const Tensor& Find(const Napi::CallbackInfo& info) {
    const std::string name = info[0].ToString().Utf8Value();
    for (const Tensor& t : shared->trainer->layout.tensors)
      if (t.name == name) return t;
    throw Napi::RangeError::New(info.Env(), "Trainer: no tensor named " + name);
  }

  Napi::Value Copy(Napi::Env env, const Tensor& t, const float* from) {
    Napi::Float32Array out = Napi::Float32Array::New(env, t.size());
    std::copy(from + t.offset, from + t.offset + t.size(), out.Data());
    return out;
  }

  Napi::Value Get(const Napi::CallbackInfo& info) {
    const Tensor& t = Find(info);
    return Copy(info.Env(), t, Idle(info.Env()).parameters);
  }

  // quantized(name, plain): a quantized linear's weights as the passes use them, or their levels.
  Napi::Value Quantized(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    const Tensor& t = Find(info);
    const bool plain = info[1].ToBoolean();
    Trainer& trainer = Idle(env);
    for (const Quantizer& z : trainer.layout.quantizers)
      if (z.scale != NONE && z.weight == t.offset) {
        const std::vector<float> values = trainer.quantized(z, plain);
        Napi::Float32Array out = Napi::Float32Array::New(env, values.size());
        std::copy(values.begin(), values.end(), out.Data());
        return out;
      }
    throw Napi::RangeError::New(env, "Trainer: " + t.name + " has no learned scales");
  }

  Napi::Value Gradient(const Napi::CallbackInfo& info) {
    const Tensor& t = Find(info);
    return Copy(info.Env(), t, Idle(info.Env()).gradients());
  }

  Napi::Value Set(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    const Tensor& t = Find(info);
    Trainer& trainer = Idle(env);
    Napi::Float32Array from = Typed<Napi::Float32Array>(env, info[1], napi_float32_array, "data must be a Float32Array");
    if (from.ElementLength() != t.size())
      throw Napi::RangeError::New(env, "Trainer: " + t.name + " holds " + std::to_string(t.size()) + " values, found " + std::to_string(from.ElementLength()));
    std::copy(from.Data(), from.Data() + t.size(), trainer.parameters + t.offset);
    trainer.touched();
    return env.Undefined();
  }

  Napi::Value Save(const Napi::CallbackInfo& info) {
    const std::vector<uint8_t> bytes = Idle(info.Env()).save();
    Napi::Uint8Array out = Napi::Uint8Array::New(info.Env(), bytes.size());
    std::copy(bytes.begin(), bytes.end(), out.Data());
    return out;
  }

  Napi::Value Load(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    Trainer& t = Idle(env);
    Napi::Uint8Array from = Typed<Napi::Uint8Array>(env, info[0], napi_uint8_array, "a checkpoint is a Uint8Array");
    const std::string wrong = t.load(from.Data(), from.ElementLength());
    if (!wrong.empty()) throw Napi::Error::New(env, wrong);
    shared->steps = t.steps;
    return env.Undefined();
  }

  Napi::Value Steps(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), double(shared->steps)); }
  Napi::Value Isa(const Napi::CallbackInfo& info) { return Napi::String::New(info.Env(), shared->trainer->tier.name); }
};

}  // namespace

void registerTrainer(Napi::Env env, Napi::Object exports) { exports.Set("Trainer", TrainerObject::Define(env)); }

}  // namespace lutra::train
