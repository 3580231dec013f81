#include "pixels/edit.h"

#include <cstring>

namespace gvw {

bool crop(Image& image, std::uint32_t x, std::uint32_t y, std::uint32_t width, std::uint32_t height) {
  const bool inside = x < image.width && y < image.height && width <= image.width - x && height <= image.height - y;
  if (!inside || width == 0 || height == 0) return false;
  const std::size_t stride = std::size_t{image.width} * kPixelBytes;
  const std::size_t row = std::size_t{width} * kPixelBytes;
  std::uint8_t* out = image.pixels.data();
  const std::uint8_t* from = out + y * stride + x * kPixelBytes;
  // Each row moves up or stays: none is written over before it is read.
  for (std::uint32_t i = 0; i < height; ++i, out += row, from += stride) std::memmove(out, from, row);
  image.width = width;
  image.height = height;
  return image.pixels.resize(row * height);
}

void flatten(Image& image, std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  if (image.opaque) return;
  const unsigned back[3] = {red, green, blue};
  std::uint8_t* pixel = image.pixels.data();
  for (const std::uint8_t* end = pixel + image.pixels.size(); pixel != end; pixel += kPixelBytes) {
    const unsigned alpha = pixel[3];
    if (alpha == 255) continue;
    for (int c = 0; c < 3; ++c)
      pixel[c] = static_cast<std::uint8_t>((pixel[c] * alpha + back[c] * (255 - alpha) + 127) / 255);
    pixel[3] = 255;
  }
  image.opaque = true;
}

bool is_opaque(Image& image) {
  if (image.opaque) return true;
  const auto pixels = image.pixels.span();
  for (std::size_t i = 3; i < pixels.size(); i += kPixelBytes) {
    if (pixels[i] != 255) return false;
  }
  image.opaque = true;
  return true;
}

}  // namespace gvw
