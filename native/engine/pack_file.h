// Packed weights on disk, so that a model is packed once: later opens map them.
// A file is: Head, one Entry per weight, then the blocks, page-aligned. It is written beside its final name and renamed
// when it is whole and on the disk, so that a reader sees all of it or nothing. Sizes and kinds are checked against
// what the source would be packed to; bytes of the blocks are believed, as those of the model file are.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/weight.h"

namespace lutra {

struct PackPlace {
  std::string path;
  uint8_t key[32];  // of the sources, their file, and the algorithms
};

struct PackItem {
  const Source* source;
  bool linear, lookup;
  Algorithm algorithm;
};

// All weights, or false where there is no such file or it is of something else.
bool load_packed(const PackPlace& place, const std::vector<PackItem>& items, Pool& pool, std::vector<Weight>& out);

// Writes weights to their place on a thread of its own. They must outlive it.
class PackWriter {
 public:
  PackWriter(PackPlace place, const std::vector<Weight>& weights);
  ~PackWriter();  // stops, joins; what is unfinished is removed
  // Waits until it is done, but no longer than this.
  void wait(std::chrono::milliseconds most);

 private:
  bool write(const std::string& path);

  const PackPlace place_;
  const std::vector<Weight>& weights_;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable ended_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace lutra
