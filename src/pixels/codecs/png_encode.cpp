#include <libdeflate.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/limits.h"
#include "pixels/codecs/png.h"
#include "pixels/codecs/png_filter.h"

namespace gvw {
namespace {

struct FreeCompressor {
  void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
};

/// libdeflate's 1 to 12; above 6 it takes several times as long for a few percent.
constexpr int kLevel = 6;

enum class Layout : std::uint8_t { kGray, kRgb, kRgba };

constexpr std::size_t channels_of(Layout layout) {
  if (layout == Layout::kGray) return 1;
  return layout == Layout::kRgb ? 3 : 4;
}

Layout layout_of(const Image& image) {
  bool gray = true;
  const auto pixels = image.pixels.span();
  for (std::size_t i = 0; i < pixels.size(); i += kPixelBytes) {
    if (pixels[i + 3] != 255) return Layout::kRgba;
    gray = gray && pixels[i] == pixels[i + 1] && pixels[i] == pixels[i + 2];
  }
  return gray ? Layout::kGray : Layout::kRgb;
}

void pack_row(const std::uint8_t* pixels, Layout layout, std::uint8_t* out, std::size_t width) {
  const std::size_t channels = channels_of(layout);
  if (channels == kPixelBytes) {
    std::memcpy(out, pixels, width * kPixelBytes);
    return;
  }
  for (std::size_t x = 0; x < width; ++x) {
    for (std::size_t c = 0; c < channels; ++c) out[channels * x + c] = pixels[kPixelBytes * x + c];
  }
}

void append_u32(Buffer& out, std::uint32_t number) {
  const std::uint8_t bytes[4] = {static_cast<std::uint8_t>(number >> 24U), static_cast<std::uint8_t>(number >> 16U),
                                 static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)};
  out.append(bytes, sizeof(bytes));
}

void append_chunk(Buffer& out, std::string_view type, std::span<const std::uint8_t> data) {
  append_u32(out, static_cast<std::uint32_t>(data.size()));
  const std::size_t start = out.size();
  out.append(type);
  out.append(data);
  if (out.ok()) append_u32(out, libdeflate_crc32(0, out.data() + start, 4 + data.size()));
}

/// Every row by the filter whose outcome has the smallest sum of magnitudes (specification 12.7).
Buffer filtered_rows(const Image& image, Layout layout) {
  const std::size_t step = channels_of(layout);
  const std::size_t length = image.width * step;
  Buffer rows = Buffer::of_size((length + 1) * image.height);
  // This row and the one above, and two tries.
  Buffer work = Buffer::of_size(4 * length);
  if (!rows.ok() || !work.ok()) return Buffer::adopt(nullptr, 0);
  std::uint8_t* row = work.data();
  std::uint8_t* above = row + length;
  std::uint8_t* attempt = above + length;
  std::uint8_t* best = attempt + length;
  std::memset(above, 0, length);
  for (std::uint32_t y = 0; y < image.height; ++y) {
    pack_row(image.pixels.data() + std::size_t{y} * image.width * kPixelBytes, layout, row, image.width);
    std::uint64_t least = UINT64_MAX;
    std::uint8_t* out = rows.data() + y * (length + 1);
    for (unsigned filter = 0; filter < 5; ++filter) {
      const std::uint64_t sum = png::apply_filter(filter, row, above, attempt, length, step);
      if (sum >= least) continue;
      least = sum;
      out[0] = static_cast<std::uint8_t>(filter);
      std::swap(attempt, best);
    }
    std::memcpy(out + 1, best, length);
    std::swap(row, above);
  }
  return rows;
}

Buffer deflated(std::span<const std::uint8_t> bytes) {
  const std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor(libdeflate_alloc_compressor(kLevel));
  if (compressor == nullptr) return Buffer::adopt(nullptr, 0);
  Buffer out = Buffer::of_size(libdeflate_zlib_compress_bound(compressor.get(), bytes.size()));
  if (!out.ok()) return out;
  out.resize(libdeflate_zlib_compress(compressor.get(), bytes.data(), bytes.size(), out.data(), out.size()));
  return out;
}

void append_header(Buffer& out, const Image& image, Layout layout) {
  constexpr std::uint8_t kColor[3] = {0, 2, 6};
  Buffer header;
  append_u32(header, image.width);
  append_u32(header, image.height);
  const std::uint8_t rest[5] = {8, kColor[static_cast<int>(layout)], 0, 0, 0};
  header.append(rest, sizeof(rest));
  append_chunk(out, "IHDR", header.span());
}

void append_profile(Buffer& out, const Image& image) {
  if (image.icc.size() == 0) return;
  const Buffer stream = deflated(image.icc.span());
  if (!stream.ok()) return;
  Buffer chunk;
  chunk.append(std::string_view("ICC profile\0\0", 13));
  chunk.append(stream.span());
  append_chunk(out, "iCCP", chunk.span());
}

}  // namespace

Result<Buffer> encode_png(const Image& image) {
  if (image.width == 0 || image.height == 0) return Status::kBadArgument;
  // A grey picture with an RGB profile stays RGB, so that the profile can stay.
  Layout layout = layout_of(image);
  if (layout == Layout::kGray && image.icc.size() != 0) layout = Layout::kRgb;
  const std::uint64_t bytes = (std::uint64_t{image.width} * channels_of(layout) + 1) * image.height;
  if (bytes > limits::kMaxPngNumber) return Status::kTooLarge;  // one IDAT holds all of it
  Buffer data;
  {
    const Buffer rows = filtered_rows(image, layout);
    if (!rows.ok()) return Status::kOutOfMemory;
    data = deflated(rows.span());
  }
  if (!data.ok()) return Status::kOutOfMemory;
  Buffer out;
  out.reserve(data.size() + image.icc.size() + 1024);
  out.append(std::string_view("\x89PNG\r\n\x1a\n"));
  append_header(out, image, layout);
  append_profile(out, image);
  append_chunk(out, "IDAT", data.span());
  append_chunk(out, "IEND", {});
  if (!out.ok()) return Status::kOutOfMemory;
  return out;
}

}  // namespace gvw
