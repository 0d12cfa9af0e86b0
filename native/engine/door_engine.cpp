// The doors of an engine: open, close, one linear, and what this addon and CPU have.
#include <algorithm>
#include <chrono>

#include "engine/dispatch.h"
#include "engine/door.h"
#include "engine/features.h"

namespace lutra {
namespace {

Napi::Value engine_open(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry& registry) -> Napi::Value {
    const std::string isa = info[0].IsString() ? info[0].As<Napi::String>().Utf8Value() : "";
    const uint32_t threads = handle(info, 1);
    if (threads < 1 || threads > 256) throw Fault("limit", "Expected 1 to 256 threads but found " + std::to_string(threads));
    const Algorithm algorithm = info[2].IsString() ? algorithm_of(info[2].As<Napi::String>().Utf8Value()) : Algorithm::Mad;
    auto engine = std::make_shared<Engine>(choose(isa), threads, algorithm);
    const uint32_t id = registry.next++;
    registry.engines[id] = engine;
    Napi::Object out = Napi::Object::New(env);
    out.Set("id", id);
    out.Set("isa", engine->kernels.isa);
    return out;
  });
}

// (engine, threads): from the next step of an op on, also of a run under way.
Napi::Value engine_threads(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry& registry) -> Napi::Value {
    auto engine = open_engine(registry, handle(info, 0));
    const uint32_t threads = handle(info, 1), most = engine->pool.most();
    if (threads < 1 || threads > most)
      throw Fault("limit", "Expected 1 to " + std::to_string(most) + " threads, as the engine was opened, but found " + std::to_string(threads));
    engine->pool.want(threads);
    return env.Undefined();
  });
}

Napi::Value engine_close(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry& registry) -> Napi::Value {
    const uint32_t id = handle(info, 0);
    auto engine = open_engine(registry, id);
    auto job = std::make_unique<Job>();
    job->work = [] {};
    // The queue is empty behind this job, so the join waits for one wake-up at most.
    job->finish = [engine, id](Napi::Env e) -> Napi::Value {
      engine->stop();
      Registry::of(e).engines.erase(id);  // not before: at the environment's end `shut` must find it
      return e.Undefined();
    };
    const Napi::Promise done = registry.post(env, engine, std::move(job));
    engine->closing = true;
    return done;
  });
}

Napi::Value engine_linear(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry& registry) -> Napi::Value {
    auto engine = open_engine(registry, handle(info, 0));
    auto job = std::make_unique<Job>();
    auto tensor = std::make_shared<Borrowed>(info[1].As<Napi::Object>(), job->keep);
    const auto x = typed<Napi::Float32Array>(info[2], napi_float32_array, "x");
    const size_t n = handle(info, 3);
    const bool int8 = info[4].ToBoolean().Value();
    if (x.ElementLength() != n * tensor->source.cols) throw Fault("mismatch", "Expected n x cols activations");
    if (static_cast<uint64_t>(n) * tensor->source.rows > (uint64_t{1} << 31)) throw Fault("limit", "Expected fewer than 2^31 results");
    auto in = std::make_shared<std::vector<float>>(x.Data(), x.Data() + x.ElementLength());
    auto out = std::make_shared<std::vector<float>>();
    job->work = [engine, tensor, in, out, n, int8] {
      std::unordered_map<std::string, std::shared_ptr<MappedFile>> files;
      tensor->open(files);
      const Algorithm own = int8 && uniform_of(tensor->source.dtype) ? Algorithm::Mad : engine->algorithm;  // as in a program
      const Weight w = pack(tensor->source, own, true, false, engine->pool);
      out->resize(n * w.rows);
      Activations acts(engine->kernels, engine->pool);
      constexpr size_t chunk = 64;
      for (size_t t = 0; t < n; t += chunk) {
        const size_t count = n - t < chunk ? n - t : chunk;
        const Acts a = acts.prepare(want_of(w.view, int8), in->data() + t * w.cols, w.cols, count);
        linear_parallel(engine->kernels, engine->pool, w.view, a, out->data() + t * w.rows, w.rows);
      }
    };
    job->finish = [out](Napi::Env e) { return float_array(e, *out); };
    return registry.post(env, engine, std::move(job));
  });
}

