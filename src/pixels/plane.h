#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/buffer.h"
#include "base/result.h"
#include "pixels/resize_weights.h"

namespace gvw {

/// One channel of a picture, 8 bits a sample, row-major.
struct Plane {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  /// Bytes from row to row; from the width on they have no meaning of their own.
  std::size_t stride = 0;
  Buffer samples;
};

/// A plane with room for vectors, and for whole blocks of a JPEG, at each row's end. Its samples' ok() is false when
/// there is no memory for it.
Plane plane_of(std::uint32_t width, std::uint32_t height);

/// Planes of one size, each made by plane_of(), become those of another by Lanczos' filter. Fails with out_of_memory.
Status resize_planes(std::span<Plane> planes, const Scale& across, const Scale& down);

/// The same in plain words: what tests compare with, to the bit.
Status resize_planes_scalar(std::span<Plane> planes, const Scale& across, const Scale& down);

/// Rows to columns. Fails with out_of_memory.
Result<Plane> transpose_plane(const Plane& plane);

}  // namespace gvw
