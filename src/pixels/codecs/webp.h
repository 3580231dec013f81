#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "pixels/decode.h"
#include "pixels/image.h"

/// WebP by libwebp.
namespace gvw {

/// Decodes lossy and lossless WebP with or without alpha; of an animation the first frame on its transparent canvas.
///
/// Fails with too_large before anything of the picture's size is allocated, truncated (unless `partial`: what is
/// missing is transparent), unsupported, malformed, out_of_memory.
Result<Image> decode_webp(std::span<const std::uint8_t> file, const DecodeOptions& options);

struct WebpOptions {
  /// 1 to 100. Of a lossless picture, what is spent on its size.
  int quality = 80;
  bool lossless = false;
};

/// Encodes with alpha where the picture is not opaque; lossless keeps the colours of clear pixels too. Fails with
/// too_large for a side above 16,383, bad_argument for a quality outside its range or a picture without pixels,
/// out_of_memory.
Result<Buffer> encode_webp(const Image& image, const WebpOptions& options);

}  // namespace gvw
