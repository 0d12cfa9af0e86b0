// Work off JavaScript's thread: a job runs on an engine's dispatcher, its promise settles back here. Handles are
// numbers in a registry per environment (worker threads have their own), so a stale or foreign one is an error.
#pragma once
#include <napi.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/engine.h"
#include "engine/program.h"

namespace lutra {

struct OpenProgram {
  std::shared_ptr<Engine> engine;
  std::unique_ptr<Program> program;
  Shape shape;
};
struct OpenState {
  std::shared_ptr<OpenProgram> program;
  std::shared_ptr<State> state;
};

struct Job {
  std::optional<Napi::Promise::Deferred> promise;      // made when posted
  std::vector<Napi::Reference<Napi::Value>> keep;     // JavaScript values whose bytes the work reads
  std::function<void()> work;                          // on the dispatcher; may throw
  std::function<Napi::Value(Napi::Env)> finish;        // here, on success
  std::function<void(Napi::Env)> always;               // here, in any case
  std::string kind, message;                           // set on failure
};

class Registry {
 public:
  explicit Registry(Napi::Env env);
  ~Registry();
  static Registry& of(Napi::Env env) { return **env.GetInstanceData<std::shared_ptr<Registry>>(); }

  Napi::Promise post(Napi::Env env, const std::shared_ptr<Engine>& engine, std::unique_ptr<Job> job);
  void shut();  // at the environment's end: cancels, joins, lets go

  std::unordered_map<uint32_t, std::shared_ptr<Engine>> engines;  // until their threads have ended
  std::unordered_map<uint32_t, std::shared_ptr<OpenProgram>> programs;
  std::unordered_map<uint32_t, OpenState> states;
  std::unordered_map<uint32_t, std::shared_ptr<std::atomic<bool>>> runs;
  uint32_t next = 1;

 private:
  static void settle(Napi::Env env, Napi::Function, std::nullptr_t*, Job* job);
  using Settle = Napi::TypedThreadSafeFunction<std::nullptr_t, Job, settle>;
  Settle settle_;
  size_t pending_ = 0;
  bool open_ = true;
};

// An Error with the word of LutraError's list in `kind`.
Napi::Error error_of(Napi::Env env, const std::string& kind, const std::string& message);

}  // namespace lutra
