#pragma once

#include <algorithm>
#include <cstdint>

#include "base/limits.h"
#include "probe/pieces.h"

/// The directories of TIFF 6.0 (section 2) and BigTIFF, which EXIF is made of as well.
namespace gvw::tiff {

inline constexpr std::uint16_t kTypeByte = 1;
inline constexpr std::uint16_t kTypeShort = 3;
inline constexpr std::uint16_t kTypeLong = 4;
inline constexpr std::uint16_t kTypeRational = 5;
inline constexpr std::uint16_t kTypeSignedByte = 6;
inline constexpr std::uint16_t kTypeSignedShort = 8;
inline constexpr std::uint16_t kTypeSignedLong = 9;
inline constexpr std::uint16_t kTypeSignedRational = 10;
inline constexpr std::uint16_t kTypeLong8 = 16;

inline constexpr std::uint16_t kTagOrientation = 0x0112;
inline constexpr std::uint16_t kTagGpsDirectory = 0x8825;

/// A TIFF structure; offsets are relative to its start, as the format has them. `Bytes` are Pieces or what reads like
/// them.
template <class Bytes>
struct TiffIn {
  Bytes& bytes;
  std::uint64_t start;
  Endian endian;
  /// BigTIFF: offsets and counts of 8 bytes.
  bool big = false;

  [[nodiscard]] bool holds(std::uint64_t offset, std::uint64_t count) const {
    return offset <= bytes.length() && bytes.holds(start + offset, count);
  }
  template <class Number>
  [[nodiscard]] Number number(std::uint64_t offset) const {
    return bytes.template number<Number>(start + offset, endian);
  }
  /// An offset or a count, which the two kinds of TIFF write in different widths.
  [[nodiscard]] std::uint64_t word(std::uint64_t offset) const {
    return big ? number<std::uint64_t>(offset) : number<std::uint32_t>(offset);
  }
};

using Tiff = TiffIn<const Pieces>;

/// Of the many entries of a directory few are asked for more than their tag, so nothing else is read beforehand.
struct Entry {
  std::uint16_t tag;
  /// Offset of the entry inside the structure.
  std::uint64_t at;

  template <class Bytes>
  [[nodiscard]] std::uint16_t type(const TiffIn<Bytes>& tiff) const {
    return tiff.template number<std::uint16_t>(at + 2);
  }
  template <class Bytes>
  [[nodiscard]] std::uint64_t count(const TiffIn<Bytes>& tiff) const {
    return tiff.word(at + 4);
  }
  /// Where the value stands, or its offset if it is too long.
  template <class Bytes>
  [[nodiscard]] std::uint64_t value_at(const TiffIn<Bytes>& tiff) const {
    return at + (tiff.big ? 12U : 8U);
  }
};

/// Calls `visit` for each entry of the directory at `offset` that lies inside the structure.
/// Returns where the offset of the next directory stands, or 0 when this one does not lie inside the structure.
template <class Bytes, class Visit>
std::uint64_t for_each_entry(const TiffIn<Bytes>& tiff, std::uint64_t offset, Visit visit) {
  const std::uint64_t count_bytes = tiff.big ? 8 : 2;
  const std::uint64_t entry_bytes = tiff.big ? 20 : 12;
  if (!tiff.holds(offset, count_bytes)) return 0;
  const std::uint64_t declared =
      tiff.big ? tiff.template number<std::uint64_t>(offset) : tiff.template number<std::uint16_t>(offset);
  const std::uint64_t first = offset + count_bytes;
  const std::uint64_t room = (tiff.bytes.length() - tiff.start - first) / entry_bytes;
  const auto count = std::min({declared, room, std::uint64_t{limits::kMaxTiffDirectoryEntries}});
  for (std::uint64_t i = 0; i < count && tiff.bytes.ok(); ++i) {
    const std::uint64_t at = first + i * entry_bytes;
    visit(Entry{tiff.template number<std::uint16_t>(at), at});
  }
  return declared <= room ? first + declared * entry_bytes : 0;
}

/// The entry's first value, if it is a whole number that stands in the entry itself; else 0.
template <class Bytes>
std::uint64_t whole_number(const TiffIn<Bytes>& tiff, const Entry& entry) {
  const std::uint64_t value_at = entry.value_at(tiff);
  switch (entry.type(tiff)) {
    case kTypeByte:
    case kTypeSignedByte:
      return tiff.template number<std::uint8_t>(value_at);
    case kTypeShort:
    case kTypeSignedShort:
      return tiff.template number<std::uint16_t>(value_at);
    case kTypeLong:
    case kTypeSignedLong:
      return tiff.template number<std::uint32_t>(value_at);
    case kTypeLong8:
      return tiff.template number<std::uint64_t>(value_at);
    default:
      return 0;
  }
}

}  // namespace gvw::tiff
