#pragma once

#include <cstdint>

#include "base/buffer.h"

namespace gvw {

/// RGBA, 8 bits a channel, straight alpha, row-major without gaps.
struct Image {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  Buffer pixels;
  /// The ICC profile of the file; empty where it has none. Encoders write it again.
  Buffer icc;
  /// Known to be opaque; false where nobody has looked.
  bool opaque = false;
  /// The file ended early and was asked for all the same: what is missing is grey or transparent.
  bool truncated = false;
  /// How much a decoder found to complain of without giving up.
  std::uint32_t warnings = 0;
};

inline constexpr std::size_t kPixelBytes = 4;

}  // namespace gvw
