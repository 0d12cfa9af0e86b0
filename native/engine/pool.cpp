#include "engine/pool.h"

#include <algorithm>

#if defined(__linux__)
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace lutra {

namespace {
// About 50 microseconds: longer than the serial gaps within a token, shorter than a timer tick.
constexpr int kSpins = 3000;
// The caller waits by spinning; a worker that lost its core needs the core, so give it away after this many.
constexpr int kSpinsBeforeYield = 2000;
/// Nanoseconds; the least that the kernel takes.
constexpr uint64_t kSlice = 100'000;

inline void pause() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}
}  // namespace

void take_short_slices() {
#if defined(__linux__) && defined(SYS_sched_setattr)
  // Whoever gave this process another policy or niceness meant it.
  if (sched_getscheduler(0) != SCHED_OTHER) return;
  // The first version of the kernel's struct sched_attr: libraries have no name for it before glibc 2.41.
  struct {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime;
    uint64_t deadline;
    uint64_t period;
  } attributes = {sizeof(attributes), SCHED_OTHER, 0, getpriority(PRIO_PROCESS, 0), 0, kSlice, 0, 0};
  static_cast<void>(syscall(SYS_sched_setattr, 0, &attributes, 0u));
#endif
}

Pool::Pool(unsigned threads) : most_(threads), active_(threads), wanted_(threads) {
  try {
    for (unsigned t = 1; t < most_; t++) crew_.emplace_back([this, t] { work(t); });
  } catch (...) {  // no more threads: those that run must end first
    end();
    throw;
  }
}

Pool::~Pool() { end(); }

void Pool::end() {
  stop_.store(true);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    step_.fetch_add(1u << kCountBits);
  }
  wake_.notify_all();
  rest_.notify_all();
  for (auto& t : crew_) t.join();
}

void Pool::want(unsigned threads) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    wanted_.store(std::min(std::max(threads, 1u), most_), std::memory_order_relaxed);
  }
  rest_.notify_all();
}

void Pool::start(void (*call)(void*, unsigned), void* context) {
  call_ = call;
  context_ = context;
  busy_.store(active_ - 1, std::memory_order_relaxed);
  const uint32_t word = (((step_.load(std::memory_order_relaxed) >> kCountBits) + 1) << kCountBits) | active_;
  step_.store(word);  // sequentially consistent with asleep_: either we see the sleeper or it sees the step
  if (asleep_.load() > 0) {
    { std::lock_guard<std::mutex> lock(mutex_); }
    wake_.notify_all();
  }
}

void Pool::finish() {
  for (int spins = 0; busy_.load(std::memory_order_acquire) != 0;) {
    if (++spins < kSpinsBeforeYield) pause();
    else std::this_thread::yield();
  }
}

void Pool::work(unsigned thread) {
  take_short_slices();
  uint32_t seen = 0;
  for (;;) {
    int spins = 0;
    while (step_.load(std::memory_order_acquire) == seen) {
      if (++spins < kSpins) {
        pause();
        continue;
      }
      std::unique_lock<std::mutex> lock(mutex_);
      asleep_.fetch_add(1);
      wake_.wait(lock, [&] { return step_.load() != seen; });
      asleep_.fetch_sub(1);
    }
    seen = step_.load(std::memory_order_acquire);
    if (stop_.load()) return;
    if (thread < (seen & kCountMask)) {
      call_(context_, thread);
      busy_.fetch_sub(1, std::memory_order_release);
      continue;
    }
    std::unique_lock<std::mutex> lock(mutex_);
    rest_.wait(lock, [&] { return stop_.load() || thread < wanted_.load(std::memory_order_relaxed); });
  }
}

}  // namespace lutra
