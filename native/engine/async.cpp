#include "engine/async.h"

#include "engine/fault.h"

namespace lutra {

Napi::Error error_of(Napi::Env env, const std::string& kind, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("kind", Napi::String::New(env, kind));
  return error;
}

Registry::Registry(Napi::Env env) {
  settle_ = Settle::New(env, "lutra engine", 0, 1);
  settle_.Unref(env);
}

Registry::~Registry() { shut(); }

void Registry::shut() {
  if (!open_) return;
  open_ = false;
  for (auto& run : runs) run.second->store(true);
  states.clear();
  for (auto& engine : engines) engine.second->stop();
  programs.clear();
  engines.clear();
  settle_.Abort();
}

Napi::Promise Registry::post(Napi::Env env, const std::shared_ptr<Engine>& engine, std::unique_ptr<Job> owned) {
  if (engine->closing) throw Fault("closed", "This engine is closed");
  owned->promise = Napi::Promise::Deferred::New(env);
  Job* job = owned.release();
  const Napi::Promise promise = job->promise->Promise();
  if (pending_++ == 0) settle_.Ref(env);
  Settle* settle = &settle_;
  engine->post([job, settle] {
    try {
      job->work();
    } catch (const Fault& fault) {
      job->kind = fault.kind;
      job->message = fault.what();
    } catch (const std::bad_alloc&) {
      job->kind = "limit";
      job->message = "Out of memory";
    } catch (const std::exception& error) {
      job->kind = "io";
      job->message = error.what();
    }
    // Refused only while the environment goes down; the job's references cannot be dropped here then.
    settle->BlockingCall(job);
  });
  return promise;
}

void Registry::settle(Napi::Env env, Napi::Function, std::nullptr_t*, Job* raw) {
  std::unique_ptr<Job> job(raw);
  if (env == nullptr) {
    for (auto& reference : job->keep) reference.SuppressDestruct();
    return;
  }
  Napi::HandleScope scope(env);
  Registry& registry = Registry::of(env);
  if (--registry.pending_ == 0) registry.settle_.Unref(env);
  if (job->always) job->always(env);
  if (!job->kind.empty()) return job->promise->Reject(error_of(env, job->kind, job->message).Value());
  try {
    job->promise->Resolve(job->finish ? job->finish(env) : env.Undefined());
  } catch (const Napi::Error& error) {  // no memory for the answer
    job->promise->Reject(error.Value());
  }
}

}  // namespace lutra
