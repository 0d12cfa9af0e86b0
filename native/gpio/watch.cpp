// Edges of requested lines, as they come: a thread of its own waits for the kernel's events and hands them to JavaScript.
// It waits for an eventfd too, so that it ends at once when told, and always before the environment does. While JavaScript is
// busy the newest edges of each line are kept: the last one tells the level, and a gap in the sequence how many were lost.
#include "gpio/uapi.h"

#if defined(LUTRA_GPIO)
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace lutra {
namespace {

// Edges of one line that wait for JavaScript; a button that bounces makes tens.
constexpr size_t MOST = 1024;

// What has not been told yet. Both threads hold it; the one that takes it leaves it empty.
struct Pending {
  std::mutex mutex;
  std::map<uint32_t, std::deque<gpio_v2_line_event>> lines;
  int error = 0;        // the line is gone
  bool called = false;  // JavaScript has been asked to come for it
};

// All lines' edges in the order in which they came.
std::vector<gpio_v2_line_event> take(Pending& pending, int& error) {
  std::vector<gpio_v2_line_event> events;
  {
    const std::lock_guard<std::mutex> lock(pending.mutex);
    for (const auto& line : pending.lines) events.insert(events.end(), line.second.begin(), line.second.end());
    pending.lines.clear();
    pending.called = false;
    error = pending.error;
  }
  // The request's own count begins again after 2^32.
  std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return static_cast<int32_t>(a.seqno - b.seqno) < 0; });
  return events;
}

void tell(Napi::Env env, Napi::Function listen, std::nullptr_t*, std::shared_ptr<Pending>* given) {
  const std::unique_ptr<std::shared_ptr<Pending>> pending(given);
  if (env == nullptr || listen.IsEmpty()) return;
  int error = 0;
  const std::vector<gpio_v2_line_event> edges = take(**pending, error);
  Napi::Array events = Napi::Array::New(env, edges.size());
  for (uint32_t i = 0; i < edges.size(); i++) {
    const gpio_v2_line_event& event = edges[i];
    Napi::Object one = Napi::Object::New(env);
    one.Set("line", Napi::Number::New(env, event.offset));
    one.Set("rising", Napi::Boolean::New(env, event.id == GPIO_V2_LINE_EVENT_RISING_EDGE));
    one.Set("nanoseconds", Napi::BigInt::New(env, static_cast<uint64_t>(event.timestamp_ns)));
    one.Set("sequence", Napi::Number::New(env, event.line_seqno));
    events.Set(i, one);
  }
  listen.Call({events, error ? gpio_failure(env, "Cannot watch the line", error).Value() : env.Undefined()});
}
using Tell = Napi::TypedThreadSafeFunction<std::nullptr_t, std::shared_ptr<Pending>, tell>;

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
      if (poll(both, 2, -1) < 0 && errno != EINTR) return send(nullptr, 0, errno);
      if (both[1].revents) return;
      if (!both[0].revents) continue;
      gpio_v2_line_event events[16];
      const ssize_t bytes = both[0].revents & POLLIN ? read(line, events, sizeof events) : -1;
      if (bytes < static_cast<ssize_t>(sizeof events[0])) {
        if (bytes < 0 && (both[0].revents & POLLIN) && (errno == EAGAIN || errno == EINTR)) continue;
        return send(nullptr, 0, both[0].revents & POLLIN && bytes < 0 ? errno : ENODEV);
      }
      send(events, bytes / sizeof events[0], 0);
    }
  }
  void send(const gpio_v2_line_event* events, size_t count, int error) {
    const std::lock_guard<std::mutex> lock(pending_->mutex);
    for (size_t i = 0; i < count; i++) {
      auto& line = pending_->lines[events[i].offset];
      if (line.size() == MOST) line.pop_front();
      line.push_back(events[i]);
    }
    pending_->error = error;
    if (pending_->called) return;
    auto* given = new std::shared_ptr<Pending>(pending_);
    pending_->called = tell_.NonBlockingCall(given) == napi_ok;
    if (!pending_->called) delete given;
  }

  napi_env env_;
  int wake_;
  Tell tell_;
  std::shared_ptr<Pending> pending_ = std::make_shared<Pending>();
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
