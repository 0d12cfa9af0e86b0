// A crew of threads for short parallel steps. The caller is thread 0; workers spin briefly for the next step (steps of
// one token follow each other within microseconds), then sleep. Fewer of them can be asked for at any time: the others rest.
#pragma once
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace lutra {

/// For threads that compute: whoever wakes up on their core gets it after 0.1 ms and not after the kernel's usual slice of
/// milliseconds (Linux 6.12 and later; before, nothing changes). A control loop in this process is on time by it.
void take_short_slices();

class Pool {
 public:
  explicit Pool(unsigned threads);
  ~Pool();
  /// Those of the current step; within a step it stays the same.
  unsigned threads() const { return active_; }
  /// As many as there can ever be.
  unsigned most() const { return most_; }
  /// From the next step on, so many of them, 1 to most(). From any thread; never waits.
  void want(unsigned threads);

  // Calls step(thread) once on every thread and returns when all are done. From one thread at a time.
  template <typename Step>
  void run(Step&& step) {
    active_ = wanted_.load(std::memory_order_relaxed);
    if (active_ == 1) {
      step(0u);
      return;
    }
    start([](void* context, unsigned thread) { (*static_cast<std::remove_reference_t<Step>*>(context))(thread); }, &step);
    step(0u);
    finish();
  }

  // Splits [0, count) among the threads while they work: each takes a share of what is left, smaller and smaller, so
  // that a fast core does more and a stalled one holds up no more than its last share. Calls work(from, to, thread).
  template <typename Work>
  void share(size_t count, Work&& work) {
    std::atomic<size_t> next{0};
    run([&](unsigned thread) {
      size_t from = next.load(std::memory_order_relaxed);
      while (from < count) {
        const size_t take = (count - from + 2 * active_ - 1) / (2 * active_);
        if (!next.compare_exchange_weak(from, from + take, std::memory_order_relaxed)) continue;
        work(from, from + take, thread);
        from = next.load(std::memory_order_relaxed);
      }
    });
  }

 private:
  void start(void (*call)(void*, unsigned), void* context);
  void finish();
  void end();
  void work(unsigned thread);

  // How many take part stands in the low bits of a step's word, so that a thread that rested cannot mistake one step for
  // another: whoever takes part in a step has ended it before the next, and to the others all of them are alike.
  static constexpr uint32_t kCountBits = 10, kCountMask = (1u << kCountBits) - 1;

  const unsigned most_;
  unsigned active_;  // written between steps
  std::atomic<unsigned> wanted_;
  void (*call_)(void*, unsigned) = nullptr;
  void* context_ = nullptr;
  std::atomic<uint32_t> step_{0};
  std::atomic<uint32_t> busy_{0};
  std::atomic<bool> stop_{false};
  std::atomic<uint32_t> asleep_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable rest_;  // of those that are not wanted: no step wakes them
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
