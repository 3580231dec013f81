#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

/// Upright pictures by EXIF's own words (2.32, tag 0x0112): "the 0th row is at the visual … of the image, the 0th
/// column at the visual …". Every pixel is carried by itself to where these words put it.
namespace gvw::reference {

struct Pixels {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  /// One number a pixel.
  std::vector<std::uint32_t> values;
};

enum class Side : std::uint8_t { kTop, kBottom, kLeft, kRight };

inline constexpr std::pair<Side, Side> kZerothRowAndColumn[9] = {
    {},
    {Side::kTop, Side::kLeft},
    {Side::kTop, Side::kRight},
    {Side::kBottom, Side::kRight},
    {Side::kBottom, Side::kLeft},
    {Side::kLeft, Side::kTop},
    {Side::kRight, Side::kTop},
    {Side::kRight, Side::kBottom},
    {Side::kLeft, Side::kBottom},
};

/// Puts a stored row or column that is `index` steps from the zeroth, which is at `side`, to its place.
inline void place(Side side, std::uint32_t index, const Pixels& picture, std::uint32_t& x, std::uint32_t& y) {
  switch (side) {
    case Side::kTop:
      y = index;
      break;
    case Side::kBottom:
      y = picture.height - 1 - index;
      break;
    case Side::kLeft:
      x = index;
      break;
    case Side::kRight:
      x = picture.width - 1 - index;
      break;
  }
}

inline Pixels upright(const Pixels& stored, unsigned orientation) {
  const auto [row_side, column_side] = kZerothRowAndColumn[orientation];
  const bool turned = row_side == Side::kLeft || row_side == Side::kRight;
  Pixels picture;
  picture.width = turned ? stored.height : stored.width;
  picture.height = turned ? stored.width : stored.height;
  picture.values.resize(stored.values.size());
  for (std::uint32_t row = 0; row < stored.height; ++row) {
    for (std::uint32_t column = 0; column < stored.width; ++column) {
      std::uint32_t x = 0;
      std::uint32_t y = 0;
      place(row_side, row, picture, x, y);
      place(column_side, column, picture, x, y);
      picture.values[std::size_t{y} * picture.width + x] = stored.values[std::size_t{row} * stored.width + column];
    }
  }
  return picture;
}

}  // namespace gvw::reference
