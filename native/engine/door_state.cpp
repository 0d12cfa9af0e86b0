// The doors of a state (a KV cache): create, close, truncate, fork, save, restore.
#include "engine/door.h"

namespace lutra {
namespace {

Napi::Value state_create(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry& registry) -> Napi::Value {
    auto open = find(registry.programs, handle(info, 0), "program");
    const uint32_t id = registry.next++;
    registry.states[id] = {open, std::make_shared<State>(open->shape)};
    return Napi::Number::New(env, id);
  });
}

Napi::Value state_close(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry& registry) -> Napi::Value {
    registry.states.erase(handle(info, 0));
    return env.Undefined();
  });
}

// state.ts refuses this while a run of the state is under way.
Napi::Value state_truncate(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry& registry) -> Napi::Value {
    State& state = *find(registry.states, handle(info, 0), "state").state;
    const uint32_t length = handle(info, 1);
    if (length > state.length) throw Fault("mismatch", "Expected at most " + std::to_string(state.length) + " tokens to keep but found " + std::to_string(length));
    state.length = length;
    return env.Undefined();
  });
}

Napi::Value state_fork(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry& registry) -> Napi::Value {
    const OpenState from = find(registry.states, handle(info, 0), "state");
    auto copy = std::make_shared<State>(from.program->shape);
    auto job = std::make_unique<Job>();
    job->work = [from, copy] { copy->copy(*from.state); };
    job->finish = [from, copy](Napi::Env e) -> Napi::Value {
      Registry& r = Registry::of(e);
      const uint32_t id = r.next++;
      r.states[id] = {from.program, copy};
      Napi::Object out = Napi::Object::New(e);
      out.Set("id", id);
      out.Set("length", static_cast<double>(copy->length));
      return out;
    };
    return registry.post(env, from.program->engine, std::move(job));
  });
}

Napi::Value state_save(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry& registry) -> Napi::Value {
    const OpenState from = find(registry.states, handle(info, 0), "state");
    auto bytes = std::make_shared<std::vector<uint8_t>>();
    auto job = std::make_unique<Job>();
    job->work = [from, bytes] {
      bytes->resize(from.state->saved_bytes());
      from.state->save(bytes->data());
    };
    job->finish = [bytes](Napi::Env e) -> Napi::Value {
      Napi::Uint8Array out = Napi::Uint8Array::New(e, bytes->size());
      memcpy(out.Data(), bytes->data(), bytes->size());
      return out;
    };
    return registry.post(env, from.program->engine, std::move(job));
  });
}

Napi::Value state_restore(const Napi::CallbackInfo& info) {
  return door(info, [&](Napi::Env env, Registry& registry) -> Napi::Value {
    const OpenState to = find(registry.states, handle(info, 0), "state");
    const auto array = typed<Napi::Uint8Array>(info[1], napi_uint8_array, "bytes");
    auto bytes = std::make_shared<std::vector<uint8_t>>(array.Data(), array.Data() + array.ByteLength());
    auto job = std::make_unique<Job>();
    auto length = std::make_shared<size_t>(0);
    job->work = [to, bytes, length] {
      to.state->restore(bytes->data(), bytes->size());
      *length = to.state->length;
    };
    job->finish = [length](Napi::Env e) -> Napi::Value { return Napi::Number::New(e, static_cast<double>(*length)); };
    return registry.post(env, to.program->engine, std::move(job));
  });
}

}  // namespace

void register_state(Napi::Env env, Napi::Object exports) {
  exports.Set("stateCreate", Napi::Function::New(env, state_create));
  exports.Set("stateClose", Napi::Function::New(env, state_close));
  exports.Set("stateTruncate", Napi::Function::New(env, state_truncate));
  exports.Set("stateFork", Napi::Function::New(env, state_fork));
  exports.Set("stateSave", Napi::Function::New(env, state_save));
  exports.Set("stateRestore", Napi::Function::New(env, state_restore));
}

}  // namespace lutra
