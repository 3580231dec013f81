#include <webp/encode.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "pixels/codecs/webp.h"

namespace gvw {
namespace {

/// WebP container specification: VP8X flags.
constexpr std::uint8_t kHasProfile = 0x20;
constexpr std::uint8_t kHasAlpha = 0x10;
constexpr std::size_t kRiffHeader = 12;
constexpr std::size_t kChunkHeader = 8;
constexpr std::size_t kExtended = 10;

int append_to_buffer(const std::uint8_t* data, std::size_t size, const WebPPicture* picture) {
  auto* const out = static_cast<Buffer*>(picture->custom_ptr);
  out->append(data, size);
  return out->ok() ? 1 : 0;
}

void append_little_endian(Buffer& out, std::uint32_t number, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out.append(static_cast<char>(number >> (8U * i)));
}

void append_chunk(Buffer& out, std::string_view type, std::span<const std::uint8_t> data) {
  out.append(type);
  append_little_endian(out, static_cast<std::uint32_t>(data.size()), 4);
  out.append(data);
  if (data.size() % 2 != 0) out.append('\0');
}

bool starts_with(std::span<const std::uint8_t> bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

/// The encoder's file with the picture's profile in it.
Buffer with_profile(const Buffer& plain, const Image& image) {
  auto chunks = plain.span().subspan(kRiffHeader);
  std::uint8_t flags = kHasProfile;
  if (starts_with(chunks, "VP8X")) {
    flags = static_cast<std::uint8_t>(chunks[kChunkHeader] | kHasProfile);
    chunks = chunks.subspan(kChunkHeader + kExtended);
  } else if (starts_with(chunks, "VP8L") && !image.opaque) {
    flags |= kHasAlpha;
  }
  Buffer extended;
  append_little_endian(extended, flags, 4);
  append_little_endian(extended, image.width - 1, 3);
  append_little_endian(extended, image.height - 1, 3);
  Buffer out;
  out.append(plain.span().first(kRiffHeader));
  append_chunk(out, "VP8X", extended.span());
  append_chunk(out, "ICCP", image.icc.span());
  out.append(chunks);
  if (!out.ok()) return out;
  const auto size = static_cast<std::uint32_t>(out.size() - kChunkHeader);
  for (unsigned i = 0; i < 4; ++i) out.data()[4 + i] = static_cast<std::uint8_t>(size >> (8U * i));
  return out;
}

bool configure(WebPConfig& config, const WebpOptions& options) {
  if (WebPConfigInit(&config) == 0) return false;
  if (options.lossless) {
    // Level 3 of 9: beyond it a photograph takes ten seconds for two percent.
    constexpr int kLevel = 3;
    if (WebPConfigLosslessPreset(&config, kLevel) == 0) return false;
    config.exact = 1;
  } else {
    config.quality = static_cast<float>(options.quality);
  }
  return WebPValidateConfig(&config) != 0;
}

Status encode_picture(WebPPicture& picture, const WebPConfig& config, const Image& image) {
  const auto stride = static_cast<int>(image.width * kPixelBytes);
  const bool imported = image.opaque ? WebPPictureImportRGBX(&picture, image.pixels.data(), stride) != 0
                                     : WebPPictureImportRGBA(&picture, image.pixels.data(), stride) != 0;
  if (!imported) return Status::kOutOfMemory;
  if (WebPEncode(&config, &picture) != 0) return Status::kOk;
  switch (picture.error_code) {
    case VP8_ENC_ERROR_BAD_DIMENSION:
    case VP8_ENC_ERROR_PARTITION0_OVERFLOW:
    case VP8_ENC_ERROR_PARTITION_OVERFLOW:
    case VP8_ENC_ERROR_FILE_TOO_BIG:
      return Status::kTooLarge;
    default:
      return Status::kOutOfMemory;
  }
}

}  // namespace

Result<Buffer> encode_webp(const Image& image, const WebpOptions& options) {
  if (options.quality < 1 || options.quality > 100 || image.width == 0 || image.height == 0) {
    return Status::kBadArgument;
  }
  if (image.width > WEBP_MAX_DIMENSION || image.height > WEBP_MAX_DIMENSION) return Status::kTooLarge;
  WebPConfig config;
  WebPPicture picture;
  if (!configure(config, options) || WebPPictureInit(&picture) == 0) return Status::kBadArgument;
  Buffer out;
  picture.use_argb = options.lossless ? 1 : 0;
  picture.width = static_cast<int>(image.width);
  picture.height = static_cast<int>(image.height);
  picture.writer = append_to_buffer;
  picture.custom_ptr = &out;
  const Status status = encode_picture(picture, config, image);
  WebPPictureFree(&picture);
  if (status != Status::kOk) return status;
  if (image.icc.size() != 0) out = with_profile(out, image);
  if (!out.ok()) return Status::kOutOfMemory;
  return out;
}

}  // namespace gvw
