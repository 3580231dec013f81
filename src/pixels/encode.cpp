#include "pixels/encode.h"

#include "pixels/codecs/jpeg.h"
#include "pixels/stb.h"

namespace gvw {
namespace {

constexpr int kRgba = 4;
constexpr int kRgb = 3;

void append_to_buffer(void* context, void* data, int size) {
  static_cast<Buffer*>(context)->append(data, static_cast<std::size_t>(size));
}

bool is_opaque(const Image& image) {
  const auto pixels = image.pixels.span();
  for (std::size_t i = 3; i < pixels.size(); i += 4) {
    if (pixels[i] != 255) return false;
  }
  return true;
}

/// Three bytes a pixel, as stb_image_write wants a PNG without alpha.
Buffer without_alpha(const Image& image) {
  const auto pixels = image.pixels.span();
  Buffer rgb = Buffer::of_size(pixels.size() / 4 * 3);
  if (!rgb.ok()) return rgb;
  std::uint8_t* out = rgb.data();
  for (std::size_t i = 0; i + 3 < pixels.size(); i += 4) {
    *out++ = pixels[i];
    *out++ = pixels[i + 1];
    *out++ = pixels[i + 2];
  }
  return rgb;
}

Result<Buffer> written(int success, Buffer out) {
  if (success == 0 || !out.ok()) return Status::kOutOfMemory;
  return out;
}

}  // namespace

Result<Buffer> encode_jpeg(const Image& image, int quality) {
  JpegOptions options;
  options.quality = quality;
  return encode_jpeg(image, options);
}

Result<Buffer> encode_png(const Image& image) {
  const bool opaque = is_opaque(image);
  const Buffer rgb = opaque ? without_alpha(image) : Buffer();
  if (!rgb.ok()) return Status::kOutOfMemory;
  const int channels = opaque ? kRgb : kRgba;
  const std::uint8_t* pixels = opaque ? rgb.data() : image.pixels.data();
  Buffer out;
  const int success =
      stbi_write_png_to_func(append_to_buffer, &out, static_cast<int>(image.width), static_cast<int>(image.height),
                             channels, pixels, static_cast<int>(image.width) * channels);
  return written(success, std::move(out));
}

}  // namespace gvw
