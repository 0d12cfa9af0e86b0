// Memory read bandwidth: every thread reads its own part of a block beyond the caches, over and over.
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "engine/memory.h"
#include "tools/door.h"

namespace lutra {

namespace {

using Clock = std::chrono::steady_clock;

uint64_t read(const uint64_t* p, size_t words) {
  uint64_t sum[8] = {};
  for (size_t i = 0; i + 8 <= words; i += 8)
    for (int j = 0; j < 8; j++) sum[j] ^= p[i + j];
  return sum[0] ^ sum[1] ^ sum[2] ^ sum[3] ^ sum[4] ^ sum[5] ^ sum[6] ^ sum[7];
}

class Bandwidth : public Napi::AsyncWorker {
 public:
  Bandwidth(Napi::Env env, unsigned threads, size_t bytes, double milliseconds)
      : Napi::AsyncWorker(env), promise_(Napi::Promise::Deferred::New(env)), threads_(threads), bytes_(bytes), milliseconds_(milliseconds) {}
  Napi::Promise promise() const { return promise_.Promise(); }

  void Execute() override {
    const size_t words = bytes_ / threads_ / 8;
    Block block(words * threads_ * 8);
    std::atomic<unsigned> ready{0};
    std::atomic<bool> stop{false};
    std::vector<double> rates(threads_);
    const auto work = [&](unsigned t) {
      uint64_t* mine = block.as<uint64_t>() + t * words;
      for (size_t i = 0; i < words; i += 8) mine[i] = i;  // own pages, and none of them the shared zero page
      ready++;
      while (ready < threads_ && !stop) std::this_thread::yield();
      volatile uint64_t keep = 0;
      const auto start = Clock::now();
      size_t rounds = 0;
      do {
        keep = keep ^ read(mine, words);
        rounds++;
      } while (!stop && std::chrono::duration<double, std::milli>(Clock::now() - start).count() < milliseconds_);
      const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
      rates[t] = static_cast<double>(rounds * words * 8) / seconds;
    };
    std::vector<std::thread> crew;
    try {
      for (unsigned t = 1; t < threads_; t++) crew.emplace_back(work, t);
    } catch (...) {  // no more threads: those that run must end first
      stop = true;
      for (auto& thread : crew) thread.join();
      throw;
    }
    work(0);
    for (auto& thread : crew) thread.join();
    for (const double rate : rates) total_ += rate;
  }
  void OnOK() override { promise_.Resolve(Napi::Number::New(Env(), total_)); }
  void OnError(const Napi::Error& error) override { promise_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred promise_;
  unsigned threads_;
  size_t bytes_;
  double milliseconds_, total_ = 0;
};

Napi::Value measure(const Napi::CallbackInfo& info) {
  const auto number = [&](size_t i) { return info[i].IsNumber() ? info[i].As<Napi::Number>().DoubleValue() : 0; };
  const double threads = number(0), megabytes = number(1), milliseconds = number(2);
  if (!(threads >= 1 && threads <= 256 && megabytes >= 1 && megabytes <= 65536 && milliseconds >= 1 && milliseconds <= 60000))
    throw Napi::RangeError::New(info.Env(), "Expected 1 to 256 threads, 1 to 65536 megabytes and 1 to 60000 milliseconds");
  auto* worker = new Bandwidth(info.Env(), static_cast<unsigned>(threads), static_cast<size_t>(megabytes) << 20, milliseconds);
  const Napi::Promise promise = worker->promise();
  worker->Queue();
  return promise;
}

}  // namespace

void register_bandwidth(Napi::Env env, Napi::Object exports) { exports.Set("measureBandwidth", Napi::Function::New(env, measure)); }

}  // namespace lutra
