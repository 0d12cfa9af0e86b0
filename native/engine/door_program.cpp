// The doors of a program: compile (the graph's ops and weights, all checked), close. Its runs are ./door_run.cpp's.
#include "engine/door.h"

namespace lutra {
namespace {

Napi::Value program_compile(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry& registry) -> Napi::Value {
    auto engine = open_engine(registry, handle(info, 0));
    const Napi::Object o = info[1].As<Napi::Object>();
    auto open = std::make_shared<OpenProgram>();
    open->engine = engine;
    Shape& shape = open->shape;
    shape.vocab = whole(o, "vocab", 1 << 24);
    shape.context = whole(o, "context", 1 << 24);
    shape.layers = whole(o, "layers", 1 << 12);
    shape.kvHeads = whole(o, "kvHeads", 1 << 12);
    shape.headDim = whole(o, "headDim", 1 << 12);
    shape.chunk = whole(o, "chunk", 1 << 12);
    shape.cache = static_cast<Cache>(whole(o, "cache", static_cast<int>(Cache::Count) - 1));
    if (shape.vocab < 1 || shape.context < 1 || shape.chunk < 1) throw Fault("mismatch", "Expected a vocabulary, a context and a chunk above zero");
    const auto widths = typed<Napi::Float64Array>(o.Get("widths"), napi_float64_array, "widths");
    for (size_t i = 0; i < widths.ElementLength(); i++) {
      if (!(widths[i] >= 1 && widths[i] <= (1 << 24))) throw Fault("mismatch", "Expected buffer widths of 1 to 2^24");
      shape.widths.push_back(static_cast<size_t>(widths[i]));
    }
    shape.logits = static_cast<int>(whole(o, "logits", 1 << 20));
    if (shape.logits >= static_cast<int>(shape.widths.size()) || shape.widths[shape.logits] != shape.vocab)
      throw Fault("mismatch", "Expected the buffer logits to be as wide as the vocabulary");

    const Napi::Array rotations = o.Get("rotations").As<Napi::Array>(), places = o.Get("places").As<Napi::Array>();
    for (uint32_t i = 0; i < rotations.Length(); i++) {
      const auto list = typed<Napi::Float64Array>(rotations.Get(i), napi_float64_array, "rotations");
      shape.rotations.emplace_back(list.Data(), list.Data() + list.ElementLength());
    }
    for (uint32_t i = 0; i < places.Length(); i++) {
      const auto list = typed<Napi::Int32Array>(places.Get(i), napi_int32_array, "places");
      shape.places.emplace_back(list.Data(), list.Data() + list.ElementLength());
    }

    auto job = std::make_unique<Job>();
    std::vector<std::shared_ptr<Borrowed>> weights, vectors;
    for (const char* key : {"weights", "vectors"}) {
      const Napi::Array list = o.Get(key).As<Napi::Array>();
      for (uint32_t i = 0; i < list.Length(); i++)
        (key[0] == 'w' ? weights : vectors).push_back(std::make_shared<Borrowed>(list.Get(i).As<Napi::Object>(), job->keep));
    }
    const size_t body_count = whole(o, "body", 1 << 30);  // read first: a getter may take the arrays away
    const auto words = typed<Napi::Float64Array>(o.Get("ops"), napi_float64_array, "ops");
    const size_t count = words.ElementLength() / kOpWords;
    if (body_count > count) throw Fault("mismatch", "Expected the body to be a part of the ops");
    auto body = ops_of(words, shape, weights, vectors, 0, body_count);
    auto head = ops_of(words, shape, weights, vectors, body_count, count);
    const auto touches = [&](const Op& op) {
      return op.out == shape.logits || op.in == shape.logits || op.in2 == shape.logits || op.in3 == shape.logits;
    };
    for (const Op& op : body)
      if (touches(op)) throw Fault("mismatch", "Only the head may use the buffer logits");
    for (const Op& op : head)
      if (op.code == OpCode::Attention || op.code == OpCode::Embed) throw Fault("mismatch", "The head may not attend or embed");
    if (head.empty() || head.back().out != shape.logits) throw Fault("mismatch", "Expected the head to end in the buffer logits");
    for (const Op& op : head) {  // up to here it runs without a buffer for logits
      const bool makes = op.out == shape.logits;
      if (makes) shape.hidden = op.in;
      if (makes ? op.in < 0 || op.in == shape.logits : touches(op)) throw Fault("mismatch", "Expected the head to make logits before it reads them");
      if (makes) break;
    }

    // Tables of codes of one to four bits choose the activations' scale; int8 mode has its own.
    std::vector<bool> exact(weights.size());
    for (const auto* ops : {&body, &head})
      for (const Op& op : *ops)
        if (op.code == OpCode::Linear && op.style == 1) exact[static_cast<size_t>(op.weight)] = true;

    // Where packed weights are kept between runs: {path, key}.
    std::optional<PackPlace> place;
    if (o.Get("pack").IsObject()) {
      const Napi::Object pack = o.Get("pack").As<Napi::Object>();
      const auto key = typed<Napi::Uint8Array>(pack.Get("key"), napi_uint8_array, "key");
      place.emplace();
      if (key.ByteLength() != sizeof place->key) throw Fault("mismatch", "Expected a key of 32 bytes");
      memcpy(place->key, key.Data(), sizeof place->key);
      place->path = pack.Get("path").ToString().Utf8Value();
    }

    job->work = [engine, open, weights, vectors, body, head, place, exact] {
      std::unordered_map<std::string, std::shared_ptr<MappedFile>> files;
      std::vector<Weight> packed;
      std::vector<PackItem> items;
      std::vector<Algorithm> own;
      for (const auto& b : weights) {
        b->open(files);
        own.push_back(b->algorithm.empty() ? engine->algorithm : algorithm_of(b->algorithm));
        if (exact[items.size()] && uniform_of(b->source.dtype)) own.back() = Algorithm::Mad;
        items.push_back({&b->source, b->linear, b->lookup, own.back()});
      }
      const bool found = place && load_packed(*place, items, engine->pool, packed);
      if (!found)
        for (size_t i = 0; i < weights.size(); i++) {
          const auto& b = weights[i];
          packed.push_back(pack(b->source, own[i], b->linear, b->lookup, engine->pool));
          if (b->source.map) b->source.map->forget(b->source.bytes, b->length);
        }
      std::vector<std::vector<float>> floats;
      for (const auto& b : vectors) {
        b->open(files);
        const Weight w = pack(b->source, engine->algorithm, false, true, engine->pool);
        floats.emplace_back(w.cols);
        w.decode(0, floats.back().data());
      }
      open->program = std::make_unique<Program>(engine->kernels, engine->pool, open->shape, body, head, std::move(packed), std::move(floats));
      if (place && !found) open->program->keep(*place);
    };
    job->finish = [open](Napi::Env e) -> Napi::Value {
      Registry& r = Registry::of(e);
      const uint32_t id = r.next++;
      r.programs[id] = open;
      Napi::Object out = Napi::Object::New(e);
      out.Set("id", id);
      out.Set("residentBytes", static_cast<double>(open->program->resident()));
      return out;
    };
    return registry.post(env, engine, std::move(job));
  });
}

Napi::Value program_close(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry& registry) -> Napi::Value {
    const uint32_t id = handle(info, 0);
    auto open = find(registry.programs, id, "program");
    for (auto at = registry.states.begin(); at != registry.states.end();) at = at->second.program == open ? registry.states.erase(at) : std::next(at);
    registry.programs.erase(id);
    if (open->engine->closing) {  // its last holder frees it
      const auto done = Napi::Promise::Deferred::New(env);
      done.Resolve(env.Undefined());
      return done.Promise();
    }
    auto job = std::make_unique<Job>();
    job->work = [open] {  // behind whatever still runs
      open->program->settle();
      open->program.reset();
    };
    return registry.post(env, open->engine, std::move(job));
  });
}

}  // namespace

void register_program(Napi::Env env, Napi::Object exports) {
  exports.Set("programCompile", Napi::Function::New(env, program_compile));
  exports.Set("programClose", Napi::Function::New(env, program_close));
}

}  // namespace lutra
