#include "engine/pack_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "engine/fault.h"
#include "engine/pack.h"

namespace lutra {

namespace {

constexpr uint64_t kMagic = 0x314b4341505254c5u;
// Raised when the layout of any kind changes.
constexpr uint32_t kVersion = 2;
constexpr size_t kPage = 4096;
constexpr size_t kPiece = size_t{4} << 20;  // bytes between looks at the stop flag

struct Head {
  uint64_t magic;
  uint32_t version, count;
  uint8_t key[32];
  uint64_t bytes;  // of the whole file
  uint64_t check;  // of the entries
};
struct Entry {
  uint64_t kind;
  uint64_t at, bytes, scales_at, scales_bytes;  // bytes 0: not kept here
};

uint64_t check_of(const std::vector<Entry>& entries) {
  uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  const uint8_t* p = reinterpret_cast<const uint8_t*>(entries.data());
  for (size_t i = 0; i < entries.size() * sizeof(Entry); i++) hash = (hash ^ p[i]) * 0x100000001b3u;
  return hash;
}

size_t up(size_t n) { return (n + kPage - 1) / kPage * kPage; }

}  // namespace

bool load_packed(const PackPlace& place, const std::vector<PackItem>& items, Pool& pool, std::vector<Weight>& out) {
  std::shared_ptr<MappedFile> file;
  try {
    file = std::make_shared<MappedFile>(place.path);
  } catch (const Fault&) {
    return false;
  }
  Head head;
  if (file->size() < sizeof head) return false;
  memcpy(&head, file->data(), sizeof head);
  if (head.magic != kMagic || head.version != kVersion || head.count != items.size() || memcmp(head.key, place.key, sizeof head.key) != 0) return false;
  if (head.bytes != file->size() || (file->size() - sizeof head) / sizeof(Entry) < items.size()) return false;
  std::vector<Entry> entries(items.size());
  memcpy(entries.data(), file->data() + sizeof head, entries.size() * sizeof(Entry));
  if (check_of(entries) != head.check) return false;

  std::vector<Weight> weights;
  for (size_t i = 0; i < items.size(); i++) {
    const Entry& e = entries[i];
    const PackItem& item = items[i];
    const Source& s = *item.source;
    if (e.bytes == 0) {  // floats, or read where they are
      weights.push_back(pack(s, Algorithm::Mad, item.linear, item.lookup, pool));
      continue;
    }
    WeightView v{};
    if (!item.linear || e.kind >= static_cast<uint64_t>(Kind::Count)) return false;
    const auto sizes = lay_out(s, static_cast<Kind>(e.kind), v);
    const auto inside = [&](uint64_t at, uint64_t size) { return at % kPage == 0 && at <= file->size() && size <= file->size() - at; };
    if (!sizes || e.bytes != sizes->packed || e.scales_bytes != sizes->scales || !inside(e.at, e.bytes) || !inside(e.scales_at, e.scales_bytes)) return false;
    Weight w = pack(s, Algorithm::Mad, false, item.lookup, pool);
    v.data = file->data() + e.at;
    v.scale = has_one_scale(s.dtype) ? one_scale(s.dtype, s.bytes, s.cols * s.rows) : 1;
    if (e.scales_bytes > 0) v.scales = reinterpret_cast<const uint16_t*>(file->data() + e.scales_at);
    v.vec = item.algorithm == Algorithm::Vec;
    v.fast = item.algorithm == Algorithm::Fast;
    w.view = v;
    w.pack = file;
    weights.push_back(std::move(w));
  }
  out = std::move(weights);
  return true;
}

PackWriter::PackWriter(PackPlace place, const std::vector<Weight>& weights) : place_(std::move(place)), weights_(weights) {
  thread_ = std::thread([this] {
    // A name of its own for each writer: two may write the same model at once.
    static std::atomic<unsigned> writers{0};
    const std::string part = place_.path + "." + std::to_string(getpid()) + "-" + std::to_string(writers++) + ".part";
    if (!write(part) || rename(part.c_str(), place_.path.c_str()) != 0) unlink(part.c_str());
    std::lock_guard<std::mutex> lock(mutex_);
    done_ = true;
    ended_.notify_all();
  });
}

PackWriter::~PackWriter() {
  stop_ = true;
  thread_.join();
}

void PackWriter::wait(std::chrono::milliseconds most) {
  std::unique_lock<std::mutex> lock(mutex_);
  ended_.wait_for(lock, most, [this] { return done_; });
}

bool PackWriter::write(const std::string& path) {
  Head head{};
  head.magic = kMagic;
  head.version = kVersion;
  head.count = static_cast<uint32_t>(weights_.size());
  memcpy(head.key, place_.key, sizeof head.key);
  std::vector<Entry> entries;
  size_t at = up(sizeof head + weights_.size() * sizeof(Entry));
  for (const Weight& w : weights_) {
    Entry e{static_cast<uint64_t>(w.view.kind), 0, w.packed.size(), 0, w.scales.size()};
    e.at = at;
    at += up(e.bytes);
    e.scales_at = at;
    at += up(e.scales_bytes);
    entries.push_back(e);
  }
  head.bytes = at;
  head.check = check_of(entries);

  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const auto put = [&](const void* data, size_t bytes, size_t to) {
    const uint8_t* p = static_cast<const uint8_t*>(data);
    while (bytes > 0) {
      if (stop_) return false;
      const ssize_t wrote = pwrite(fd, p, bytes < kPiece ? bytes : kPiece, static_cast<off_t>(to));
      if (wrote <= 0) return false;
      p += wrote, to += static_cast<size_t>(wrote), bytes -= static_cast<size_t>(wrote);
    }
    return true;
  };
  bool good = put(&head, sizeof head, 0) && put(entries.data(), entries.size() * sizeof(Entry), sizeof head);
  for (size_t i = 0; good && i < weights_.size(); i++)
    good = put(weights_[i].packed.data(), entries[i].bytes, entries[i].at) && put(weights_[i].scales.data(), entries[i].scales_bytes, entries[i].scales_at);
  good = good && ftruncate(fd, static_cast<off_t>(at)) == 0 && !stop_ && fsync(fd) == 0;
  return close(fd) == 0 && good;
}

}  // namespace lutra
