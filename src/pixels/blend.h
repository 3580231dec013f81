#pragma once

#include <cstddef>
#include <cstdint>

#include "pixels/resize_weights.h"

/// The kernels of resizing.
namespace gvw {

/// Rows are taken in pairs.
inline constexpr std::uint32_t kColumnTaps = 2;

/// What one row of a smaller picture is made of.
struct Rows {
  const std::uint8_t* first;
  std::size_t stride;
  /// Rows there are from the first on.
  std::uint32_t count;
  const std::int16_t* weights;
  std::uint32_t taps;
};

/// Down the columns: many rows to one.
void blend_rows(const Rows& rows, std::uint8_t* out, std::size_t bytes);

/// The same in plain words, for the bytes from `from` to `to`.
void blend_rows_scalar(const Rows& rows, std::uint8_t* out, std::size_t from, std::size_t to);

/// Samples along a row are taken eight at a time.
inline constexpr std::uint32_t kSampleTaps = 8;

/// Along a row of one channel: many samples to one. The row has kSampleTaps samples to spare at its end.
void blend_samples(const std::uint8_t* row, const Weights& weights, std::uint8_t* out, std::uint32_t width);

/// The same in plain words, for the outputs from `from` to `to`.
void blend_samples_scalar(const std::uint8_t* row, const Weights& weights, std::uint8_t* out, std::uint32_t from,
                          std::uint32_t to);

}  // namespace gvw
