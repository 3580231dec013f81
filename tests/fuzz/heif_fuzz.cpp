// HEIC to pixels. The libraries are other people's, but it is our module that lives on after a damaged picture.
#include "check.h"
#include "heif/decode.h"

namespace gvw {
namespace {

constexpr std::uint64_t kMaxPixels = 200'000;

void check(std::span<const std::uint8_t> file) {
  const auto decoded = decode_heif(file, kMaxPixels);
  if (!decoded.ok()) return;
  const Image& image = decoded.value();
  require(image.width > 0 && image.height > 0);
  require(std::uint64_t{image.width} * image.height <= kMaxPixels);
  require(image.pixels.size() == std::uint64_t{image.width} * image.height * kPixelBytes);
}

}  // namespace
}  // namespace gvw

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  gvw::check({data, size});
  return 0;
}
