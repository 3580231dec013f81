#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "pixels/decode.h"
#include "pixels/image.h"

namespace gvw {

/// Decodes what the service does not take but can be converted: BMP, and of a GIF the first frame. By stb_image.
///
/// Fails with too_large before anything of the picture's size is allocated, malformed (a cut file too, which stb_image
/// does not tell apart), unsupported, out_of_memory.
Result<Image> decode_gif_or_bmp(std::span<const std::uint8_t> file, const DecodeOptions& options);

}  // namespace gvw