// Seconds of one token through one of `copies` equal weights, read in turn: the best pass over all of them.
Napi::Value engine_measure(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry& registry) -> Napi::Value {
    auto engine = open_engine(registry, handle(info, 0));
    auto job = std::make_unique<Job>();
    auto tensor = std::make_shared<Borrowed>(info[1].As<Napi::Object>(), job->keep);
    const size_t copies = handle(info, 2);
    const uint32_t milliseconds = handle(info, 3);
    if (copies < 1 || copies > 4096 || milliseconds > 60000) throw Fault("mismatch", "Expected 1 to 4096 copies and at most a minute");
    auto best = std::make_shared<double>(INFINITY);
    job->work = [engine, tensor, copies, milliseconds, best] {
      std::unordered_map<std::string, std::shared_ptr<MappedFile>> files;
      tensor->open(files);
      std::vector<Weight> weights;
      for (size_t i = 0; i < copies; i++) weights.push_back(pack(tensor->source, engine->algorithm, true, false, engine->pool));
      const WeightView& view = weights[0].view;
      // A bell curve of sorts: few activations are large.
      std::vector<float> x(view.cols), y(view.rows);
      for (size_t i = 0; i < x.size(); i++) x[i] = static_cast<float>(std::sin(static_cast<double>(i)) * std::cos(static_cast<double>(i * i % 997)));
      Activations acts(engine->kernels, engine->pool);
      const Want want = want_of(view, is_ternary(tensor->source.dtype));
      using Clock = std::chrono::steady_clock;
      const auto end = Clock::now() + std::chrono::milliseconds(milliseconds);
      for (int pass = 0; pass < 2 || Clock::now() < end; pass++) {  // the first warms up
        const auto start = Clock::now();
        for (const Weight& w : weights) linear_parallel(engine->kernels, engine->pool, w.view, acts.prepare(want, x.data(), x.size(), 1), y.data(), y.size());
        const double seconds = std::chrono::duration<double>(Clock::now() - start).count() / static_cast<double>(copies);
        if (pass > 0) *best = std::min(*best, seconds);
      }
    };
    job->finish = [best](Napi::Env e) -> Napi::Value { return Napi::Number::New(e, *best); };
    return registry.post(env, engine, std::move(job));
  });
}

// [Int8Array]: the points of each grid (kernels/native/grids.ts).
Napi::Value engine_grids(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry&) -> Napi::Value {
    if (!info[0].IsArray()) throw Fault("mismatch", "Expected a list of grids");
    const Napi::Array list = info[0].As<Napi::Array>();
    for (uint32_t g = 0; g < kGrids; g++) {
      const auto values = typed<Napi::Int8Array>(list.Get(g), napi_int8_array, "a grid");
      set_grid(g, values.Data(), values.ElementLength());
    }
    return env.Undefined();
  });
}

Napi::Value features(const Napi::CallbackInfo& info) {
  const auto list = cpu_features();
  Napi::Array out = Napi::Array::New(info.Env(), list.size());
  for (uint32_t i = 0; i < list.size(); i++) out.Set(i, list[i]);
  return out;
}

// [{name, missing}] best first; missing is empty where the tier runs.
Napi::Value engine_tiers(const Napi::CallbackInfo& info) {
  Napi::Array out = Napi::Array::New(info.Env());
  uint32_t i = 0;
  for (const Tier& tier : tiers()) {
    Napi::Object o = Napi::Object::New(info.Env());
    o.Set("name", tier.name);
    o.Set("missing", lacking(tier));
    out.Set(i++, o);
  }
  return out;
}

}  // namespace

void register_engine(Napi::Env env, Napi::Object exports) {
  auto registry = std::make_shared<Registry>(env);
  env.SetInstanceData(new std::shared_ptr<Registry>(registry));
  // Hooks run last in, first out: threads end before the thread-safe function that they call.
  env.AddCleanupHook([registry] { registry->shut(); });
  exports.Set("engineGrids", Napi::Function::New(env, engine_grids));
  exports.Set("engineMeasure", Napi::Function::New(env, engine_measure));
  exports.Set("engineOpen", Napi::Function::New(env, engine_open));
  exports.Set("engineThreads", Napi::Function::New(env, engine_threads));
  exports.Set("engineClose", Napi::Function::New(env, engine_close));
  exports.Set("engineLinear", Napi::Function::New(env, engine_linear));
  exports.Set("engineTiers", Napi::Function::New(env, engine_tiers));
  exports.Set("cpuFeatures", Napi::Function::New(env, features));
}

}  // namespace lutra
