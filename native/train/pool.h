// A few threads that all run the same function once, by number; the caller is number 0.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace lutra::train {

class Pool {
 public:
  explicit Pool(int threads);
  ~Pool();
  int size() const { return int(workers.size()) + 1; }
  void run(const std::function<void(int)>& task);

 private:
  void work(int number);
  void end();
  std::vector<std::thread> workers;
  std::mutex mutex;
  std::condition_variable wake, done;
  const std::function<void(int)>* task = nullptr;
  unsigned round = 0;
  int busy = 0;
  bool closing = false;
};

}  // namespace lutra::train
