#include "pixels/plane.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "pixels/blend.h"
#include "pixels/resize_weights.h"

namespace gvw {
namespace {

template <bool kVectors>
Plane resized(const Plane& plane, const Weights& across, const Weights& down, Plane out, std::uint8_t* row) {
  for (std::uint32_t y = 0; y < out.height; ++y) {
    const std::uint32_t first = down.first(y);
    const Rows rows{plane.samples.data() + first * plane.stride, plane.stride, plane.height - first, down.of(y),
                    down.taps()};
    std::uint8_t* target = out.samples.data() + y * out.stride;
    if constexpr (kVectors) {
      blend_rows(rows, row, plane.width);
      blend_samples(row, across, target, out.width);
    } else {
      blend_rows_scalar(rows, row, 0, plane.width);
      blend_samples_scalar(row, across, target, 0, out.width);
    }
  }
  return out;
}

template <bool kVectors>
Status resized(std::span<Plane> planes, const Scale& across, const Scale& down) {
  Weights across_weights;
  Weights down_weights;
  Buffer row = Buffer::of_size(planes[0].stride);
  if (!across_weights.fill(across, Filter::kLanczos3, kSampleTaps) ||
      !down_weights.fill(down, Filter::kLanczos3, kColumnTaps) || !row.ok()) {
    return Status::kOutOfMemory;
  }
  std::memset(row.data(), 0, row.size());
  for (Plane& plane : planes) {
    Plane out = plane_of(across.to, down.to);
    if (!out.samples.ok()) return Status::kOutOfMemory;
    plane = resized<kVectors>(plane, across_weights, down_weights, std::move(out), row.data());
  }
  return Status::kOk;
}

}  // namespace

Plane plane_of(std::uint32_t width, std::uint32_t height) {
  Plane plane;
  plane.width = width;
  plane.height = height;
  constexpr std::size_t kBlock = 8;
  plane.stride = (width + kBlock - 1) / kBlock * kBlock + kSampleTaps;
  plane.samples = Buffer::of_size(plane.stride * height);
  return plane;
}

Status resize_planes(std::span<Plane> planes, const Scale& across, const Scale& down) {
  return resized<true>(planes, across, down);
}

Status resize_planes_scalar(std::span<Plane> planes, const Scale& across, const Scale& down) {
  return resized<false>(planes, across, down);
}

Result<Plane> transpose_plane(const Plane& plane) {
  Plane out = plane_of(plane.height, plane.width);
  if (!out.samples.ok()) return Status::kOutOfMemory;
  // A tile's columns and rows stay in the first cache.
  constexpr std::size_t kTile = 32;
  for (std::size_t top = 0; top < plane.height; top += kTile) {
    for (std::size_t x = 0; x < plane.width; ++x) {
      std::uint8_t* const row = out.samples.data() + x * out.stride;
      const std::size_t bottom = std::min<std::size_t>(top + kTile, plane.height);
      for (std::size_t y = top; y < bottom; ++y) row[y] = plane.samples.data()[y * plane.stride + x];
    }
  }
  return out;
}

}  // namespace gvw
