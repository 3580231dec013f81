#pragma once

#include <cstdint>
#include <cstring>
#include <span>

#include "base/buffer.h"

namespace gvw {

/// RGBA, 8 bits a channel, straight alpha, row-major without gaps.
struct Image {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  Buffer pixels;
  /// The ICC profile of the file; empty where it has none or one for other than RGB. Encoders write it again.
  Buffer icc;
  /// Known to be opaque; false where nobody has looked.
  bool opaque = false;
  /// The file ended early and was asked for all the same: what is missing is grey or transparent.
  bool truncated = false;
};

inline constexpr std::size_t kPixelBytes = 4;

/// ICC.1:2022, 7.2.6: the colour space that a profile's numbers are of. One for grey or CMYK says nothing about RGB.
inline bool is_rgb_profile(std::span<const std::uint8_t> profile) {
  constexpr std::size_t kHeaderBytes = 128;
  return profile.size() >= kHeaderBytes && std::memcmp(profile.data() + 16, "RGB ", 4) == 0;
}

}  // namespace gvw
