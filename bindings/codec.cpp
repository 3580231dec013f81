// codec.wasm: decode, turn, encode.
#include <emscripten/bind.h>

#include <utility>

#include "js_bytes.h"
#include "pixels/decode.h"
#include "pixels/encode.h"
#include "pixels/upright.h"

namespace gvw::bindings {
namespace {

/// How the last call ended.
Failure failure;
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

emscripten::val finish(Image& image, std::uint32_t target, int quality) {
  width = image.width;
  height = image.height;
  auto result = encoded(image, static_cast<Target>(target), quality);
  failure = result.failure();
  return result.ok() ? give(result.value().span()) : emscripten::val::undefined();
}

/// File to upright file or pixels, without a copy of the pixels leaving the heap in between.
emscripten::val transcode(const emscripten::val& file, std::uint32_t orientation, double max_pixels,
                          std::uint32_t target, int quality) {
  Buffer bytes = take(file);
  if (!bytes.ok()) {
    failure = {Status::kOutOfMemory, 0};
    return emscripten::val::undefined();
  }
  auto image = decode(bytes.span(), static_cast<std::uint64_t>(max_pixels));
  bytes = Buffer();  // decoded or not, the source is not needed again, and the next steps want the room
  if (image.ok()) image = upright(std::move(image.value()), orientation);
  failure = image.failure();
  return image.ok() ? finish(image.value(), target, quality) : emscripten::val::undefined();
}

/// Pixels of a caller to a file.
emscripten::val encode(const emscripten::val& pixels, std::uint32_t image_width, std::uint32_t image_height,
                       std::uint32_t target, int quality) {
  Image image;
  image.width = image_width;
  image.height = image_height;
  image.pixels = take(pixels);
  if (!image.pixels.ok()) {
    failure = {Status::kOutOfMemory, 0};
    return emscripten::val::undefined();
  }
  if (image.pixels.size() != std::uint64_t{image_width} * image_height * 4) {
    failure = {Status::kBadArgument, 0};
    return emscripten::val::undefined();
  }
  return finish(image, target, quality);
}

std::uint32_t last_status() { return static_cast<std::uint32_t>(failure.status); }
double last_at() { return static_cast<double>(failure.at); }
std::uint32_t last_width() { return width; }
std::uint32_t last_height() { return height; }

}  // namespace

EMSCRIPTEN_BINDINGS(codec) {
  using emscripten::function;
  function("transcode", &transcode);
  function("encode", &encode);
  function("lastStatus", &last_status);
  function("lastAt", &last_at);
  function("lastWidth", &last_width);
  function("lastHeight", &last_height);
}

}  // namespace gvw::bindings
