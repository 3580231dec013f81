#include "pixels/decode.h"

#include <algorithm>
#include <climits>
#include <string_view>

#include "base/file_reader.h"
#include "base/limits.h"
#include "pixels/stb.h"

namespace gvw {
namespace {

constexpr int kChannels = 4;

/// stb_image says why in words; these are the ones that are not damage.
Failure failure_of(const char* reason) {
  const std::string_view text = reason == nullptr ? "" : reason;
  // Asking for more than a sound file of its size needs is damage, or malice.
  if (text == "outofmem") return {stb_allocation.refused ? Status::kMalformed : Status::kOutOfMemory, 0};
  if (text == "too large") return {Status::kTooLarge, 0};
  if (text == "only 8-bit" || text == "bad component count" || text == "unknown image type") {
    return {Status::kUnsupported, 0};
  }
  return {Status::kMalformed, 0};
}

/// The most bytes stb_image allocates at once for a sound picture of that size: the inflated rows of 16-bit RGBA, or
/// the compressed data, in a buffer that grows by doubling; small pictures are padded to whole blocks, and tables come
/// on top. A PNG can claim a chunk of 1 GiB in a file of 100 bytes, or inflate to a thousand times its size.
void limit_allocations(std::size_t file_bytes, int width, int height) {
  constexpr std::uint64_t kBytesPerPixel = 16;
  constexpr std::uint64_t kPadding = 64;
  constexpr std::uint64_t kTables = std::uint64_t{64} << 10U;
  const std::uint64_t pixels =
      (static_cast<std::uint64_t>(width) + kPadding) * (static_cast<std::uint64_t>(height) + kPadding);
  stb_allocation = {.limit = std::max(kBytesPerPixel * pixels, std::uint64_t{2} * file_bytes) + kTables,
                    .refused = false};
}

/// True when the first frame header of a JPEG is of a process that stb_image takes for damage: lossless, hierarchical
/// or arithmetic (ITU-T T.81, table B.1).
bool has_other_jpeg_process(std::span<const std::uint8_t> file) {
  const Window whole{0, file};
  FileReader reader(file.size(), {&whole, 1});
  if (!reader.matches(0, "\xff\xd8\xff")) return false;
  for (std::uint64_t at = 2; reader.ok() && reader.u8(at) == 0xff;) {
    const std::uint8_t marker = reader.u8(at + 1);
    const bool table = marker == 0xc4 || marker == 0xc8 || marker == 0xcc;
    if (marker >= 0xc0 && marker <= 0xcf && !table) return marker > 0xc2;
    at += 2U + reader.u16(at + 2, Endian::kBig);
  }
  return false;
}

/// Why stb_image could not read the header. It answers "unknown image type" to every question for the size that it
/// cannot answer; loading stops at the same place of the header, before there are pixels to allocate for, and says why.
Failure header_failure(std::span<const std::uint8_t> file) {
  int ignored = 0;
  limit_allocations(file.size(), 0, 0);
  stbi_uc* pixels = stbi_load_from_memory(file.data(), static_cast<int>(file.size()), &ignored, &ignored, &ignored, 0);
  if (pixels != nullptr) {
    stbi_image_free(pixels);
    return {Status::kMalformed, 0};
  }
  const Failure failure = failure_of(stbi_failure_reason());
  const bool other = failure.status == Status::kMalformed && has_other_jpeg_process(file);
  return other ? Failure{Status::kUnsupported, 0} : failure;
}

}  // namespace

Result<Image> decode(std::span<const std::uint8_t> file, std::uint64_t max_pixels) {
  if (file.size() > INT_MAX) return Status::kTooLarge;
  const auto length = static_cast<int>(file.size());
  int width = 0;
  int height = 0;
  int stored_channels = 0;
  limit_allocations(file.size(), 0, 0);
  if (stbi_info_from_memory(file.data(), length, &width, &height, &stored_channels) == 0) return header_failure(file);
  if (width > limits::kMaxImageSide || height > limits::kMaxImageSide) return Status::kTooLarge;
  if (static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) > max_pixels) return Status::kTooLarge;

  Image image;
  limit_allocations(file.size(), width, height);
  stbi_uc* pixels = stbi_load_from_memory(file.data(), length, &width, &height, &stored_channels, kChannels);
  if (pixels == nullptr) return failure_of(stbi_failure_reason());
  image.width = static_cast<std::uint32_t>(width);
  image.height = static_cast<std::uint32_t>(height);
  // stb_image's pixels come from malloc, as Buffer's bytes do.
  image.pixels = Buffer::adopt(pixels, std::size_t{image.width} * image.height * kChannels);
  return image;
}

}  // namespace gvw
