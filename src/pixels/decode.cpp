#include "pixels/decode.h"

#include <cstring>
#include <string_view>

#include "pixels/codecs/gif_bmp.h"
#include "pixels/codecs/jpeg.h"
#include "pixels/codecs/png.h"
#include "pixels/codecs/webp.h"

namespace gvw {
namespace {

bool has(std::span<const std::uint8_t> file, std::size_t at, std::string_view bytes) {
  return file.size() >= at + bytes.size() && std::memcmp(file.data() + at, bytes.data(), bytes.size()) == 0;
}

}  // namespace

Result<Image> decode(std::span<const std::uint8_t> file, const DecodeOptions& options) {
  if (has(file, 0, "\xff\xd8")) return decode_jpeg(file, options);
  if (has(file, 0, "\x89PNG")) return decode_png(file, options);
  if (has(file, 0, "RIFF") && has(file, 8, "WEBP")) return decode_webp(file, options);
  if (has(file, 0, "GIF8") || has(file, 0, "BM")) return decode_gif_or_bmp(file, options);
  return Status::kUnsupported;
}

}  // namespace gvw
