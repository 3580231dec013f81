#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace gvw {

/// What each of five kinds of samples is moved by: the sums of its neighbours' signs, -2 to 2 (ITU-T H.265, 8.7.3.2),
/// plus 2. For bands the first four are those of the bands from the leftmost on.
using SampleOffsets = std::array<std::int8_t, 5>;

/// A stretch of a row of samples; `input` is a copy of the plane, `output` the plane itself.
struct SampleRow {
  const std::uint8_t* input;
  std::uint8_t* output;
  std::size_t count;
};

/// By whether a sample is above or below its neighbours, at `first` and `second` from it.
void offset_edges(const SampleRow& row, std::ptrdiff_t first, std::ptrdiff_t second, const SampleOffsets& offsets);

/// Samples of four bands of eight values, from band `leftmost` of 32 on.
void offset_bands(const SampleRow& row, unsigned leftmost, const SampleOffsets& offsets);

/// The scalar twins of a stretch of that row, for tests: samples `from` to `count`.
void offset_edges_scalar(const SampleRow& row, std::ptrdiff_t first, std::ptrdiff_t second,
                         const SampleOffsets& offsets, std::size_t from);
void offset_bands_scalar(const SampleRow& row, unsigned leftmost, const SampleOffsets& offsets, std::size_t from);

}  // namespace gvw
