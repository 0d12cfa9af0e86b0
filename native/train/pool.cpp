#include "train/pool.h"

namespace lutra::train {

Pool::Pool(int threads) {
  try {
    for (int i = 1; i < threads; i++) workers.emplace_back([this, i] { work(i); });
  } catch (...) {  // no more threads: those that run must end first
    end();
    throw;
  }
}

Pool::~Pool() { end(); }

void Pool::end() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    closing = true;
  }
  wake.notify_all();
  for (std::thread& w : workers) w.join();
}

void Pool::run(const std::function<void(int)>& t) {
  {
    std::lock_guard<std::mutex> lock(mutex);
    task = &t;
    busy = int(workers.size());
    round++;
  }
  wake.notify_all();
  t(0);
  std::unique_lock<std::mutex> lock(mutex);
  done.wait(lock, [this] { return busy == 0; });
}

void Pool::work(int number) {
  unsigned seen = 0;
  for (;;) {
    const std::function<void(int)>* mine;
    {
      std::unique_lock<std::mutex> lock(mutex);
      wake.wait(lock, [&] { return closing || round != seen; });
      if (closing) return;
      seen = round;
      mine = task;
    }
    (*mine)(number);
    std::lock_guard<std::mutex> lock(mutex);
    if (--busy == 0) done.notify_one();
  }
}

}  // namespace lutra::train
