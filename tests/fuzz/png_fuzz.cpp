// PNG with its checksums made right first, or a fuzzer would never come past them; whole and in part.
#include <libdeflate.h>

#include <cstring>
#include <vector>

#include "check.h"
#include "pixels/codecs/png.h"

namespace gvw {
namespace {

constexpr std::uint64_t kMaxPixels = 200'000;

std::uint32_t u32(const std::uint8_t* at) {
  return std::uint32_t{at[0]} << 24U | std::uint32_t{at[1]} << 16U | std::uint32_t{at[2]} << 8U | at[3];
}

void mend_checksums(std::vector<std::uint8_t>& file) {
  for (std::size_t at = 8; at + 12 <= file.size();) {
    const std::size_t length = u32(&file[at]);
    if (length > file.size() - at - 12) return;
    const std::uint32_t crc = libdeflate_crc32(0, &file[at + 4], length + 4);
    for (std::size_t i = 0; i < 4; ++i) file[at + 8 + length + i] = static_cast<std::uint8_t>(crc >> (24U - 8U * i));
    at += 12 + length;
  }
}

void check(std::span<const std::uint8_t> data) {
  std::vector<std::uint8_t> file(data.begin(), data.end());
  mend_checksums(file);
  for (const bool partial : {false, true}) {
    const auto decoded = decode_png(file, {.max_pixels = kMaxPixels, .partial = partial});
    if (!decoded.ok()) continue;
    const Image& image = decoded.value();
    require(image.pixels.size() == std::uint64_t{image.width} * image.height * kPixelBytes);
    const auto encoded = encode_png(image);
    require(encoded.ok());
    const auto again = decode_png(encoded.value().span(), {.max_pixels = kMaxPixels});
    require(again.ok() && std::memcmp(again.value().pixels.data(), image.pixels.data(), image.pixels.size()) == 0);
  }
}

}  // namespace
}  // namespace gvw

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  gvw::check({data, size});
  return 0;
}
