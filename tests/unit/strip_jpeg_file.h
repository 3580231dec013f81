#pragma once

#include <string>

#include "strip_check.h"

/// JPEG files put together segment by segment.
namespace gvw::testing::jpeg_file {

inline std::string segment(unsigned marker, const std::string& payload) {
  return "\xff"s + static_cast<char>(marker) + big(payload.size() + 2, 2) + payload;
}

inline const std::string kSoi = "\xff\xd8"s;
inline const std::string kEoi = "\xff\xd9"s;
inline const std::string kJfif = segment(0xe0, "JFIF\0\x01\x02\0\0\x01\0\x01\0\0"s);
inline const std::string kAdobe = segment(0xee, "Adobe\0\x64\0\0\0\0\x01"s);
inline const std::string kIcc = segment(0xe2, "ICC_PROFILE\0\x01\x01the profile"s);
inline const std::string kTables =
    segment(0xdb, "\0"s + std::string(64, '\x10')) + segment(0xc4, "\0"s + std::string(16, '\0'));
inline const std::string kFrame = segment(0xc0, "\x08\0\x10\0\x20\x01\x01\x11\0"s);
inline const std::string kScanHeader = segment(0xda, "\x01\x01\0\0\x3f\0"s);
/// Stuffed FFs, restart markers and a fill byte, none of which ends the scan.
inline const std::string kScan = kScanHeader + "\x12\xff\0\x34\xff\xd0\x56\xff\xff\xd7\x78\xff\0\xff\0"s;
inline const std::string kBody = kTables + kFrame + kScan + kEoi;

inline std::string exif(const std::string& tiff) { return segment(0xe1, "Exif\0\0"s + tiff); }

/// EXIF as cameras write it: orientation, and then everything that is nobody's business.
inline std::string camera_exif(unsigned orientation) {
  return exif(orientation_tiff_bytes(orientation).substr(0, 22) + "\0\0\0\x1a"s + secrets() + kSoi + kScan + kEoi);
}

}  // namespace gvw::testing::jpeg_file
