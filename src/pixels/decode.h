#pragma once

#include <cstdint>
#include <span>

#include "base/limits.h"
#include "base/result.h"
#include "pixels/image.h"

namespace gvw {

struct DecodeOptions {
  /// Larger pictures are too_large.
  std::uint64_t max_pixels = limits::kDefaultMaxPixels;
  /// Take what is there of a file that ends early.
  bool partial = false;
  /// When both are set, a decoder that can may give a smaller picture, as long as its sides as stored are not below
  /// these.
  std::uint32_t least_width = 0;
  std::uint32_t least_height = 0;
};

/// Decodes a JPEG, PNG, WebP, GIF or BMP as stored; turning is upright()'s work.
///
/// The size is read first and held against `max_pixels` (too_large) before anything is allocated. Damage is malformed,
/// a file that ends early truncated, a kind of picture that no decoder here knows unsupported.
Result<Image> decode(std::span<const std::uint8_t> file, const DecodeOptions& options);

inline Result<Image> decode(std::span<const std::uint8_t> file, std::uint64_t max_pixels) {
  return decode(file, DecodeOptions{.max_pixels = max_pixels});
}

}  // namespace gvw
