// An open engine: the chosen kernels, the crew, and the dispatcher thread that runs jobs in order (it is the crew's
// thread 0), so that JavaScript's thread never computes.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "engine/kernels.h"
#include "engine/pool.h"
#include "engine/weight.h"

namespace lutra {

class Engine {
 public:
  Engine(const Kernels& kernels_, unsigned threads, Algorithm algorithm_)
      : kernels(kernels_), algorithm(algorithm_), pool(threads), dispatcher_([this] { work(); }) {}
  ~Engine() { stop(); }
  // Jobs MUST NOT throw.
  void post(std::function<void()> job);
  // Finishes the queue and joins. Idempotent.
  void stop();

  const Kernels kernels;
  const Algorithm algorithm;
  Pool pool;
  bool closing = false;  // JavaScript's thread only: nothing is posted any more

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::thread dispatcher_;  // last: started when everything else stands
};

}  // namespace lutra
