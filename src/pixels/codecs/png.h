#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "pixels/decode.h"
#include "pixels/image.h"

/// PNG by libdeflate, with chunks and filters of our own: so every kind has its checksums held, its size known before
/// it is inflated, and can be had in part.
namespace gvw {

/// Decodes every kind of PNG (specification, third edition), of an animation the default picture. Checksums are held: a
/// critical chunk whose CRC is wrong is malformed, an ancillary one is a warning and left out.
///
/// Fails with too_large before anything of the picture's size is allocated, truncated (unless `partial`: rows that are
/// missing are transparent), malformed, out_of_memory.
Result<Image> decode_png(std::span<const std::uint8_t> file, const DecodeOptions& options);

/// Encodes without loss: grey or RGB when the picture is that, with alpha where it is not opaque. Fails with
/// bad_argument for a picture without pixels, out_of_memory.
Result<Buffer> encode_png(const Image& image);

}  // namespace gvw
