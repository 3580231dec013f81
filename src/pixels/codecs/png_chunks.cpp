#include "pixels/codecs/png_chunks.h"

#include <libdeflate.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/file_reader.h"
#include "base/limits.h"

namespace gvw::png {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";

bool is_kind(std::uint8_t color, std::uint8_t depth) {
  switch (color) {
    case kGray:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case kPalette:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case kRgb:
    case kGrayAlpha:
    case kRgba:
      return depth == 8 || depth == 16;
    default:
      return false;
  }
}

// ── chunks ──────────────────────────────────────────────────────────────────────────────────────────────────────────

struct Chunk {
  std::string_view type;
  std::span<const std::uint8_t> data;
  std::uint64_t at = 0;
  bool intact = false;
  bool complete = false;
  [[nodiscard]] bool critical() const { return (static_cast<std::uint8_t>(type[0]) & 0x20U) == 0; }
};

/// The chunk at `at`; of one that the file cuts off, what is there.
bool read_chunk(std::span<const std::uint8_t> file, std::uint64_t at, Chunk& chunk) {
  constexpr std::size_t kHeader = 8;
  constexpr std::size_t kCrc = 4;
  const Window whole{0, file};
  FileReader reader(file.size(), {&whole, 1});
  const std::uint32_t length = reader.u32(at, Endian::kBig);
  const std::uint8_t* type = reader.view(at + 4, 4);
  if (!reader.ok()) return false;
  const std::size_t data_at = static_cast<std::size_t>(at) + kHeader;
  const std::size_t left = file.size() - data_at;
  chunk.type = {reinterpret_cast<const char*>(type), 4};
  chunk.at = at;
  chunk.complete = length <= limits::kMaxPngNumber && left >= kCrc && length <= left - kCrc;
  chunk.data = file.subspan(data_at, std::min<std::size_t>(length, left));
  chunk.intact = chunk.complete &&
                 libdeflate_crc32(0, type, 4 + std::size_t{length}) == reader.u32(data_at + length, Endian::kBig);
  return true;
}

bool read_header(const Chunk& chunk, Contents& png) {
  const Window whole{0, chunk.data};
  FileReader reader(chunk.data.size(), {&whole, 1});
  png.width = reader.u32(0, Endian::kBig);
  png.height = reader.u32(4, Endian::kBig);
  png.depth = reader.u8(8);
  png.color = reader.u8(9);
  const bool known = reader.u8(10) == 0 && reader.u8(11) == 0 && reader.u8(12) <= 1;
  png.interlaced = reader.u8(12) == 1;
  const bool sized =
      png.width != 0 && png.height != 0 && png.width <= limits::kMaxPngNumber && png.height <= limits::kMaxPngNumber;
  return reader.ok() && chunk.data.size() == 13 && known && sized && is_kind(png.color, png.depth);
}

/// One after the other where there is more than one.
bool add_data(const Chunk& chunk, Contents& png) {
  if (png.data_at == 0) {
    png.data_at = chunk.at;
    png.data = chunk.data;
    return true;
  }
  if (png.joined.size() == 0) png.joined.append(png.data);
  png.joined.append(chunk.data);
  png.data = png.joined.span();
  return png.joined.ok();
}

void read_ancillary(const Chunk& chunk, Contents& png) {
  if (png.data_at != 0) return;  // all of these belong before the picture
  if (chunk.type == "tRNS") png.transparency = chunk.data;
  if (chunk.type == "iCCP") png.profile = chunk.data;
}

Failure truncated_or_malformed(std::span<const std::uint8_t> file, const Chunk& chunk) {
  return chunk.complete ? Failure{Status::kMalformed, chunk.at} : Failure{Status::kTruncated, file.size()};
}

}  // namespace

Failure read_chunks(std::span<const std::uint8_t> file, std::uint64_t max_pixels, Contents& png) {
  const std::size_t compared = std::min(file.size(), kSignature.size());
  if (compared != 0 && std::memcmp(file.data(), kSignature.data(), compared) != 0) return {Status::kMalformed, 0};
  Chunk chunk;
  std::uint64_t at = kSignature.size();
  if (!read_chunk(file, at, chunk)) return {Status::kTruncated, file.size()};
  if (chunk.type != "IHDR") return {Status::kMalformed, at};
  if (!chunk.intact || !read_header(chunk, png)) return truncated_or_malformed(file, chunk);
  if (png.width > limits::kMaxImageSide || png.height > limits::kMaxImageSide ||
      std::uint64_t{png.width} * png.height > max_pixels) {
    return {Status::kTooLarge, at};
  }
  for (;;) {
    at = chunk.at + 12 + chunk.data.size();
    if (!chunk.complete || !read_chunk(file, at, chunk)) {
      png.ended = true;
      break;
    }
    if (!chunk.intact && chunk.complete) {
      if (chunk.critical()) return {Status::kMalformed, at};
      continue;
    }
    if (chunk.type == "IEND") break;
    if (chunk.type == "IDAT") {
      if (!add_data(chunk, png)) return {Status::kOutOfMemory, at};
    } else if (!chunk.complete) {
      continue;  // nothing of it is of use
    } else if (chunk.type == "PLTE") {
      if (chunk.data.empty() || chunk.data.size() % 3 != 0 || chunk.data.size() > 768) return {Status::kMalformed, at};
      png.palette = chunk.data;
    } else if (chunk.critical()) {
      return {Status::kMalformed, at};
    } else {
      read_ancillary(chunk, png);
    }
  }
  if (png.data_at == 0) return {png.ended ? Status::kTruncated : Status::kMalformed, at};
  if (png.color == kPalette && png.palette.empty()) return {Status::kMalformed, at};
  return {};
}

}  // namespace gvw::png
