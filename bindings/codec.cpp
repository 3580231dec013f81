// codec.wasm: decode, turn, encode.
#include <emscripten/em_macros.h>

#include <utility>

#include "open_door.h"
#include "pixels/decode.h"
#include "pixels/encode.h"
#include "pixels/upright.h"

namespace gvw::bindings {
namespace {

/// Size of the last picture, in pixels.
std::uint32_t width = 0;
std::uint32_t height = 0;

enum class Target : std::uint8_t { kPixels, kJpeg, kPng };

Result<Buffer> encoded(Image& image, Target target, int quality) {
  switch (target) {
    case Target::kJpeg:
      return encode_jpeg(image, quality);
    case Target::kPng:
      return encode_png(image);
    case Target::kPixels:
      break;
  }
  return std::move(image.pixels);
}

/// The output is the file, or the pixels.
Status finish(Image& image, std::uint32_t target, int quality) {
  width = image.width;
  height = image.height;
  auto result = encoded(image, static_cast<Target>(target), quality);
  if (!result.ok()) return result.failure().status;
  give(std::move(result.value()));
  return Status::kOk;
}

/// Input: a file. Output: the file upright, or its pixels, which do not leave the heap in between.
Status transcode_file(std::uint32_t orientation, double max_pixels, std::uint32_t target, int quality) {
  Buffer file = take();
  auto image = decode(file.span(), static_cast<std::uint64_t>(max_pixels));
  file = Buffer();  // decoded or not, the source is not needed again, and the next steps want the room
  if (image.ok()) image = upright(std::move(image.value()), orientation);
  return image.ok() ? finish(image.value(), target, quality) : image.failure().status;
}

/// Input: a caller's pixels. Output: a file.
Status encode_pixels(std::uint32_t image_width, std::uint32_t image_height, std::uint32_t target, int quality) {
  Image image;
  image.width = image_width;
  image.height = image_height;
  image.pixels = take();
  if (image.pixels.size() != std::uint64_t{image_width} * image_height * 4) return Status::kBadArgument;
  return finish(image, target, quality);
}

}  // namespace

extern "C" {
/// Tells this module from the others.
EMSCRIPTEN_KEEPALIVE std::uint32_t module_mark() { return 0x434f4443; }

EMSCRIPTEN_KEEPALIVE std::uint32_t transcode(std::uint32_t orientation, double max_pixels, std::uint32_t target,
                                             int quality) {
  return static_cast<std::uint32_t>(transcode_file(orientation, max_pixels, target, quality));
}
EMSCRIPTEN_KEEPALIVE std::uint32_t encode(std::uint32_t image_width, std::uint32_t image_height, std::uint32_t target,
                                          int quality) {
  return static_cast<std::uint32_t>(encode_pixels(image_width, image_height, target, quality));
}
EMSCRIPTEN_KEEPALIVE std::uint32_t last_width() { return width; }
EMSCRIPTEN_KEEPALIVE std::uint32_t last_height() { return height; }
}

}  // namespace gvw::bindings
