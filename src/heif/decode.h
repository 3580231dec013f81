#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "pixels/image.h"

namespace gvw {

/// Decodes the primary image of a HEIC or HEIF file, upright: clap, irot and imir are applied in the order the file
/// gives them. 10 and 12 bits a sample become 8; grids, overlays, derived images and alpha are put together.
///
/// The size is held against `max_pixels` (too_large) before anything is allocated for it. Fails with truncated,
/// malformed, unsupported (another codec than HEVC), out_of_memory.
Result<Image> decode_heif(std::span<const std::uint8_t> file, std::uint64_t max_pixels);

}  // namespace gvw
