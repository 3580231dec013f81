// codec.wasm: decode, turn, resize, encode. One picture stays in the heap between calls, so that its pixels leave it
// only when they are what is wanted.
#include <emscripten/em_macros.h>

#include <utility>

#include "open_door.h"
#include "pixels/decode.h"
#include "pixels/edit.h"
#include "pixels/encode.h"
#include "pixels/resize.h"
#include "pixels/upright.h"

namespace gvw::bindings {
namespace {

/// The picture. The next one replaces it, a call that fails or release() lets it go.
Image held;
/// Of the JPEG that was decoded last.
JpegStyle style;
bool has_style = false;

enum class Target : std::uint8_t { kPixels, kJpeg, kPng, kWebp, kLosslessWebp };

std::uint32_t code(Status status) { return static_cast<std::uint32_t>(status); }

std::uint32_t hold(Result<Image> result) {
  held = result.ok() ? std::move(result.value()) : Image();
  return code(result.failure().status);
}

/// Quality 0 is that of the JPEG the picture comes from.
Result<Buffer> encoded(Target target, int quality) {
  switch (target) {
    case Target::kPng:
      return encode_png(held);
    case Target::kWebp:
      return encode_webp(held, {.quality = quality});
    case Target::kLosslessWebp:
      return encode_webp(held, {.lossless = true});
    default:
      break;
  }
  const bool alike = quality == 0 && has_style;
  return encode_jpeg(held, {.quality = alike ? 90 : quality, .style = alike ? &style : nullptr});
}

std::uint32_t answer(Result<Buffer> result) {
  if (!result.ok()) return code(result.failure().status);
  give(std::move(result.value()));
  return code(Status::kOk);
}

}  // namespace

extern "C" {
/// Tells this module from the others.
EMSCRIPTEN_KEEPALIVE std::uint32_t module_mark() { return 0x434f4443; }

/// Input: a file. With `least_width` and `least_height` the picture may come smaller, down to these.
EMSCRIPTEN_KEEPALIVE std::uint32_t decode(double max_pixels, std::uint32_t least_width, std::uint32_t least_height,
                                          bool partial) {
  held = Image();
  const Buffer file = take();
  auto found = read_jpeg_style(file.span());
  has_style = found.ok();
  if (has_style) style = found.value();
  return hold(gvw::decode(file.span(), {.max_pixels = static_cast<std::uint64_t>(max_pixels),
                                        .partial = partial,
                                        .least_width = least_width,
                                        .least_height = least_height}));
}

/// Input: RGBA, row by row.
EMSCRIPTEN_KEEPALIVE std::uint32_t load(std::uint32_t image_width, std::uint32_t image_height) {
  Image image;
  image.width = image_width;
  image.height = image_height;
  image.pixels = take();
  has_style = false;
  const bool fits = image.pixels.size() == std::uint64_t{image_width} * image_height * kPixelBytes;
  return hold(fits ? Result<Image>(std::move(image)) : Result<Image>(Status::kBadArgument));
}

EMSCRIPTEN_KEEPALIVE void release() { held = Image(); }

EMSCRIPTEN_KEEPALIVE std::uint32_t turn(std::uint32_t orientation) {
  return hold(upright(std::move(held), orientation));
}

EMSCRIPTEN_KEEPALIVE std::uint32_t crop_to(std::uint32_t x, std::uint32_t y, std::uint32_t image_width,
                                           std::uint32_t image_height) {
  return code(crop(held, x, y, image_width, image_height) ? Status::kOk : Status::kBadArgument);
}

EMSCRIPTEN_KEEPALIVE std::uint32_t resize_to(std::uint32_t image_width, std::uint32_t image_height) {
  return hold(resize(std::move(held), image_width, image_height, Filter::kLanczos3));
}

EMSCRIPTEN_KEEPALIVE void flatten_onto(std::uint32_t rgb) {
  flatten(held, static_cast<std::uint8_t>(rgb >> 16U), static_cast<std::uint8_t>(rgb >> 8U),
          static_cast<std::uint8_t>(rgb));
}

/// Output: a file.
EMSCRIPTEN_KEEPALIVE std::uint32_t encode(std::uint32_t target, int quality) {
  return answer(encoded(static_cast<Target>(target), quality));
}

/// Output: the pixels, which are not held any longer.
EMSCRIPTEN_KEEPALIVE void give_pixels() { give(std::move(held.pixels)); }

/// Input: a JPEG. Output: the same turned without loss; nothing where that is impossible.
EMSCRIPTEN_KEEPALIVE std::uint32_t turn_file(std::uint32_t orientation, double max_pixels) {
  held = Image();
  const Buffer file = take();
  return answer(turn_jpeg(file.span(), orientation, static_cast<std::uint64_t>(max_pixels)));
}

EMSCRIPTEN_KEEPALIVE std::uint32_t width() { return held.width; }
EMSCRIPTEN_KEEPALIVE std::uint32_t height() { return held.height; }
EMSCRIPTEN_KEEPALIVE bool truncated() { return held.truncated; }
EMSCRIPTEN_KEEPALIVE bool opaque() { return is_opaque(held); }
}

}  // namespace gvw::bindings
