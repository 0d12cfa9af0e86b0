// A fixed crew of threads for short parallel steps. The caller is thread 0; workers spin briefly for the next step
// (steps of one token follow each other within microseconds), then sleep.
#pragma once
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace lutra {

class Pool {
 public:
  explicit Pool(unsigned threads);
  ~Pool();
  unsigned threads() const { return threads_; }

  // Calls step(thread) once on every thread and returns when all are done. From one thread at a time.
  template <typename Step>
  void run(Step&& step) {
    if (threads_ == 1) {
      step(0u);
      return;
    }
    start([](void* context, unsigned thread) { (*static_cast<std::remove_reference_t<Step>*>(context))(thread); }, &step);
    step(0u);
    finish();
  }

 private:
  void start(void (*call)(void*, unsigned), void* context);
  void finish();
  void end();
  void work(unsigned thread);

  unsigned threads_;
  void (*call_)(void*, unsigned) = nullptr;
  void* context_ = nullptr;
  std::atomic<uint32_t> step_{0};
  std::atomic<uint32_t> busy_{0};
  std::atomic<bool> stop_{false};
  std::atomic<uint32_t> asleep_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::thread> crew_;
};

// The part [from, to) of `count` that belongs to `thread`, in whole multiples of `grain`.
struct Part {
  size_t from, to;
};
inline Part part(size_t count, unsigned thread, unsigned threads, size_t grain = 1) {
  const size_t units = (count + grain - 1) / grain;
  const size_t from = units * thread / threads * grain, to = units * (thread + 1) / threads * grain;
  return {from < count ? from : count, to < count ? to : count};
}

}  // namespace lutra
