#include "pixels/upright.h"

#include <cstddef>
#include <cstring>
#include <utility>

#include "pixels/turn.h"

namespace gvw {
namespace {

/// Pixels of a tile side: a transposed read touches one cache line a row, and a tile of them stays in the first cache.
constexpr std::size_t kTile = 32;

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
  turned.warnings = image.warnings;
  turned.pixels = Buffer::of_size(image.pixels.size());
  if (!turned.pixels.ok()) return Status::kOutOfMemory;

  // Where the pixel at the turned picture's (0, 0) is stored, and how far one step right or down moves from it.
  const auto stored_width = static_cast<std::ptrdiff_t>(image.width);
  const auto width = static_cast<std::ptrdiff_t>(turned.width);
  const auto height = static_cast<std::ptrdiff_t>(turned.height);
  std::ptrdiff_t step_x = turn.transpose ? stored_width : 1;
  std::ptrdiff_t step_y = turn.transpose ? 1 : stored_width;
  std::ptrdiff_t origin = 0;
  if (turn.mirror_x) origin += (width - 1) * step_x, step_x = -step_x;
  if (turn.mirror_y) origin += (height - 1) * step_y, step_y = -step_y;

  const std::uint8_t* source = image.pixels.data();
  std::uint8_t* target = turned.pixels.data();
  const auto tile = static_cast<std::ptrdiff_t>(kTile);
  for (std::ptrdiff_t tile_y = 0; tile_y < height; tile_y += tile) {
    const std::ptrdiff_t end_y = tile_y + tile < height ? tile_y + tile : height;
    for (std::ptrdiff_t tile_x = 0; tile_x < width; tile_x += tile) {
      const std::ptrdiff_t end_x = tile_x + tile < width ? tile_x + tile : width;
      for (std::ptrdiff_t y = tile_y; y < end_y; ++y) {
        for (std::ptrdiff_t x = tile_x; x < end_x; ++x) {
          const std::ptrdiff_t from = origin + y * step_y + x * step_x;
          std::memcpy(target + (y * width + x) * static_cast<std::ptrdiff_t>(kPixelBytes),
                      source + from * static_cast<std::ptrdiff_t>(kPixelBytes), kPixelBytes);
        }
      }
    }
  }
  return turned;
}

}  // namespace gvw
