#pragma once

#include <cstddef>
#include <cstdint>

namespace gvw {

/// One row of a 4:2:0 chroma plane at full width. Chroma samples stand in the middle of their four pixels, so each
/// pixel takes three quarters of the nearer sample and one quarter of the farther one, in both directions (as libheif
/// and libjpeg's "fancy" upsampling have it). `near` and `far` are the two chroma rows around the pixel row, the same
/// one at the picture's edge; `samples` is their length, and 2 * samples bytes are written.
void upsample_row(const std::uint8_t* near, const std::uint8_t* far, std::size_t samples, std::uint8_t* output);

/// The scalar twin of a stretch of that row, for tests: samples `from` to `to` of `samples`.
void upsample_row_scalar(const std::uint8_t* near, const std::uint8_t* far, std::size_t samples, std::size_t from,
                         std::size_t to, std::uint8_t* output);

}  // namespace gvw
