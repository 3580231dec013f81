#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/file_reader.h"

namespace gvw {

/// A part of a file.
struct Extent {
  std::uint64_t offset;
  std::uint64_t length;
};

/// Bytes that belong together and lie in a file in one piece or several, as an item of an ISOBMFF file does. Offsets
/// are counted through the pieces. Reads behind the end answer 0 and touch nothing; all else is the reader's.
class Pieces {
 public:
  Pieces(FileReader& reader, std::span<const Extent> extents) : reader_(reader), extents_(extents) {
    for (const Extent& extent : extents) length_ += extent.length;
    if (!extents.empty()) first_ = extents.front();
  }

  [[nodiscard]] FileReader& reader() const { return reader_; }
  [[nodiscard]] bool ok() const { return reader_.ok(); }
  [[nodiscard]] std::uint64_t length() const { return length_; }
  [[nodiscard]] bool holds(std::uint64_t offset, std::uint64_t bytes) const {
    return offset <= length_ && bytes <= length_ - offset;
  }

  template <class Number>
  [[nodiscard]] Number number(std::uint64_t offset, Endian endian) const {
    if (offset < first_.length && sizeof(Number) <= first_.length - offset) {
      const std::uint8_t* bytes = reader_.view(first_.offset + offset, sizeof(Number));
      return bytes == nullptr ? Number{0} : load<Number>(bytes, endian);
    }
    return number_further_on<Number>(offset, endian);
  }

  [[nodiscard]] bool matches(std::uint64_t offset, std::string_view literal) const {
    if (!holds(offset, literal.size())) return false;
    for (std::size_t i = 0; i < literal.size(); ++i) {
      const auto wanted = static_cast<std::uint8_t>(literal[i]);
      if (number<std::uint8_t>(offset + i, Endian::kBig) != wanted || !reader_.ok()) return false;
    }
    return true;
  }

 private:
  /// Behind the first piece, across two, or behind the end.
  template <class Number>
  [[nodiscard, gnu::noinline]] Number number_further_on(std::uint64_t offset, Endian endian) const {
    if (!holds(offset, sizeof(Number))) return 0;
    for (const Extent& extent : extents_) {
      if (offset < extent.length) {
        if (sizeof(Number) > extent.length - offset) return torn<Number>(&extent, offset, endian);
        const std::uint8_t* bytes = reader_.view(extent.offset + offset, sizeof(Number));
        return bytes == nullptr ? Number{0} : load<Number>(bytes, endian);
      }
      offset -= extent.length;
    }
    return 0;
  }

  /// A number that begins in one piece and ends in another.
  template <class Number>
  Number torn(const Extent* extent, std::uint64_t offset, Endian endian) const {
    std::uint8_t bytes[sizeof(Number)] = {};
    for (std::uint8_t& byte : bytes) {
      while (offset >= extent->length) {  // holds() has seen that there is a further piece
        offset -= extent->length;
        ++extent;
      }
      byte = reader_.u8(extent->offset + offset);
      ++offset;
    }
    return load<Number>(bytes, endian);
  }

  FileReader& reader_;
  std::span<const Extent> extents_;
  std::uint64_t length_ = 0;
  Extent first_{};
};

}  // namespace gvw
