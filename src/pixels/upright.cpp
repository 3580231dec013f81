#include "pixels/upright.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "pixels/simd.h"
#include "pixels/turn.h"

namespace gvw {
namespace {

using Place = std::ptrdiff_t;

/// Where the pixel at the turned picture's (0, 0) is stored, and how far one step right or down moves from it.
struct Path {
  const std::uint8_t* source;
  Place origin;
  Place step_x;
  Place step_y;
  [[nodiscard]] const std::uint8_t* at(Place x, Place y) const {
    return source + (origin + y * step_y + x * step_x) * static_cast<Place>(kPixelBytes);
  }
};

/// Pixels of a tile side: a transposed read touches one cache line a row, and a tile of them stays in the first cache.
constexpr Place kTile = 32;
constexpr Place kBlock = 4;

struct Area {
  Place left, top, right, bottom;
};

void copy_pixels(const Path& path, const Area& area, std::uint8_t* target, Place width) {
  for (Place y = area.top; y < area.bottom; ++y) {
    for (Place x = area.left; x < area.right; ++x) {
      std::memcpy(target + (y * width + x) * static_cast<Place>(kPixelBytes), path.at(x, y), kPixelBytes);
    }
  }
}

/// Four by four pixels whose columns are rows of the source.
inline void transpose_block(const Path& path, Place x, Place y, std::uint8_t* target, Place width) {
  using simd::i32x4, simd::zip_high, simd::zip_low;
  // Four pixels down the turned picture lie side by side, perhaps backwards.
  const bool backwards = path.step_y < 0;
  const Place lowest = backwards ? y + kBlock - 1 : y;
  i32x4 columns[kBlock];
  for (Place i = 0; i < kBlock; ++i) columns[i] = simd::load<i32x4>(path.at(x + i, lowest));
  const auto as64 = [](i32x4 v) { return reinterpret_cast<simd::u64x2>(v); };
  const simd::u64x2 a = as64(zip_low(columns[0], columns[1]));
  const simd::u64x2 b = as64(zip_low(columns[2], columns[3]));
  const simd::u64x2 c = as64(zip_high(columns[0], columns[1]));
  const simd::u64x2 d = as64(zip_high(columns[2], columns[3]));
  const simd::u64x2 rows[kBlock] = {zip_low(a, b), zip_high(a, b), zip_low(c, d), zip_high(c, d)};
  for (Place j = 0; j < kBlock; ++j) {
    simd::store(target + ((y + j) * width + x) * static_cast<Place>(kPixelBytes), rows[backwards ? kBlock - 1 - j : j]);
  }
}

__attribute__((noinline)) void transpose_tile(const Path& path, const Area& tile, std::uint8_t* target, Place width) {
  const Place right = tile.right - (tile.right - tile.left) % kBlock;
  const Place bottom = tile.bottom - (tile.bottom - tile.top) % kBlock;
  for (Place y = tile.top; y < bottom; y += kBlock) {
    for (Place x = tile.left; x < right; x += kBlock) transpose_block(path, x, y, target, width);
  }
  copy_pixels(path, {right, tile.top, tile.right, bottom}, target, width);
  copy_pixels(path, {tile.left, bottom, tile.right, tile.bottom}, target, width);
}

/// A row from left to right, or from right to left.
__attribute__((noinline)) void copy_row(const Path& path, Place y, std::uint8_t* target, Place width) {
  std::uint8_t* const out = target + y * width * static_cast<Place>(kPixelBytes);
  if (path.step_x > 0) {
    std::memcpy(out, path.at(0, y), static_cast<std::size_t>(width) * kPixelBytes);
    return;
  }
  Place x = 0;
  for (; x + kBlock <= width; x += kBlock) {
    const auto four = simd::load<simd::i32x4>(path.at(x + kBlock - 1, y));
    simd::store(out + x * static_cast<Place>(kPixelBytes), __builtin_shufflevector(four, four, 3, 2, 1, 0));
  }
  copy_pixels(path, {x, y, width, y + 1}, target, width);
}

}  // namespace

Result<Image> upright(Image image, unsigned orientation) {
  if (orientation < 1 || orientation > 8) return Status::kBadArgument;
  if (orientation == 1) return image;
  const Turn turn = kTurns[orientation];

  Image turned;
  turned.width = turn.transpose ? image.height : image.width;
  turned.height = turn.transpose ? image.width : image.height;
  turned.icc = std::move(image.icc);
  turned.opaque = image.opaque;
  turned.truncated = image.truncated;
  turned.pixels = Buffer::of_size(image.pixels.size());
  if (!turned.pixels.ok()) return Status::kOutOfMemory;

  const auto stored_width = static_cast<Place>(image.width);
  const auto width = static_cast<Place>(turned.width);
  const auto height = static_cast<Place>(turned.height);
  Path path{image.pixels.data(), 0, turn.transpose ? stored_width : 1, turn.transpose ? 1 : stored_width};
  if (turn.mirror_x) path.origin += (width - 1) * path.step_x, path.step_x = -path.step_x;
  if (turn.mirror_y) path.origin += (height - 1) * path.step_y, path.step_y = -path.step_y;

  std::uint8_t* const target = turned.pixels.data();
  if (!turn.transpose) {
    for (Place y = 0; y < height; ++y) copy_row(path, y, target, width);
    return turned;
  }
  for (Place top = 0; top < height; top += kTile) {
    for (Place left = 0; left < width; left += kTile) {
      transpose_tile(path, {left, top, std::min(left + kTile, width), std::min(top + kTile, height)}, target, width);
    }
  }
  return turned;
}

}  // namespace gvw
