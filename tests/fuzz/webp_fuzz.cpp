// WebP, whole and in part.
#include "check.h"
#include "pixels/codecs/webp.h"

namespace gvw {
namespace {

constexpr std::uint64_t kMaxPixels = 200'000;

void check(std::span<const std::uint8_t> file) {
  const auto whole = decode_webp(file, {.max_pixels = kMaxPixels});
  const auto some = decode_webp(file, {.max_pixels = kMaxPixels, .partial = true});
  for (const auto* decoded : {&whole, &some}) {
    if (!decoded->ok()) continue;
    const Image& image = decoded->value();
    require(image.pixels.size() == std::uint64_t{image.width} * image.height * kPixelBytes);
  }
  require(!whole.ok() || some.ok());
}

}  // namespace
}  // namespace gvw

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  gvw::check({data, size});
  return 0;
}
