#pragma once

#include <cstddef>
#include <cstdint>

/// PNG's filters (specification 9), one row each.
namespace gvw::png {

/// Undoes `filter` of a row of `count` pixels of 3 or 4 bytes, of 8 bits a sample, and writes it as RGBA; a pixel of 3
/// becomes opaque. `above` is the finished row before it, as RGBA; for the first row zeros. The scalar twin does the
/// same in plain words, and is what tests compare with.
void unfilter_to_rgba(unsigned filter, const std::uint8_t* row, const std::uint8_t* above, std::uint8_t* out,
                      std::size_t count, unsigned pixel_bytes);
void unfilter_to_rgba_scalar(unsigned filter, const std::uint8_t* row, const std::uint8_t* above, std::uint8_t* out,
                             std::size_t count, unsigned pixel_bytes);

/// Undoes `filter` in place: `length` bytes whose left neighbour is `step` bytes before.
void unfilter_in_place(unsigned filter, std::uint8_t* row, const std::uint8_t* above, std::size_t length,
                       std::size_t step);

/// Applies `filter`; returns the sum of the outcome's magnitudes as signed bytes, by which rows choose (specification
/// 12.7).
std::uint64_t apply_filter(unsigned filter, const std::uint8_t* row, const std::uint8_t* above, std::uint8_t* out,
                           std::size_t length, std::size_t step);

}  // namespace gvw::png
