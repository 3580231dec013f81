#include <libdeflate.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/file_reader.h"
#include "base/limits.h"
#include "pixels/codecs/png.h"
#include "pixels/codecs/png_filter.h"
#include "pixels/stb.h"

namespace gvw {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";

enum ColorType : std::uint8_t { kGray = 0, kRgb = 2, kPalette = 3, kGrayAlpha = 4, kRgba = 6 };

/// The file after its chunks have been walked.
struct Png {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint8_t depth = 0;
  std::uint8_t color = 0;
  bool interlaced = false;
  std::span<const std::uint8_t> palette;
  std::span<const std::uint8_t> transparency;
  std::span<const std::uint8_t> profile;
  /// All IDAT contents; a view of the file where there is one only.
  std::span<const std::uint8_t> data;
  Buffer joined;
  std::uint64_t data_at = 0;
  std::uint32_t warnings = 0;
  bool ended = false;  // before IEND
};

unsigned channels_of(std::uint8_t color) {
  constexpr std::uint8_t kChannels[7] = {1, 0, 3, 1, 2, 0, 4};
  return kChannels[color];
}

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
  const std::size_t left = file.size() - at - kHeader;
  chunk.type = {reinterpret_cast<const char*>(type), 4};
  chunk.at = at;
  chunk.complete = length <= limits::kMaxPngNumber && left >= kCrc && length <= left - kCrc;
  chunk.data = file.subspan(at + kHeader, std::min<std::size_t>(length, left));
  chunk.intact = chunk.complete &&
                 libdeflate_crc32(0, type, 4 + std::size_t{length}) == reader.u32(at + kHeader + length, Endian::kBig);
  return true;
}

