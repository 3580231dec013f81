#include "pixels/decode.h"

#include <climits>
#include <string_view>

#include "base/limits.h"
#include "pixels/codecs/jpeg.h"
#include "pixels/stb.h"

namespace gvw {
namespace {

constexpr int kChannels = 4;

/// stb_image says why in words; these are the ones that are not damage.
Failure failure_of(const char* reason) {
  const std::string_view text = reason == nullptr ? "" : reason;
  if (text == "outofmem") return {Status::kOutOfMemory, 0};
  if (text == "too large") return {Status::kTooLarge, 0};
  if (text == "only 8-bit" || text == "bad component count" || text == "unknown image type" ||
      text == "1/2/4/8/16-bit only") {
    return {Status::kUnsupported, 0};
  }
  return {Status::kMalformed, 0};
}

bool is_jpeg(std::span<const std::uint8_t> file) { return file.size() >= 2 && file[0] == 0xff && file[1] == 0xd8; }

}  // namespace

Result<Image> decode(std::span<const std::uint8_t> file, const DecodeOptions& options) {
  if (is_jpeg(file)) return decode_jpeg(file, options);
  if (file.size() > INT_MAX) return Status::kTooLarge;
  const auto length = static_cast<int>(file.size());
  int width = 0;
  int height = 0;
  int stored_channels = 0;
  if (stbi_info_from_memory(file.data(), length, &width, &height, &stored_channels) == 0) {
    return failure_of(stbi_failure_reason());
  }
  if (width > limits::kMaxImageSide || height > limits::kMaxImageSide) return Status::kTooLarge;
  if (static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) > options.max_pixels)
    return Status::kTooLarge;

  Image image;
  stbi_uc* pixels = stbi_load_from_memory(file.data(), length, &width, &height, &stored_channels, kChannels);
  if (pixels == nullptr) return failure_of(stbi_failure_reason());
  image.width = static_cast<std::uint32_t>(width);
  image.height = static_cast<std::uint32_t>(height);
  // stb_image allocates by malloc (STBI_MALLOC is not set), as Buffer does.
  image.pixels = Buffer::adopt(pixels, std::size_t{image.width} * image.height * kChannels);
  return image;
}

}  // namespace gvw
