#pragma once

#include <cstdint>

/// The second bytes of JPEG's markers (ITU-T T.81, table B.1) that probe and strip tell apart.
namespace gvw::jpeg {

inline constexpr std::uint8_t kTem = 0x01;
inline constexpr std::uint8_t kSof0 = 0xc0;
inline constexpr std::uint8_t kDht = 0xc4;
inline constexpr std::uint8_t kJpg = 0xc8;
inline constexpr std::uint8_t kDac = 0xcc;
inline constexpr std::uint8_t kSof15 = 0xcf;
inline constexpr std::uint8_t kRst0 = 0xd0;
inline constexpr std::uint8_t kRst7 = 0xd7;
inline constexpr std::uint8_t kSoi = 0xd8;
inline constexpr std::uint8_t kEoi = 0xd9;
inline constexpr std::uint8_t kSos = 0xda;
inline constexpr std::uint8_t kDqt = 0xdb;
inline constexpr std::uint8_t kDri = 0xdd;
inline constexpr std::uint8_t kDhp = 0xde;
inline constexpr std::uint8_t kExp = 0xdf;
inline constexpr std::uint8_t kApp0 = 0xe0;
inline constexpr std::uint8_t kApp1 = 0xe1;
inline constexpr std::uint8_t kApp2 = 0xe2;
inline constexpr std::uint8_t kApp11 = 0xeb;
inline constexpr std::uint8_t kApp13 = 0xed;
inline constexpr std::uint8_t kApp14 = 0xee;
inline constexpr std::uint8_t kApp15 = 0xef;
inline constexpr std::uint8_t kCom = 0xfe;

/// Of a frame of any process: SOF0 to SOF15 without the three other markers in between.
constexpr bool is_frame_header(std::uint8_t marker) {
  return marker >= kSof0 && marker <= kSof15 && marker != kDht && marker != kJpg && marker != kDac;
}

}  // namespace gvw::jpeg
