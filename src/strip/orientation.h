#pragma once

#include <array>
#include <cstdint>
#include <span>

/// Private to the strip.
namespace gvw::stripping {

/// The smallest TIFF structure with an orientation (TIFF 6.0 section 2, EXIF 2.32 4.6.4 A): header, one directory of
/// one SHORT, no next directory.
using OrientationTiff = std::array<std::uint8_t, 26>;

constexpr OrientationTiff orientation_tiff(unsigned orientation) {
  return {'M', 'M',  0, 42, 0, 0, 0, 8,                                                   // big-endian, directory at 8
          0,   1,                                                                         // one entry:
          1,   0x12, 0, 3,  0, 0, 0, 1, 0, static_cast<std::uint8_t>(orientation), 0, 0,  // 0x0112, SHORT, one value
          0,   0,    0, 0};                                                               // the last directory
}

/// True when the bytes are such a structure for an orientation of 2 to 8 and nothing else.
constexpr bool is_orientation_tiff(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kValueAt = 19;
  if (bytes.size() != OrientationTiff{}.size() || bytes[kValueAt] < 2 || bytes[kValueAt] > 8) return false;
  const OrientationTiff wanted = orientation_tiff(bytes[kValueAt]);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (bytes[i] != wanted[i]) return false;
  }
  return true;
}

}  // namespace gvw::stripping
