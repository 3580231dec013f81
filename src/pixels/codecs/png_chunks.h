#pragma once

#include <cstdint>
#include <span>

#include "base/buffer.h"
#include "base/result.h"

/// The chunks of a PNG (specification, third edition, 5 and 11).
namespace gvw::png {

enum ColorType : std::uint8_t { kGray = 0, kRgb = 2, kPalette = 3, kGrayAlpha = 4, kRgba = 6 };

inline unsigned channels_of(std::uint8_t color) {
  constexpr std::uint8_t kChannels[7] = {1, 0, 3, 1, 2, 0, 4};
  return kChannels[color];
}

/// What a decoder needs of a file; the spans are views of it, or of `joined`.
struct Contents {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint8_t depth = 0;
  std::uint8_t color = 0;
  bool interlaced = false;
  std::span<const std::uint8_t> palette;
  std::span<const std::uint8_t> transparency;
  std::span<const std::uint8_t> profile;
  /// All IDAT contents; a view of the file where there is one only.
  std::span<const std::uint8_t> data;
  Buffer joined;
  std::uint64_t data_at = 0;
  /// The file ends before IEND.
  bool ended = false;
};

/// Walks the chunks and holds every checksum. A damaged ancillary chunk is left out. Fails with too_large
/// from IHDR on, truncated, malformed, out_of_memory.
Failure read_chunks(std::span<const std::uint8_t> file, std::uint64_t max_pixels, Contents& png);

}  // namespace gvw::png