bool read_header(const Chunk& chunk, Png& png) {
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
bool add_data(const Chunk& chunk, Png& png) {
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

void read_ancillary(const Chunk& chunk, Png& png) {
  if (png.data_at != 0) return;  // all of these belong before the picture
  if (chunk.type == "tRNS") png.transparency = chunk.data;
  if (chunk.type == "iCCP") png.profile = chunk.data;
}

Failure truncated_or_malformed(std::span<const std::uint8_t> file, const Chunk& chunk) {
  return chunk.complete ? Failure{Status::kMalformed, chunk.at} : Failure{Status::kTruncated, file.size()};
}

Failure walk(std::span<const std::uint8_t> file, std::uint64_t max_pixels, Png& png) {
  Chunk chunk;
  std::uint64_t at = kSignature.size();
  if (!read_chunk(file, at, chunk)) return {Status::kTruncated, file.size()};
  if (chunk.type != "IHDR") return {Status::kMalformed, at};
  if (!chunk.intact || !read_header(chunk, png)) return truncated_or_malformed(file, chunk);
  if (std::uint64_t{png.width} * png.height > max_pixels) return {Status::kTooLarge, at};
  for (;;) {
    at = chunk.at + 12 + chunk.data.size();
    if (!chunk.complete || !read_chunk(file, at, chunk)) {
      png.ended = true;
      break;
    }
    if (!chunk.intact && chunk.complete) {
      if (chunk.critical()) return {Status::kMalformed, at};
      ++png.warnings;
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

// ── inflating ───────────────────────────────────────────────────────────────────────────────────────────────────────

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};
using Decompressor = std::unique_ptr<libdeflate_decompressor, FreeDecompressor>;

/// Longer than anything deflate copies at once: where more comes than was asked for, all that was asked for is there.
constexpr std::size_t kSlack = 65536;

/// How much of a stream that ends early can be believed. libdeflate reads zeros beyond the end; read again with ones
/// there, the outcome differs from the first byte on that depends on them.
std::size_t inflate_what_is_there(libdeflate_decompressor* decompressor, std::span<const std::uint8_t> data,
                                  Buffer& rows) {
  Buffer longer;
  longer.append(data);
  constexpr std::uint8_t kOnes[16] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
  longer.append(kOnes, sizeof(kOnes));
  Buffer again = Buffer::of_size(rows.size());
  if (!longer.ok() || !again.ok()) return 0;
  // What is not written differs as well.
  std::memset(rows.data(), 0, rows.size());
  std::memset(again.data(), 255, again.size());
  libdeflate_zlib_decompress(decompressor, data.data(), data.size(), rows.data(), rows.size(), nullptr);
  libdeflate_zlib_decompress(decompressor, longer.data(), longer.size(), again.data(), again.size(), nullptr);
  std::uint8_t* const end = rows.data() + rows.size();
  return static_cast<std::size_t>(std::mismatch(rows.data(), end, again.data()).first - rows.data());
}

/// The filtered rows, `wanted` bytes, and how many of them are good.
Result<std::size_t> inflate(const Png& png, std::size_t wanted, bool partial, std::size_t file_size, Buffer& rows) {
  const Decompressor decompressor(libdeflate_alloc_decompressor());
  rows = Buffer::of_size(wanted + kSlack);
  if (!rows.ok() || decompressor == nullptr) return Status::kOutOfMemory;
  std::size_t used = 0;
  std::size_t written = 0;
  const auto outcome = libdeflate_zlib_decompress_ex(decompressor.get(), png.data.data(), png.data.size(), rows.data(),
                                                     rows.size(), &used, &written);
  if (outcome == LIBDEFLATE_INSUFFICIENT_SPACE) return wanted;  // too much data is harmless
  if (outcome == LIBDEFLATE_SUCCESS && written >= wanted) return wanted;
  if (partial) {
    const std::size_t good = inflate_what_is_there(decompressor.get(), png.data, rows);
    if (good > 0) return std::min(good, wanted);
  }
  if (png.ended || outcome == LIBDEFLATE_SUCCESS) return Failure{Status::kTruncated, file_size};
  return Failure{Status::kMalformed, png.data_at};
}

/// The ICC profile: a name, a zero, the method, a zlib stream of unknown size.
Buffer inflate_profile(std::span<const std::uint8_t> chunk) {
  constexpr std::size_t kMostBytes = std::size_t{4} << 20U;
  const auto name_end = std::find(chunk.begin(), chunk.end(), std::uint8_t{0});
  if (chunk.end() - name_end < 3) return {};
  const auto stream = chunk.subspan(static_cast<std::size_t>(name_end - chunk.begin()) + 2);
  const Decompressor decompressor(libdeflate_alloc_decompressor());
  if (decompressor == nullptr) return {};
  for (std::size_t size = 16384; size <= kMostBytes; size *= 4) {
    Buffer profile = Buffer::of_size(size);
    if (!profile.ok()) return {};
    std::size_t written = 0;
    const auto outcome = libdeflate_zlib_decompress(decompressor.get(), stream.data(), stream.size(), profile.data(),
                                                    profile.size(), &written);
    if (outcome == LIBDEFLATE_SUCCESS && profile.resize(written)) return profile;
    if (outcome != LIBDEFLATE_INSUFFICIENT_SPACE) return {};
  }
  return {};
}

// ── rows to pixels ──────────────────────────────────────────────────────────────────────────────────────────────────

struct Pixel {
  std::uint8_t channels[4];
};

/// What each sample of a grey or palette picture looks like.
void fill_colors(Png& png, Pixel (&colors)[256]) {
  const bool palette = png.color == kPalette;
  const int largest = (1 << std::min<int>(png.depth, 8)) - 1;
  const std::size_t entries = png.palette.size() / 3;
  for (int i = 0; i < 256; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto gray = static_cast<std::uint8_t>(i * 255 / largest);
    // An index beyond the palette is an error that libpng shows as black.
    colors[i] = palette ? Pixel{{0, 0, 0, 255}} : Pixel{{gray, gray, gray, 255}};
    if (palette && at < entries) std::memcpy(colors[i].channels, png.palette.data() + 3 * at, 3);
    if (palette && at < png.transparency.size()) colors[i].channels[3] = png.transparency[at];
  }
  if (!palette && png.transparency.size() >= 2) {
    // Two bytes, of which libpng takes what the depth has.
    colors[png.transparency[1] & largest].channels[3] = 0;
  }
}

void samples_to_rgba(const std::uint8_t* row, unsigned depth, const Pixel (&colors)[256], std::uint8_t* out,
                     std::size_t count) {
  if (depth == 8) {
    for (std::size_t x = 0; x < count; ++x) std::memcpy(out + 4 * x, colors[row[x]].channels, 4);
    return;
  }
  const unsigned mask = (1U << depth) - 1;
  for (std::size_t x = 0; x < count; ++x) {
    const std::size_t bit = x * depth;
    const unsigned shift = 8 - depth - static_cast<unsigned>(bit % 8);
    std::memcpy(out + 4 * x, colors[(row[bit / 8] >> shift) & mask].channels, 4);
  }
}

void gray_alpha_to_rgba(const std::uint8_t* row, std::uint8_t* out, std::size_t count) {
  for (std::size_t x = 0; x < count; ++x) {
    out[4 * x] = out[4 * x + 1] = out[4 * x + 2] = row[2 * x];
    out[4 * x + 3] = row[2 * x + 1];
  }
}

/// tRNS of an RGB picture names one colour that is clear; of its 16 bits a channel libpng takes the lower 8.
void clear_color(const Png& png, std::uint8_t* pixels, std::size_t count) {
  const auto& clear = png.transparency;
  if (png.color != kRgb || clear.size() < 6) return;
  for (std::uint8_t* p = pixels; p != pixels + 4 * count; p += 4) {
    if (p[0] == clear[1] && p[1] == clear[3] && p[2] == clear[5]) p[3] = 0;
  }
}

struct Rows {
  std::size_t stride = 0;  // with the filter's byte
  std::size_t good = 0;    // bytes
};

/// The row of the first bad filter, or the height.
std::uint32_t to_rgba(Png& png, Buffer& rows, const Rows& layout, Image& image) {
  Pixel colors[256];
  fill_colors(png, colors);
  const std::size_t width = png.width;
  const bool direct = png.color == kRgb || png.color == kRgba;
  Buffer nothing = Buffer::of_size(std::max(layout.stride, kPixelBytes * width));
  if (!nothing.ok()) return 0;
  std::memset(nothing.data(), 0, nothing.size());
  const std::uint8_t* above = nothing.data();
  for (std::uint32_t y = 0; y < png.height; ++y) {
    std::uint8_t* row = rows.data() + y * layout.stride;
    if ((y + 1) * layout.stride > layout.good || row[0] > 4) return y;
    std::uint8_t* out = image.pixels.data() + y * width * kPixelBytes;
    if (direct) {
      png::unfilter_to_rgba(row[0], row + 1, above, out, width, channels_of(png.color));
      above = out;
      continue;
    }
    png::unfilter_in_place(row[0], row + 1, above, layout.stride - 1,
                           std::max(1U, channels_of(png.color) * png.depth / 8));
    above = row + 1;
    if (png.color == kGrayAlpha) {
      gray_alpha_to_rgba(row + 1, out, width);
    } else {
      samples_to_rgba(row + 1, png.depth, colors, out, width);
    }
  }
  return png.height;
}

Result<Image> decode_plain(Png& png, const DecodeOptions& options, std::size_t file_size) {
  Rows layout;
  layout.stride = 1 + (std::size_t{png.width} * channels_of(png.color) * png.depth + 7) / 8;
  const std::uint64_t wanted = std::uint64_t{layout.stride} * png.height;
  const std::uint64_t pixels = std::uint64_t{png.width} * png.height * kPixelBytes;
  if (wanted > SIZE_MAX - kSlack || pixels > SIZE_MAX) return Status::kOutOfMemory;
  // Compressed data is never shorter than a 1032th of what it holds: a bomb is found before its room is.
  if (!options.partial && wanted / 1032 > png.data.size() + 64) return Failure{Status::kTruncated, file_size};
  Buffer rows;
  const auto good = inflate(png, static_cast<std::size_t>(wanted), options.partial, file_size, rows);
  if (!good.ok()) return good.failure();
  layout.good = good.value();
  Image image;
  image.width = png.width;
  image.height = png.height;
  image.pixels = Buffer::of_size(static_cast<std::size_t>(pixels));
  if (!image.pixels.ok()) return Status::kOutOfMemory;
  const std::uint32_t finished = to_rgba(png, rows, layout, image);
  if (finished < png.height) {
    if (!options.partial || finished == 0) return Failure{Status::kMalformed, png.data_at};
    const std::size_t done = std::size_t{finished} * png.width * kPixelBytes;
    std::memset(image.pixels.data() + done, 0, image.pixels.size() - done);
    image.truncated = true;
  }
  clear_color(png, image.pixels.data(), image.pixels.size() / kPixelBytes);
  image.opaque = (png.color == kGray || png.color == kRgb || png.color == kPalette) && png.transparency.empty() &&
                 !image.truncated;
  return image;
}

Result<Image> decode_rare(std::span<const std::uint8_t> file, const Png& png) {
  if (png.ended) return Failure{Status::kTruncated, file.size()};
  if (file.size() > INT_MAX || png.width > limits::kMaxImageSide || png.height > limits::kMaxImageSide) {
    return Status::kTooLarge;
  }
  int width = 0;
  int height = 0;
  int channels = 0;
  stbi_uc* pixels = stbi_load_from_memory(file.data(), static_cast<int>(file.size()), &width, &height, &channels, 4);
  if (pixels == nullptr) {
    const std::string_view reason = stbi_failure_reason();
    if (reason == "outofmem") return Status::kOutOfMemory;
    return Failure{reason == "too large" ? Status::kTooLarge : Status::kMalformed, png.data_at};
  }
  Image image;
  image.width = static_cast<std::uint32_t>(width);
  image.height = static_cast<std::uint32_t>(height);
  // stb_image allocates by malloc (STBI_MALLOC is not set), as Buffer does.
  image.pixels = Buffer::adopt(pixels, std::size_t{image.width} * image.height * kPixelBytes);
  return image;
}

}  // namespace

Result<Image> decode_png(std::span<const std::uint8_t> file, const DecodeOptions& options) {
  Png png;
  const std::size_t compared = std::min(file.size(), kSignature.size());
  if (std::memcmp(file.data(), kSignature.data(), compared) != 0) return Status::kMalformed;
  if (compared < kSignature.size()) return Failure{Status::kTruncated, file.size()};
  const Failure failure = walk(file, options.max_pixels, png);
  if (failure.status != Status::kOk) return failure;
  auto image = png.interlaced || png.depth == 16 ? decode_rare(file, png) : decode_plain(png, options, file.size());
  if (image.ok()) {
    Buffer profile = inflate_profile(png.profile);
    if (is_rgb_profile(profile.span())) image.value().icc = std::move(profile);
    image.value().warnings = png.warnings;
  }
  return image;
}

}  // namespace gvw
