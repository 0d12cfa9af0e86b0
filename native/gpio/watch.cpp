// Edges of requested lines, as they come: a thread of its own waits for the kernel's events and hands them to JavaScript.
// It waits for an eventfd too, so that it ends at once when told, and always before the environment does.
#include "gpio/uapi.h"

#if defined(LUTRA_GPIO)
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <thread>
#include <vector>

namespace lutra {
namespace {

// What one wake-up brought; error: the line is gone.
struct Edges {
  std::vector<gpio_v2_line_event> events;
  int error = 0;
};

void tell(Napi::Env env, Napi::Function listen, std::nullptr_t*, Edges* given) {
  const std::unique_ptr<Edges> edges(given);
  if (env == nullptr || listen.IsEmpty()) return;
  Napi::Array events = Napi::Array::New(env, edges->events.size());
  for (uint32_t i = 0; i < edges->events.size(); i++) {
    const gpio_v2_line_event& event = edges->events[i];
    Napi::Object one = Napi::Object::New(env);
    one.Set("line", Napi::Number::New(env, event.offset));
    one.Set("rising", Napi::Boolean::New(env, event.id == GPIO_V2_LINE_EVENT_RISING_EDGE));
    one.Set("nanoseconds", Napi::BigInt::New(env, static_cast<uint64_t>(event.timestamp_ns)));
    one.Set("sequence", Napi::Number::New(env, event.line_seqno));
    events.Set(i, one);
  }
  listen.Call({events, edges->error ? gpio_failure(env, "Cannot watch the line", edges->error).Value() : env.Undefined()});
}
using Tell = Napi::TypedThreadSafeFunction<std::nullptr_t, Edges, tell>;

class Watch {
 public:
  Watch(Napi::Env env, int line, Napi::Function listen)
      : env_(env), wake_(eventfd(0, EFD_CLOEXEC)), tell_(Tell::New(env, listen, "lutra gpio", 0, 1)) {
    if (wake_ < 0) {
      const int error = errno;
      tell_.Release();
      throw gpio_failure(env, "Cannot watch the line", error);
    }
    thread_ = std::thread([this, line] { loop(line); });
    napi_add_env_cleanup_hook(env_, hook, this);
  }
  ~Watch() { end(); }

  void end() {
    if (!thread_.joinable()) return;
    napi_remove_env_cleanup_hook(env_, hook, this);
    const uint64_t one = 1;
    if (write(wake_, &one, sizeof one) < 0) {}  // an eventfd takes it
    thread_.join();
    close(wake_);
    tell_.Release();
  }

 private:
  static void hook(void* watch) { static_cast<Watch*>(watch)->end(); }
  void loop(int line) {
    for (;;) {
      pollfd both[2] = {{line, POLLIN, 0}, {wake_, POLLIN, 0}};
      if (poll(both, 2, -1) < 0 && errno != EINTR) return send({{}, errno});
      if (both[1].revents) return;
      if (!both[0].revents) continue;
      gpio_v2_line_event events[16];
      const ssize_t bytes = both[0].revents & POLLIN ? read(line, events, sizeof events) : -1;
      if (bytes < static_cast<ssize_t>(sizeof events[0])) {
        if (bytes < 0 && (both[0].revents & POLLIN) && (errno == EAGAIN || errno == EINTR)) continue;
        return send({{}, both[0].revents & POLLIN && bytes < 0 ? errno : ENODEV});
      }
      send({{events, events + bytes / sizeof events[0]}, 0});
    }
  }
  void send(Edges edges) {
    auto* given = new Edges(std::move(edges));
    if (tell_.NonBlockingCall(given) != napi_ok) delete given;
  }

  napi_env env_;
  int wake_;
  Tell tell_;
  std::thread thread_;
};

Napi::Value gpio_watch(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsNumber() || !info[1].IsFunction()) throw Napi::TypeError::New(env, "Expected gpioWatch(descriptor, listen)");
  const auto watch = std::make_shared<Watch>(env, info[0].As<Napi::Number>().Int32Value(), info[1].As<Napi::Function>());
  return Napi::Function::New(env, [watch](const Napi::CallbackInfo&) { watch->end(); });
}

}  // namespace

void register_gpio_watch(Napi::Env env, Napi::Object exports) { exports.Set("gpioWatch", Napi::Function::New(env, gpio_watch)); }

}  // namespace lutra
#endif
