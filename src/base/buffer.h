#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace gvw {

/// Bytes on the heap whose allocation may fail: the core is built without exceptions, where std::vector would abort
/// the whole module. Once an allocation has failed, ok() is false and every further append does nothing.
class Buffer {
 public:
  Buffer() = default;
  ~Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  /// The buffer moved from is empty, not merely without its bytes.
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    Buffer taken(std::move(other));
    swap(taken);
    return *this;
  }

  /// Takes over `size` bytes that malloc gave, or a null pointer where it gave none.
  [[nodiscard]] static Buffer adopt(std::uint8_t* bytes, std::size_t size) {
    Buffer buffer;
    buffer.bytes_.reset(bytes);
    buffer.ok_ = bytes != nullptr;
    if (buffer.ok_) buffer.size_ = buffer.capacity_ = size;
    return buffer;
  }

  /// A buffer of `size` bytes, not set; ok() is false when there is no memory for it.
  [[nodiscard]] static Buffer of_size(std::size_t size) {
    Buffer buffer;
    buffer.reserve(size);
    if (buffer.ok_) buffer.size_ = size;
    return buffer;
  }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::uint8_t* data() { return bytes_.get(); }
  [[nodiscard]] const std::uint8_t* data() const { return bytes_.get(); }
  [[nodiscard]] std::span<const std::uint8_t> span() const { return {bytes_.get(), size_}; }
  [[nodiscard]] std::span<std::uint8_t> span() { return {bytes_.get(), size_}; }

  void append(const void* bytes, std::size_t count) {
    if (count == 0 || !make_room(count)) return;
    std::memcpy(bytes_.get() + size_, bytes, count);
    size_ += count;
  }
  void append(std::span<const std::uint8_t> bytes) { append(bytes.data(), bytes.size()); }
  void append(std::string_view text) { append(text.data(), text.size()); }
  void append(char byte) {
    if (!make_room(1)) return;
    bytes_[size_++] = static_cast<std::uint8_t>(byte);
  }

  /// Forgets what lies behind the first `size` bytes.
  void shrink(std::size_t size) { size_ = std::min(size_, size); }

  void reserve(std::size_t capacity) {
    if (!ok_ || capacity <= capacity_) return;
    auto* grown = static_cast<std::uint8_t*>(std::realloc(bytes_.get(), capacity));
    ok_ = grown != nullptr;
    if (!ok_) return;
    static_cast<void>(bytes_.release());  // realloc has freed it
    bytes_.reset(grown);
    capacity_ = capacity;
  }

  /// The first bytes stay, new ones are not set. False when there is no memory for it.
  bool resize(std::size_t size) {
    reserve(size);
    if (ok_) size_ = size;
    return ok_;
  }

 private:
  void swap(Buffer& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    std::swap(ok_, other.ok_);
  }

  bool make_room(std::size_t count) {
    if (ok_ && count > capacity_ - size_) {
      const std::size_t doubled = capacity_ * 2;
      const std::size_t wanted = size_ + count;
      reserve(doubled > wanted ? doubled : wanted);
    }
    return ok_;
  }

  struct Free {
    void operator()(std::uint8_t* bytes) const { std::free(bytes); }
  };

  std::unique_ptr<std::uint8_t[], Free> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  bool ok_ = true;
};

}  // namespace gvw
