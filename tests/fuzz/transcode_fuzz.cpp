// The way of a picture through codec.wasm: decode, turn, encode; and back again. The first byte chooses the turn.
#include <cstring>
#include <utility>

#include "check.h"
#include "pixels/decode.h"
#include "pixels/encode.h"
#include "pixels/upright.h"

namespace gvw {
namespace {

constexpr std::uint64_t kMaxPixels = 20'000;

void check(unsigned orientation, std::span<const std::uint8_t> file) {
  auto image = decode(file, kMaxPixels);
  if (!image.ok()) return;
  const bool transposes = orientation > 4;
  const std::uint32_t width = transposes ? image.value().height : image.value().width;
  const std::uint32_t height = transposes ? image.value().width : image.value().height;
  const auto turned = upright(std::move(image.value()), orientation);
  require(turned.ok());
  const Image& picture = turned.value();
  require(picture.width == width && picture.height == height);

  const auto png = encode_png(picture);
  require(png.ok());
  const auto same = decode(png.value().span(), kMaxPixels);
  require(same.ok() && same.value().width == width && same.value().height == height);
  require(std::memcmp(same.value().pixels.data(), picture.pixels.data(), picture.pixels.size()) == 0);

  const auto jpeg = encode_jpeg(picture, 80);
  require(jpeg.ok());
  const auto alike = decode(jpeg.value().span(), kMaxPixels);
  require(alike.ok() && alike.value().width == width && alike.value().height == height);
}

}  // namespace
}  // namespace gvw

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size != 0) gvw::check(1U + data[0] % 8U, {data + 1, size - 1});
  return 0;
}
