#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace gvw {

enum class Endian : std::uint8_t { kBig, kLittle };

/// The number whose bytes begin at `bytes`. The loop has a constant length: compilers turn it into one load and a swap.
template <class Number>
Number load(const std::uint8_t* bytes, Endian endian) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    const std::size_t from_the_low_end = endian == Endian::kBig ? sizeof(Number) - 1 - i : i;
    value |= std::uint64_t{bytes[i]} << (8 * from_the_low_end);
  }
  return static_cast<Number>(value);
}

/// Some bytes of a file and where they stand in it.
struct Window {
  std::uint64_t offset = 0;
  std::span<const std::uint8_t> bytes;
};

/// Reads a file of which only some windows are at hand, every number bounds-checked.
///
/// The first read that fails decides: status() is then `need` (bring need_length() bytes at at()) or `truncated` (the
/// file ends before), every later read answers 0, and the parser only has to look at ok() before it believes what it
/// read. A whole file in memory is one window.
class FileReader {
 public:
  FileReader(std::uint64_t file_size, std::span<const Window> windows) : file_size_(file_size), windows_(windows) {
    if (!windows.empty()) current_ = windows.data();
  }

  [[nodiscard]] std::uint64_t file_size() const { return file_size_; }
  [[nodiscard]] bool ok() const { return status_ == Status::kOk; }
  [[nodiscard]] Status status() const { return status_; }
  [[nodiscard]] std::uint64_t at() const { return at_; }
  [[nodiscard]] std::size_t need_length() const { return need_length_; }

  /// `length` bytes at `offset`, or nullptr; owned by the window.
  const std::uint8_t* view(std::uint64_t offset, std::size_t length) {
    const std::uint8_t* bytes = find(*current_, offset, length);
    return bytes != nullptr ? bytes : view_elsewhere(offset, length);
  }

  /// What the window last read from has from `offset` on; nothing fails. For a short cut whose long way round asks
  /// properly.
  [[nodiscard]] std::span<const std::uint8_t> at_hand(std::uint64_t offset) const {
    const std::uint64_t start = offset - current_->offset;
    if (start > current_->bytes.size()) return {};
    return current_->bytes.subspan(static_cast<std::size_t>(start));
  }

  std::uint8_t u8(std::uint64_t offset) { return number<std::uint8_t>(offset, Endian::kBig); }
  std::uint16_t u16(std::uint64_t offset, Endian endian) { return number<std::uint16_t>(offset, endian); }
  std::uint32_t u32(std::uint64_t offset, Endian endian) { return number<std::uint32_t>(offset, endian); }
  std::uint64_t u64(std::uint64_t offset, Endian endian) { return number<std::uint64_t>(offset, endian); }

  /// True when the bytes at `offset` are those of `literal`.
  bool matches(std::uint64_t offset, std::string_view literal) {
    if (literal.empty()) return ok();  // nothing is everywhere, even where no window is
    const std::uint8_t* bytes = view(offset, literal.size());
    return bytes != nullptr && std::equal(literal.begin(), literal.end(), bytes, [](char wanted, std::uint8_t byte) {
             return static_cast<std::uint8_t>(wanted) == byte;
           });
  }

 private:
  static const std::uint8_t* find(const Window& window, std::uint64_t offset, std::size_t length) {
    const std::uint64_t start = offset - window.offset;  // wraps around before the window, which is beyond its size
    if (start > window.bytes.size() || length > window.bytes.size() - start) return nullptr;
    return window.bytes.data() + start;
  }

  /// Out of line, so that the usual read stays a few instructions wherever it is inlined.
  [[gnu::noinline]] const std::uint8_t* view_elsewhere(std::uint64_t offset, std::size_t length) {
    if (!ok()) return nullptr;
    // From the one behind the last on: files are walked forwards, and windows stand as they were asked for.
    const Window* window = current_;
    const Window* const end = windows_.data() + windows_.size();
    for (std::size_t left = windows_.size(); left > 0; --left) {
      if (++window == end) window = windows_.data();
      if (const std::uint8_t* bytes = find(*window, offset, length)) {
        current_ = window;
        return bytes;
      }
    }
    current_ = &kNoWindow;
    at_ = offset;
    need_length_ = length;
    status_ = offset > file_size_ || length > file_size_ - offset ? Status::kTruncated : Status::kNeed;
    return nullptr;
  }

  template <class Number>
  Number number(std::uint64_t offset, Endian endian) {
    const std::uint8_t* bytes = view(offset, sizeof(Number));
    return bytes == nullptr ? Number{0} : load<Number>(bytes, endian);
  }

  static constexpr Window kNoWindow{};

  std::uint64_t file_size_;
  std::span<const Window> windows_;
  /// The one last read from; after a failed read none, so that a read that finds its bytes need not ask whether all is
  /// well.
  const Window* current_ = &kNoWindow;
  Status status_ = Status::kOk;
  std::uint64_t at_ = 0;
  std::size_t need_length_ = 0;
};

}  // namespace gvw
