#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "pixels/image.h"

namespace gvw {

/// Decodes a JPEG or PNG as stored; turning is upright()'s work.
///
/// The size is read first and held against `max_pixels` (too_large) before anything is allocated. Damage is malformed,
/// a kind of JPEG that stb_image does not know (arithmetic, lossless, 12-bit) is unsupported.
Result<Image> decode(std::span<const std::uint8_t> file, std::uint64_t max_pixels);

}  // namespace gvw
