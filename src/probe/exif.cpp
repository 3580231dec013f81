#include "probe/exif.h"

#include <optional>

#include "probe/tiff_directory.h"

namespace gvw {
namespace {

using tiff::Entry;
using tiff::Tiff;

constexpr std::uint16_t kTagGpsLatitude = 0x0002;
constexpr std::uint16_t kTagGpsLongitude = 0x0004;

/// True when the entry holds an angle: degrees as a rational that divides by something.
bool is_angle(const Tiff& tiff, const Entry& entry) {
  constexpr std::uint64_t kRationalBytes = 8;
  const std::uint16_t type = entry.type(tiff);
  const std::uint64_t count = entry.count(tiff);
  if ((type != tiff::kTypeRational && type != tiff::kTypeSignedRational) || count == 0) return false;
  // BigTIFF's value field has room for one rational.
  const std::uint64_t at = tiff.big && count == 1 ? entry.value_at(tiff) : tiff.word(entry.value_at(tiff));
  return tiff.holds(at, kRationalBytes) && tiff.number<std::uint32_t>(at + 4) != 0;
}

}  // namespace

bool has_coordinates(const Tiff& tiff, std::uint64_t directory) {
  // Only the first of each is followed: a thousand angles in a thousand places would need as many windows.
  std::optional<bool> latitude;
  std::optional<bool> longitude;
  tiff::for_each_entry(tiff, directory, [&](const Entry& entry) {
    if (entry.tag == kTagGpsLatitude && !latitude) latitude = is_angle(tiff, entry);
    if (entry.tag == kTagGpsLongitude && !longitude) longitude = is_angle(tiff, entry);
  });
  return latitude.value_or(false) && longitude.value_or(false);
}

ExifFacts read_exif(const Pieces& pieces, std::uint64_t skip) {
  constexpr std::uint32_t kLittleEndian = 0x49492a00;  // "II*\0"
  constexpr std::uint32_t kBigEndian = 0x4d4d002a;     // "MM\0*"
  constexpr std::uint32_t kPrefix = 0x45786966;        // "Exif", followed by two zero bytes
  constexpr std::uint64_t kPrefixBytes = 6;
  constexpr std::uint64_t kHeaderBytes = 8;
  ExifFacts facts;
  if (pieces.number<std::uint32_t>(skip, Endian::kBig) == kPrefix) skip += kPrefixBytes;
  if (!pieces.holds(skip, kHeaderBytes)) return facts;
  const auto mark = pieces.number<std::uint32_t>(skip, Endian::kBig);
  if (mark != kLittleEndian && mark != kBigEndian) return facts;

  const Tiff tiff{pieces, skip, mark == kLittleEndian ? Endian::kLittle : Endian::kBig};
  bool oriented = false;
  std::uint64_t gps_directory = 0;
  tiff::for_each_entry(tiff, tiff.word(4), [&](const Entry& entry) {
    if (entry.tag == tiff::kTagOrientation && !oriented) {
      const std::uint64_t value = tiff::whole_number(tiff, entry);
      oriented = value >= 1 && value <= 8;
      if (oriented) facts.orientation = static_cast<std::uint8_t>(value);
    }
    if (entry.tag == tiff::kTagGpsDirectory) gps_directory = tiff.word(entry.value_at(tiff));
  });
  if (gps_directory != 0) facts.gps = has_coordinates(tiff, gps_directory);
  return facts;
}

ExifFacts read_exif(FileReader& reader, std::uint64_t start, std::uint64_t length) {
  const Extent extent{start, length};
  return read_exif(Pieces(reader, {&extent, 1}), 0);
}

}  // namespace gvw
