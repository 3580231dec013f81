#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "support/bytes.h"

/// TIFF structures (EXIF blocks) with freedom to write what no camera writes.
namespace gvw::testing {

/// A directory entry whose value is the four bytes of the value field.
struct TiffEntry {
  std::uint16_t tag;
  std::uint16_t type;
  std::uint32_t count;
  Bytes value;
};

inline Bytes value_bytes(std::uint64_t value, unsigned length, Endian endian) {
  Bytes bytes;
  append_number(bytes, value, length, endian);
  bytes.resize(4);
  return bytes;
}

inline Bytes tiff_header(Endian endian, std::uint32_t first_directory = 8) {
  Bytes bytes = bytes_of(endian == Endian::kBig ? "MM" : "II");
  append_number(bytes, 42, 2, endian);
  append_number(bytes, first_directory, 4, endian);
  return bytes;
}

inline Bytes tiff_directory(const std::vector<TiffEntry>& entries, Endian endian) {
  Bytes bytes;
  append_number(bytes, entries.size(), 2, endian);
  for (const TiffEntry& entry : entries) {
    append_number(bytes, entry.tag, 2, endian);
    append_number(bytes, entry.type, 2, endian);
    append_number(bytes, entry.count, 4, endian);
    append(bytes, entry.value);
  }
  append_number(bytes, 0, 4, endian);
  return bytes;
}

/// An orientation of one of the whole-number types: 1 BYTE, 3 SHORT, 4 LONG and their signed brothers 6, 8, 9.
inline TiffEntry orientation_entry(std::uint64_t value, std::uint16_t type, Endian endian) {
  unsigned length = 4;
  if (type == 1 || type == 6) length = 1;
  if (type == 3 || type == 8) length = 2;
  return {0x0112, type, 1, value_bytes(value, length, endian)};
}

/// Header and one directory with that orientation.
inline Bytes tiff_with_orientation(std::uint64_t value, std::uint16_t type, Endian endian) {
  return joined({tiff_header(endian), tiff_directory({orientation_entry(value, type, endian)}, endian)});
}

/// Latitude and longitude as given (three rationals each, `denominator` below the line) in a GPS directory at 26,
/// behind a first directory that holds nothing but the pointer to it.
inline Bytes tiff_with_gps(Endian endian, std::uint32_t denominator, std::uint16_t type = 5,
                           bool with_longitude = true) {
  const std::uint32_t gps_at = 8 + 2 + 12 + 4;
  std::vector<TiffEntry> angles = {{2, type, 3, {}}};
  if (with_longitude) angles.push_back({4, type, 3, {}});
  const auto values_at = static_cast<std::uint32_t>(gps_at + 2 + 12 * angles.size() + 4);
  for (TiffEntry& angle : angles) angle.value = value_bytes(values_at, 4, endian);
  Bytes values;
  for (int i = 0; i < 3; ++i) {
    append_number(values, 48, 4, endian);
    append_number(values, denominator, 4, endian);
  }
  return joined({tiff_header(endian), tiff_directory({{0x8825, 4, 1, value_bytes(gps_at, 4, endian)}}, endian),
                 tiff_directory(angles, endian), values});
}

}  // namespace gvw::testing
