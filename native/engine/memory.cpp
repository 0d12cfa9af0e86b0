#include "engine/memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "engine/fault.h"

namespace lutra {

#if defined(__SANITIZE_ADDRESS__)
// AddressSanitizer knows the ends of heap blocks, not of mappings.
Block::Block(size_t bytes, bool) : bytes_(bytes) {
  if (bytes == 0) return;
  void* at = nullptr;
  if (posix_memalign(&at, 4096, bytes) != 0) throw Fault("limit", "No memory for " + std::to_string(bytes) + " bytes");
  at_ = static_cast<uint8_t*>(at);
  memset(at_, 0, bytes);
}

Block::~Block() { free(at_); }
#else
Block::Block(size_t bytes, bool huge) : bytes_(bytes) {
  if (bytes == 0) return;
  void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) throw Fault("limit", "No memory for " + std::to_string(bytes) + " bytes; use a smaller model or context");
  at_ = static_cast<uint8_t*>(at);
#if defined(MADV_HUGEPAGE)
  if (huge && bytes >= (8u << 20)) madvise(at, bytes, MADV_HUGEPAGE);
#else
  (void)huge;
#endif
}

Block::~Block() {
  if (at_) munmap(at_, bytes_);
}
#endif

Block& Block::operator=(Block&& other) noexcept {
  std::swap(at_, other.at_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedFile::MappedFile(const std::string& path) {
  const auto fail = [&](const char* what) -> Fault {
    return Fault("io", std::string("Cannot ") + what + " " + path + ": " + strerror(errno));
  };
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw fail("open");
  struct stat info;
  if (fstat(fd, &info) != 0) {
    const Fault fault = fail("stat");
    close(fd);
    throw fault;
  }
  if (static_cast<uint64_t>(info.st_size) > SIZE_MAX) {
    close(fd);
    throw Fault("limit", "Expected a file that a 32-bit process can map but " + path + " has " + std::to_string(info.st_size) + " bytes; use a 64-bit Node");
  }
  bytes_ = static_cast<size_t>(info.st_size);
  if (bytes_ > 0) {
    void* at = mmap(nullptr, bytes_, PROT_READ, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) {
      const Fault fault = fail("map");
      close(fd);
      throw fault;
    }
    at_ = static_cast<const uint8_t*>(at);
  }
  close(fd);
}

void MappedFile::forget(const uint8_t* from, size_t bytes) const {
#if defined(MADV_DONTNEED)
  constexpr size_t page = 1 << 16;  // a multiple of every page size
  const size_t first = (static_cast<size_t>(from - at_) + page - 1) / page * page, last = static_cast<size_t>(from - at_ + bytes) / page * page;
  if (first < last) madvise(const_cast<uint8_t*>(at_) + first, last - first, MADV_DONTNEED);
#else
  (void)from, (void)bytes;
#endif
}

MappedFile::~MappedFile() {
  if (at_) munmap(const_cast<uint8_t*>(at_), bytes_);
}

}  // namespace lutra
