#include <algorithm>
#include <climits>
#include <string_view>

#include "base/limits.h"
#include "pixels/codecs/gif_bmp.h"
#include "pixels/stb.h"

namespace gvw {
namespace {

/// stb_image says why in words; these are the ones that are not damage.
Status status_of(const char* reason) {
  const std::string_view text = reason == nullptr ? "" : reason;
  // Asking for more than a sound file of its size needs is damage, or malice.
  if (text == "outofmem") return stb_allocation.refused ? Status::kMalformed : Status::kOutOfMemory;
  if (text == "too large") return Status::kTooLarge;
  if (text == "monochrome" || text == "BMP RLE" || text == "unknown BMP") return Status::kUnsupported;
  return Status::kMalformed;
}

/// The most bytes stb_image allocates at once for a sound picture of that size; a GIF takes three times its canvas, and
/// tables come on top.
void limit_allocations(int width, int height) {
  constexpr std::uint64_t kTables = std::uint64_t{128} << 10U;
  stb_allocation = {
      .limit = kPixelBytes * static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) + kTables,
      .refused = false};
}

}  // namespace

Result<Image> decode_gif_or_bmp(std::span<const std::uint8_t> file, const DecodeOptions& options) {
  if (file.size() > INT_MAX) return Status::kTooLarge;
  const auto length = static_cast<int>(file.size());
  int width = 0;
  int height = 0;
  int channels = 0;
  limit_allocations(0, 0);
  if (stbi_info_from_memory(file.data(), length, &width, &height, &channels) == 0) {
    return status_of(stbi_failure_reason());
  }
  if (width <= 0 || height <= 0) return Status::kMalformed;
  if (width > limits::kMaxImageSide || height > limits::kMaxImageSide ||
      static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) > options.max_pixels) {
    return Status::kTooLarge;
  }
  limit_allocations(width, height);
  stbi_uc* pixels = stbi_load_from_memory(file.data(), length, &width, &height, &channels, kPixelBytes);
  if (pixels == nullptr) return status_of(stbi_failure_reason());
  Image image;
  image.width = static_cast<std::uint32_t>(width);
  image.height = static_cast<std::uint32_t>(height);
  // stb_image's pixels come from malloc, as Buffer's bytes do.
  image.pixels = Buffer::adopt(pixels, std::size_t{image.width} * image.height * kPixelBytes);
  image.opaque = channels == 3;
  return image;
}

}  // namespace gvw
