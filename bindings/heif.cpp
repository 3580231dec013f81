// heif.wasm: HEIC and HEIF to upright pixels.
#include <emscripten/bind.h>

#include <cstdint>

#include "heif/decode.h"
#include "js_bytes.h"

namespace gvw::bindings {
namespace {

/// How the last call ended.
Failure failure;
/// The picture; the next decode replaces it, release() lets it go.
Image held;

void release() { held = Image(); }

std::uint32_t decode_file(const emscripten::val& file, double max_pixels) {
  release();
  const Buffer bytes = take(file);
  auto image = bytes.ok() ? decode_heif(bytes.span(), static_cast<std::uint64_t>(max_pixels))
                          : Result<Image>(Status::kOutOfMemory);
  failure = image.failure();
  if (image.ok()) held = std::move(image.value());
  return static_cast<std::uint32_t>(failure.status);
}

std::uint32_t held_width() { return held.width; }
std::uint32_t held_height() { return held.height; }
bool held_opaque() { return held.opaque; }
emscripten::val pixels() { return give(held.pixels.span()); }
/// Empty where there is none.
emscripten::val icc() { return give(held.icc.span()); }

}  // namespace

EMSCRIPTEN_BINDINGS(heif) {
  using emscripten::function;
  function("decode", &decode_file);
  function("release", &release);
  function("width", &held_width);
  function("height", &held_height);
  function("opaque", &held_opaque);
  function("pixels", &pixels);
  function("icc", &icc);
}

}  // namespace gvw::bindings
