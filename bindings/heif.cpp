// heif.wasm: HEIC and HEIF to upright pixels.
#include <emscripten/bind.h>

#include "heif/decode.h"
#include "js_bytes.h"

namespace gvw::bindings {
namespace {

/// How the last call ended, and the size of its picture in pixels.
Failure failure;
std::uint32_t width = 0;
std::uint32_t height = 0;

/// RGBA of the whole picture; undefined after a failure.
emscripten::val decode(const emscripten::val& file, double max_pixels) {
  const Buffer bytes = take(file);
  if (!bytes.ok()) {
    failure = {Status::kOutOfMemory, 0};
    return emscripten::val::undefined();
  }
  auto image = decode_heif(bytes.span(), static_cast<std::uint64_t>(max_pixels));
  failure = image.failure();
  if (!image.ok()) return emscripten::val::undefined();
  width = image.value().width;
  height = image.value().height;
  return give(image.value().pixels.span());
}

std::uint32_t last_status() { return static_cast<std::uint32_t>(failure.status); }
std::uint32_t last_width() { return width; }
std::uint32_t last_height() { return height; }

}  // namespace

EMSCRIPTEN_BINDINGS(heif) {
  using emscripten::function;
  function("decode", &decode);
  function("lastStatus", &last_status);
  function("lastWidth", &last_width);
  function("lastHeight", &last_height);
}

}  // namespace gvw::bindings
