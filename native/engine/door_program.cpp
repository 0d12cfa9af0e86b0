// The doors of a program: compile (the graph's ops and weights, all checked), run, cancel, close.
#include "engine/door.h"

namespace lutra {
namespace {

constexpr int kOpWords = 16;  // numbers per op in the array that lower.ts sends

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

// (program, [state, ids, wanted] for each part, all ids): see Program::run.
Napi::Value program_run(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry& registry) -> Napi::Value {
    auto open = find(registry.programs, handle(info, 0), "program");
    const auto words = typed<Napi::Uint32Array>(info[1], napi_uint32_array, "parts");
    const auto array = typed<Napi::Int32Array>(info[2], napi_int32_array, "ids");
    auto ids = std::make_shared<std::vector<int32_t>>(array.Data(), array.Data() + array.ElementLength());
    for (const int32_t id : *ids)
      if (id < 0 || static_cast<size_t>(id) >= open->shape.vocab)
        throw Fault("mismatch", "Expected ids below " + std::to_string(open->shape.vocab) + " but found " + std::to_string(id));
    auto states = std::make_shared<std::vector<std::shared_ptr<State>>>();  // they live as long as the run
    auto parts = std::make_shared<std::vector<Sequence>>();
    constexpr uint64_t most = uint64_t{1} << (sizeof(size_t) == 8 ? 31 : 28);
    size_t taken = 0;
    uint64_t floats = 0;
    for (size_t i = 0; i + 3 <= words.ElementLength(); i += 3) {
      const OpenState& held = find(registry.states, words[i], "state");
      if (held.program != open) throw Fault("mismatch", "Expected a state of this program but found one of another");
      for (const auto& other : *states)
        if (other == held.state) throw Fault("mismatch", "Expected each state once in a batch but found one twice");
      const size_t n = words[i + 1];
      if (words[i + 2] > 3) throw Fault("mismatch", "Expected none, last, all or hidden");
      if (n > ids->size() - taken) throw Fault("mismatch", "Expected as many ids as the parts have together");
      taken += n;
      const Wanted wanted = static_cast<Wanted>(words[i + 2]);
      floats += Program::answer(open->shape, wanted, n);
      if (floats > most) throw Fault("limit", "Expected at most " + std::to_string(most) + " logits; run in smaller parts");
      states->push_back(held.state);
      parts->push_back({held.state.get(), n, wanted});
    }
    if (taken != ids->size()) throw Fault("mismatch", "Expected as many ids as the parts have together");
    auto out = std::make_shared<std::vector<float>>();
    auto lengths = std::make_shared<std::vector<double>>();
    auto cancel = std::make_shared<std::atomic<bool>>(false);
    const uint32_t run = registry.next++;
    auto job = std::make_unique<Job>();
    job->work = [open, states, parts, ids, out, lengths, cancel, floats] {
      for (const Sequence& part : *parts)
        if (part.state->length + part.n > open->shape.context)
          throw Fault("limit", "Expected at most " + std::to_string(open->shape.context) + " tokens in a state but found " +
                                   std::to_string(part.state->length) + " + " + std::to_string(part.n) +
                                   "; truncate it or open with a larger context");
      if (cancel->load()) throw Fault("cancelled", "The run was cancelled");
      out->resize(static_cast<size_t>(floats));
      open->program->run(*parts, ids->data(), out->data(), *cancel);
      for (const Sequence& part : *parts) lengths->push_back(static_cast<double>(part.state->length));
    };
    job->finish = [out, lengths](Napi::Env e) -> Napi::Value {
      Napi::Object result = Napi::Object::New(e);
      result.Set("rows", float_array(e, *out));
      Napi::Float64Array all = Napi::Float64Array::New(e, lengths->size());
      for (size_t i = 0; i < lengths->size(); i++) all[i] = (*lengths)[i];
      result.Set("lengths", all);
      return result;
    };
    job->always = [run](Napi::Env e) { Registry::of(e).runs.erase(run); };
    Napi::Object result = Napi::Object::New(env);
    result.Set("run", run);
    result.Set("done", registry.post(env, open->engine, std::move(job)));
    registry.runs[run] = cancel;
    return result;
  });
}

Napi::Value run_cancel(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry& registry) -> Napi::Value {
    const auto at = registry.runs.find(handle(info, 0));
    if (at != registry.runs.end()) at->second->store(true);
    return env.Undefined();
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
  exports.Set("programRun", Napi::Function::New(env, program_run));
  exports.Set("programClose", Napi::Function::New(env, program_close));
  exports.Set("runCancel", Napi::Function::New(env, run_cancel));
}

}  // namespace lutra
