// JPEG in every way it is read: whole, in part, smaller, turned without loss, made smaller channel by channel.
#include "check.h"
#include "pixels/codecs/jpeg.h"

namespace gvw {
namespace {

constexpr std::uint64_t kMaxPixels = 200'000;

bool is_answer(Status status) {
  return status == Status::kTruncated || status == Status::kMalformed || status == Status::kUnsupported ||
         status == Status::kTooLarge || status == Status::kOutOfMemory;
}

void check(std::span<const std::uint8_t> file) {
  const auto whole = decode_jpeg(file, {.max_pixels = kMaxPixels, .partial = true});
  require(whole.ok() || is_answer(whole.failure().status));
  if (whole.ok()) {
    const Image& image = whole.value();
    require(image.pixels.size() == std::uint64_t{image.width} * image.height * kPixelBytes);
    const auto small = decode_jpeg(file, {.max_pixels = kMaxPixels,
                                          .partial = true,
                                          .least_width = image.width / 3 + 1,
                                          .least_height = image.height / 3 + 1});
    require(small.ok() && small.value().width >= image.width / 3 + 1);
  }
  const auto turned = turn_jpeg(file, 7, kMaxPixels);
  require(turned.ok() || is_answer(turned.failure().status));
  if (turned.ok() && turned.value().size() != 0) {
    const auto again = decode_jpeg(turned.value().span(), {.max_pixels = kMaxPixels});
    require(again.ok());
    require(!whole.ok() || again.value().width == whole.value().height);
  }
  const bool odd = file.size() % 2 != 0;
  const auto shrunk =
      shrink_jpeg(file, {.orientation = odd ? 8U : 1U, .width = 9, .height = 7, .max_pixels = kMaxPixels});
  require(shrunk.ok() || is_answer(shrunk.failure().status));
  if (shrunk.ok() && shrunk.value().size() != 0) {
    const auto again = decode_jpeg(shrunk.value().span(), {.max_pixels = kMaxPixels});
    require(again.ok() && again.value().width == 9 && again.value().height == 7);
  }
  static_cast<void>(read_jpeg_style(file));
}

}  // namespace
}  // namespace gvw

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  gvw::check({data, size});
  return 0;
}
