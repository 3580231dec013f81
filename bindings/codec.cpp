// codec.wasm: decode, turn, resize, encode. One picture at a time stays in the heap between calls, so that its pixels
// are copied only when they are what is wanted.
#include <emscripten/bind.h>

#include <cstdint>

#include "base/result.h"
#include "js_bytes.h"
#include "pixels/decode.h"
#include "pixels/edit.h"
#include "pixels/encode.h"
#include "pixels/resize.h"
#include "pixels/sharpness.h"
#include "pixels/upright.h"

/// Embind names a type that it was not told of by its address, in an error message that no call here can bring about.
/// The C library's would bring all of printf with it, 2 KB of what everybody downloads.
extern "C" int siprintf(char* out, const char* /*format*/, ...) {  // NOLINT(cert-dcl50-cpp)
  *out = '\0';
  return 0;
}

namespace gvw::bindings {
namespace {

/// How the last call ended.
Failure failure;
/// The picture; the next decode or load replaces it, release() lets it go.
Image held;
/// Of the JPEG that was decoded last.
JpegStyle style;
bool has_style = false;

enum class Target : std::uint8_t { kPixels, kJpeg, kPng, kWebp, kLosslessWebp };

std::uint32_t ended(Failure how) {
  failure = how;
  return static_cast<std::uint32_t>(how.status);
}

std::uint32_t hold(Result<Image> result) {
  if (result.ok()) {
    held = std::move(result.value());
  } else {
    held = Image();
  }
  return ended(result.failure());
}

void release() { held = Image(); }

// ── in ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

std::uint32_t decode_file(const emscripten::val& file, double max_pixels, std::uint32_t least_width,
                          std::uint32_t least_height, bool partial) {
  release();
  const Buffer bytes = take(file);
  if (!bytes.ok()) return ended({Status::kOutOfMemory, 0});
  auto found = read_jpeg_style(bytes.span());
  has_style = found.ok();
  if (has_style) style = found.value();
  return hold(decode(bytes.span(), {.max_pixels = static_cast<std::uint64_t>(max_pixels),
                                    .partial = partial,
                                    .least_width = least_width,
                                    .least_height = least_height}));
}

std::uint32_t load_pixels(const emscripten::val& pixels, std::uint32_t width, std::uint32_t height,
                          const emscripten::val& icc) {
  release();
  has_style = false;
  Image image;
  image.width = width;
  image.height = height;
  image.pixels = take(pixels);
  image.icc = take(icc);
  if (!image.pixels.ok() || !image.icc.ok()) return ended({Status::kOutOfMemory, 0});
  if (image.pixels.size() != std::uint64_t{width} * height * kPixelBytes) return ended({Status::kBadArgument, 0});
  return hold(std::move(image));
}

// ── changes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

std::uint32_t turn_held(std::uint32_t orientation) { return hold(upright(std::move(held), orientation)); }

std::uint32_t crop_held(std::uint32_t x, std::uint32_t y, std::uint32_t width, std::uint32_t height) {
  return ended({crop(held, x, y, width, height) ? Status::kOk : Status::kBadArgument, 0});
}

std::uint32_t resize_held(std::uint32_t width, std::uint32_t height) {
  return hold(resize(std::move(held), width, height, Filter::kLanczos3));
}

void flatten_held(std::uint32_t rgb) {
  flatten(held, static_cast<std::uint8_t>(rgb >> 16U), static_cast<std::uint8_t>(rgb >> 8U),
          static_cast<std::uint8_t>(rgb));
}

// ── out ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

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
  // Quality 0: as the source was encoded.
  const bool alike = quality == 0 && has_style;
  return encode_jpeg(held, {.quality = alike ? 90 : quality, .style = alike ? &style : nullptr});
}

/// undefined after a failure.
emscripten::val answer(const Result<Buffer>& result) {
  failure = result.failure();
  return result.ok() ? give(result.value().span()) : emscripten::val::undefined();
}

emscripten::val encode_held(std::uint32_t target, int quality) {
  if (static_cast<Target>(target) == Target::kPixels) return give(held.pixels.span());
  return answer(encoded(static_cast<Target>(target), quality));
}

/// Below 0 after a failure.
double judge_held() {
  const auto score = sharpness(held);
  failure = score.failure();
  return score.ok() ? score.value() : -1;
}

/// The file turned without loss; empty where that is impossible.
emscripten::val turn_file(const emscripten::val& file, std::uint32_t orientation, double max_pixels) {
  release();
  const Buffer bytes = take(file);
  if (!bytes.ok()) return answer(Status::kOutOfMemory);
  return answer(turn_jpeg(bytes.span(), orientation, static_cast<std::uint64_t>(max_pixels)));
}

/// The file turned and made smaller, without its pixels in between; empty where that is not done.
emscripten::val shrink_file(const emscripten::val& file, std::uint32_t orientation, std::uint32_t width,
                            std::uint32_t height, int quality, double max_pixels) {
  release();
  const Buffer bytes = take(file);
  if (!bytes.ok()) return answer(Status::kOutOfMemory);
  return answer(shrink_jpeg(bytes.span(), {.orientation = orientation,
                                           .width = width,
                                           .height = height,
                                           .quality = quality,
                                           .max_pixels = static_cast<std::uint64_t>(max_pixels)}));
}

std::uint32_t last_status() { return static_cast<std::uint32_t>(failure.status); }
std::uint32_t held_width() { return held.width; }
std::uint32_t held_height() { return held.height; }
bool held_opaque() { return is_opaque(held); }

}  // namespace

EMSCRIPTEN_BINDINGS(codec) {
  using emscripten::function;
  function("decode", &decode_file);
  function("load", &load_pixels);
  function("release", &release);
  function("turn", &turn_held);
  function("crop", &crop_held);
  function("resize", &resize_held);
  function("flatten", &flatten_held);
  function("sharpness", &judge_held);
  function("encode", &encode_held);
  function("turnFile", &turn_file);
  function("shrinkFile", &shrink_file);
  function("lastStatus", &last_status);
  function("width", &held_width);
  function("height", &held_height);
  function("opaque", &held_opaque);
}

}  // namespace gvw::bindings
