#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "pixels/decode.h"
#include "pixels/image.h"

/// JPEG by libjpeg-turbo.
namespace gvw {

/// Decodes baseline, extended, progressive and arithmetic-coded JPEG of 8 bits: gray, YCbCr, RGB, CMYK and YCCK (the
/// last two inverted, as Adobe writes them), every subsampling. With `least_width` the DCT yields 1/2, 1/4 or 1/8 of
/// the size.
///
/// Fails with too_large (before anything of the picture's size is allocated), unsupported (12 bits, lossless,
/// hierarchical), truncated (unless `partial`), malformed, out_of_memory.
Result<Image> decode_jpeg(std::span<const std::uint8_t> file, const DecodeOptions& options);

/// How a JPEG was encoded, so that it can be encoded again alike: its quantisation tables, row-major, for Y and for Cb
/// and Cr, and how often Y is sampled for each Cb and Cr.
struct JpegStyle {
  std::array<std::uint16_t, 64> luma{};
  std::array<std::uint16_t, 64> chroma{};
  std::uint8_t luma_across = 2;
  std::uint8_t luma_down = 2;
  bool gray = false;
  bool progressive = false;
};

/// The style of a file; a CMYK or RGB file gives the tables of its first two components. Fails as decode_jpeg does.
Result<JpegStyle> read_jpeg_style(std::span<const std::uint8_t> file);

struct JpegOptions {
  /// 1 to 100, libjpeg's scale.
  int quality = 90;
  /// 4:2:0, or 4:4:4 for what has sharp coloured edges.
  bool full_chroma = false;
  /// Overrides quality and subsampling.
  const JpegStyle* style = nullptr;
};

/// Encodes as JPEG, with Huffman tables made for this picture; alpha is dropped. Fails with too_large for a side above
/// 65,500 (libjpeg's limit), bad_argument for a quality outside its range or a picture without pixels, out_of_memory.
Result<Buffer> encode_jpeg(const Image& image, const JpegOptions& options);

/// Turns a file upright by moving its DCT coefficients: same tables, same subsampling, not a bit of any coefficient
/// lost, no pixel cut off. ICC profile, JFIF and Adobe segments stay, everything else is left out.
///
/// Where a side that must be mirrored does not end with a whole block, or the file is damaged though it can be decoded,
/// that is impossible: the answer is an empty buffer, and the caller decodes and encodes again. Fails as decode_jpeg
/// does.
Result<Buffer> turn_jpeg(std::span<const std::uint8_t> file, unsigned orientation, std::uint64_t max_pixels);

struct ShrinkOptions {
  /// EXIF's; the picture is turned upright.
  unsigned orientation = 1;
  /// Upright; not larger than the picture is.
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  int quality = 90;
  std::uint64_t max_pixels = limits::kDefaultMaxPixels;
};

/// Decodes, turns upright, resizes by Lanczos' filter and encodes with 4:2:0, channel by channel: what decode_jpeg,
/// upright, resize and encode_jpeg do, in less time. Only an ICC profile stays.
///
/// For a file that is not YCbCr, or samples its colours in an odd way, and for a size that is larger, it is not made:
/// the answer is an empty buffer. Fails as decode_jpeg and encode_jpeg do.
Result<Buffer> shrink_jpeg(std::span<const std::uint8_t> file, const ShrinkOptions& options);

}  // namespace gvw
