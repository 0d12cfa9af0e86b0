// Bytes that outlive JavaScript: aligned blocks of our own, and read-only mapped files.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace lutra {

// Page-aligned, zeroed, only touched pages are resident; huge pages are asked for where large unless told not to.
class Block {
 public:
  Block() = default;
  explicit Block(size_t bytes, bool huge = true);
  ~Block();
  Block(Block&& other) noexcept : at_(other.at_), bytes_(other.bytes_) { other.at_ = nullptr, other.bytes_ = 0; }
  Block& operator=(Block&& other) noexcept;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  uint8_t* data() const { return at_; }
  template <typename T>
  T* as() const { return reinterpret_cast<T*>(at_); }
  size_t size() const { return bytes_; }

 private:
  uint8_t* at_ = nullptr;
  size_t bytes_ = 0;
};

class MappedFile {
 public:
  // Fault io when the file cannot be mapped.
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  const uint8_t* data() const { return at_; }
  size_t size() const { return bytes_; }
  // What was read of these bytes counts as this process's memory no longer; it comes back when it is read again.
  void forget(const uint8_t* from, size_t bytes) const;

 private:
  const uint8_t* at_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace lutra
