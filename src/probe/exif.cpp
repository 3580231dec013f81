#include "probe/exif.h"

#include <algorithm>
#include <optional>

#include "base/limits.h"

namespace gvw {
namespace {

constexpr std::uint16_t kTagOrientation = 0x0112;
constexpr std::uint16_t kTagGpsDirectory = 0x8825;
constexpr std::uint16_t kTagGpsLatitude = 0x0002;
constexpr std::uint16_t kTagGpsLongitude = 0x0004;

constexpr std::uint16_t kTypeByte = 1;
constexpr std::uint16_t kTypeShort = 3;
constexpr std::uint16_t kTypeLong = 4;
constexpr std::uint16_t kTypeRational = 5;
constexpr std::uint16_t kTypeSignedByte = 6;
constexpr std::uint16_t kTypeSignedShort = 8;
constexpr std::uint16_t kTypeSignedLong = 9;
constexpr std::uint16_t kTypeSignedRational = 10;

constexpr std::uint64_t kEntryBytes = 12;
constexpr std::uint64_t kRationalBytes = 8;

/// A TIFF structure inside a file; offsets are relative to its start, as the format has them.
struct Tiff {
  FileReader& reader;
  std::uint64_t start;
  std::uint64_t length;
  Endian endian;

  [[nodiscard]] bool holds(std::uint64_t offset, std::uint64_t bytes) const {
    return offset <= length && bytes <= length - offset;
  }
  [[nodiscard]] std::uint16_t u16(std::uint64_t offset) const { return reader.u16(start + offset, endian); }
  [[nodiscard]] std::uint32_t u32(std::uint64_t offset) const { return reader.u32(start + offset, endian); }
};

struct Entry {
  std::uint16_t tag;
  std::uint16_t type;
  std::uint32_t count;
  /// Offset of the value field inside the structure.
  std::uint64_t value_at;
};

/// Calls `visit` for each entry of the directory at `offset` that lies inside the structure.
template <class Visit>
void for_each_entry(const Tiff& tiff, std::uint64_t offset, Visit visit) {
  if (!tiff.holds(offset, 2)) return;
  const std::uint64_t room = (tiff.length - offset - 2) / kEntryBytes;
  const auto count = std::min({std::uint64_t{tiff.u16(offset)}, room, std::uint64_t{limits::kMaxTiffDirectoryEntries}});
  for (std::uint64_t i = 0; i < count && tiff.reader.ok(); ++i) {
    const std::uint64_t at = offset + 2 + i * kEntryBytes;
    visit(Entry{tiff.u16(at), tiff.u16(at + 2), tiff.u32(at + 4), at + 8});
  }
}

/// The entry's first value where writers put an orientation; 0 for a type that holds no whole number.
std::uint32_t whole_number(const Tiff& tiff, const Entry& entry) {
  switch (entry.type) {
    case kTypeByte:
    case kTypeSignedByte:
      return tiff.reader.u8(tiff.start + entry.value_at);
    case kTypeShort:
    case kTypeSignedShort:
      return tiff.u16(entry.value_at);
    case kTypeLong:
    case kTypeSignedLong:
      return tiff.u32(entry.value_at);
    default:
      return 0;
  }
}

/// True when the entry holds an angle: degrees as a rational that divides by something.
bool is_angle(const Tiff& tiff, const Entry& entry) {
  if (entry.type != kTypeRational && entry.type != kTypeSignedRational) return false;
  if (entry.count == 0) return false;
  const std::uint64_t at = tiff.u32(entry.value_at);
  return tiff.holds(at, kRationalBytes) && tiff.u32(at + 4) != 0;
}

bool has_coordinates(const Tiff& tiff, std::uint64_t directory) {
  // Only the first of each is followed: a thousand angles in a thousand places would need as many windows.
  std::optional<bool> latitude;
  std::optional<bool> longitude;
  for_each_entry(tiff, directory, [&](const Entry& entry) {
    if (entry.tag == kTagGpsLatitude && !latitude) latitude = is_angle(tiff, entry);
    if (entry.tag == kTagGpsLongitude && !longitude) longitude = is_angle(tiff, entry);
  });
  return latitude.value_or(false) && longitude.value_or(false);
}

}  // namespace

ExifFacts read_exif(FileReader& reader, std::uint64_t start, std::uint64_t length) {
  ExifFacts facts;
  constexpr std::uint64_t kHeaderBytes = 8;
  if (length < kHeaderBytes) return facts;
  const bool little = reader.matches(start, std::string_view("II*\0", 4));
  if (!little && !reader.matches(start, std::string_view("MM\0*", 4))) return facts;

  const Tiff tiff{reader, start, length, little ? Endian::kLittle : Endian::kBig};
  bool oriented = false;
  std::uint64_t gps_directory = 0;
  for_each_entry(tiff, tiff.u32(4), [&](const Entry& entry) {
    if (entry.tag == kTagOrientation && !oriented) {
      const std::uint32_t value = whole_number(tiff, entry);
      oriented = value >= 1 && value <= 8;
      if (oriented) facts.orientation = static_cast<std::uint8_t>(value);
    }
    if (entry.tag == kTagGpsDirectory) gps_directory = tiff.u32(entry.value_at);
  });
  if (gps_directory != 0) facts.gps = has_coordinates(tiff, gps_directory);
  return facts;
}

}  // namespace gvw
