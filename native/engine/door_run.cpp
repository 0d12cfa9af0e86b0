// The doors of a program's runs: run, cancel.
#include "engine/door.h"

namespace lutra {
namespace {

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

}  // namespace

void register_run(Napi::Env env, Napi::Object exports) {
  exports.Set("programRun", Napi::Function::New(env, program_run));
  exports.Set("runCancel", Napi::Function::New(env, run_cancel));
}

}  // namespace lutra
