#include "probe/exif.h"

#include <algorithm>
#include <optional>
#include <span>

#include "probe/tiff_directory.h"

namespace gvw {
namespace {

using tiff::Entry;
using tiff::Tiff;
using tiff::TiffIn;

constexpr std::uint16_t kTagGpsLatitude = 0x0002;
constexpr std::uint16_t kTagGpsLongitude = 0x0004;

/// Bytes of which the window at hand holds the beginning, read like Pieces but with nothing to look up: what is looked
/// at in a camera's EXIF mostly lies in it. A read behind it shows in ok(), and then the reading has to begin again.
class WindowBytes {
 public:
  WindowBytes(std::span<const std::uint8_t> at_hand, std::uint64_t length)
      : at_hand_(at_hand.data()), size_(std::min<std::uint64_t>(at_hand.size(), length)), length_(length) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::uint64_t length() const { return length_; }
  [[nodiscard]] bool holds(std::uint64_t offset, std::uint64_t bytes) const {
    return offset <= length_ && bytes <= length_ - offset;
  }

  template <class Number>
  [[nodiscard]] Number number(std::uint64_t offset, Endian endian) {
    if (offset <= size_ && sizeof(Number) <= size_ - offset) return load<Number>(at_hand_ + offset, endian);
    if (holds(offset, sizeof(Number))) ok_ = false;
    return 0;
  }

 private:
  const std::uint8_t* at_hand_;
  std::uint64_t size_;
  std::uint64_t length_;
  bool ok_ = true;
};

/// True when the entry holds an angle: degrees as a rational that divides by something.
template <class Bytes>
bool is_angle(const TiffIn<Bytes>& tiff, const Entry& entry) {
  constexpr std::uint64_t kRationalBytes = 8;
  const std::uint16_t type = entry.type(tiff);
  const std::uint64_t count = entry.count(tiff);
  if ((type != tiff::kTypeRational && type != tiff::kTypeSignedRational) || count == 0) return false;
  // BigTIFF's value field has room for one rational.
  const std::uint64_t at = tiff.big && count == 1 ? entry.value_at(tiff) : tiff.word(entry.value_at(tiff));
  return tiff.holds(at, kRationalBytes) && tiff.template number<std::uint32_t>(at + 4) != 0;
}

template <class Bytes>
bool coordinates_in(const TiffIn<Bytes>& tiff, std::uint64_t directory) {
  // Only the first of each is followed: a thousand angles in a thousand places would need as many windows.
  std::optional<bool> latitude;
  std::optional<bool> longitude;
  tiff::for_each_entry(tiff, directory, [&](const Entry& entry) {
    if (entry.tag == kTagGpsLatitude && !latitude) latitude = is_angle(tiff, entry);
    if (entry.tag == kTagGpsLongitude && !longitude) longitude = is_angle(tiff, entry);
  });
  return latitude.value_or(false) && longitude.value_or(false);
}

template <class Bytes>
ExifFacts read(Bytes& bytes, std::uint64_t skip) {
  constexpr std::uint32_t kLittleEndian = 0x49492a00;  // "II*\0"
  constexpr std::uint32_t kBigEndian = 0x4d4d002a;     // "MM\0*"
  constexpr std::uint32_t kPrefix = 0x45786966;        // "Exif", followed by two zero bytes
  constexpr std::uint64_t kPrefixBytes = 6;
  constexpr std::uint64_t kHeaderBytes = 8;
  ExifFacts facts;
  if (bytes.template number<std::uint32_t>(skip, Endian::kBig) == kPrefix) skip += kPrefixBytes;
  if (!bytes.holds(skip, kHeaderBytes)) return facts;
  const auto mark = bytes.template number<std::uint32_t>(skip, Endian::kBig);
  if (mark != kLittleEndian && mark != kBigEndian) return facts;

  const TiffIn<Bytes> tiff{bytes, skip, mark == kLittleEndian ? Endian::kLittle : Endian::kBig};
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
  if (gps_directory != 0) facts.gps = coordinates_in(tiff, gps_directory);
  return facts;
}

}  // namespace

bool has_coordinates(const Tiff& tiff, std::uint64_t directory) { return coordinates_in(tiff, directory); }

ExifFacts read_exif(const Pieces& pieces, std::uint64_t skip) { return read(pieces, skip); }

ExifFacts read_exif(FileReader& reader, std::uint64_t start, std::uint64_t length) {
  WindowBytes bytes(reader.at_hand(start), length);
  const ExifFacts facts = read(bytes, 0);
  if (bytes.ok()) return facts;
  const Extent extent{start, length};
  return read_exif(Pieces(reader, {&extent, 1}), 0);
}

}  // namespace gvw
