#include "pixels/upright.h"

#include <cstddef>
#include <cstring>
#include <utility>

namespace gvw {
namespace {

constexpr std::size_t kPixelBytes = 4;

/// An EXIF orientation is three bits: the stored picture is transposed, then mirrored left-right, then top-bottom.
struct Turn {
  bool transpose;
  bool mirror_x;
  bool mirror_y;
};

// EXIF 2.32, 4.6.4 A, tag 0x0112: which side of the scene the first stored row and column are.
constexpr Turn kTurns[9] = {
    {},                     // no orientation 0
    {false, false, false},  // 1 row 0 top, column 0 left
    {false, true, false},   // 2 top, right
    {false, true, true},    // 3 bottom, right
    {false, false, true},   // 4 bottom, left
    {true, false, false},   // 5 left, top
    {true, true, false},    // 6 right, top
    {true, true, true},     // 7 right, bottom
    {true, false, true},    // 8 left, bottom
};

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
