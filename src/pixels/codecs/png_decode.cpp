#include <libdeflate.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "pixels/codecs/png.h"
#include "pixels/codecs/png_chunks.h"
#include "pixels/codecs/png_filter.h"

namespace gvw {
namespace {

using png::Contents;

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
  return static_cast<std::size_t>(std::ranges::mismatch(rows.span(), again.span()).in1 - rows.span().begin());
}

/// The filtered rows, `wanted` bytes, and how many of them are good.
Result<std::size_t> inflate(const Contents& png, std::size_t wanted, bool partial, std::size_t file_size,
                            Buffer& rows) {
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
  const auto name_end = std::ranges::find(chunk, std::uint8_t{0});
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
  std::uint8_t channels[kPixelBytes];
};

/// What each sample of up to 8 bits of a grey or palette picture looks like.
void fill_colors(const Contents& png, Pixel (&colors)[256]) {
  const bool palette = png.color == png::kPalette;
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
  // Two bytes, of which libpng takes what the depth has.
  if (!palette && png.transparency.size() >= 2) colors[png.transparency[1] & largest].channels[3] = 0;
}

void samples_to_rgba(const std::uint8_t* row, unsigned depth, const Pixel (&colors)[256], std::uint8_t* out,
                     std::size_t count) {
  if (depth == 8) {
    for (std::size_t x = 0; x < count; ++x) std::memcpy(out + kPixelBytes * x, colors[row[x]].channels, kPixelBytes);
    return;
  }
  const unsigned mask = (1U << depth) - 1;
  for (std::size_t x = 0; x < count; ++x) {
    const std::size_t bit = x * depth;
    const unsigned shift = 8 - depth - static_cast<unsigned>(bit % 8);
    std::memcpy(out + kPixelBytes * x, colors[(row[bit / 8] >> shift) & mask].channels, kPixelBytes);
  }
}

/// Grey with alpha of 8 bits, and everything of 16, of which the upper 8 are kept. `clear`, as long as a pixel, is the
/// one that tRNS names.
void channels_to_rgba(const std::uint8_t* row, unsigned channels, std::size_t sample_bytes, const std::uint8_t* clear,
                      std::uint8_t* out, std::size_t count) {
  const std::size_t step = channels * sample_bytes;
  for (std::size_t x = 0; x < count; ++x, row += step, out += kPixelBytes) {
    const bool gray = channels < 3;
    out[0] = row[0];
    out[1] = gray ? row[0] : row[sample_bytes];
    out[2] = gray ? row[0] : row[2 * sample_bytes];
    out[3] = channels % 2 == 0 ? row[(channels - 1) * sample_bytes] : 255;
    if (clear != nullptr && std::memcmp(row, clear, step) == 0) out[3] = 0;
  }
}

/// Of an RGB picture of 8 bits: of tRNS' 16 bits a channel libpng takes the lower 8.
void clear_color(const Contents& png, std::uint8_t* pixels, std::size_t count) {
  const auto& clear = png.transparency;
  if (png.color != png::kRgb || png.depth != 8 || clear.size() < 6) return;
  for (std::uint8_t* p = pixels; p != pixels + kPixelBytes * count; p += kPixelBytes) {
    if (p[0] == clear[1] && p[1] == clear[3] && p[2] == clear[5]) p[3] = 0;
  }
}

/// A pass of Adam7 (specification 8.2), or the one of a picture that is not interlaced.
struct Pass {
  std::uint32_t left, top, across, down;
};
constexpr Pass kWhole[] = {{0, 0, 1, 1}};
constexpr Pass kAdam7[] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                           {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};

std::span<const Pass> passes_of(const Contents& png) {
  return png.interlaced ? std::span<const Pass>(kAdam7) : std::span<const Pass>(kWhole);
}

std::uint32_t steps(std::uint32_t side, std::uint32_t first, std::uint32_t step) {
  return side <= first ? 0 : (side - first - 1) / step + 1;
}

/// Bytes of a row of `width` pixels, with the filter's.
std::uint64_t stride_of(const Contents& png, std::uint32_t width) {
  return 1 + (std::uint64_t{width} * png::channels_of(png.color) * png.depth + 7) / 8;
}

std::uint64_t filtered_bytes(const Contents& png) {
  std::uint64_t bytes = 0;
  for (const Pass& pass : passes_of(png)) {
    const std::uint32_t width = steps(png.width, pass.left, pass.across);
    if (width != 0) bytes += stride_of(png, width) * steps(png.height, pass.top, pass.down);
  }
  return bytes;
}

class Unfilterer {
 public:
  Unfilterer(const Contents& png, Image& image) : png_(png), image_(image) { fill_colors(png, colors_); }

  /// False without memory.
  bool prepare() {
    const std::size_t row = std::size_t{png_.width} * kPixelBytes;
    zeros_ = Buffer::of_size(std::max<std::size_t>(row, static_cast<std::size_t>(stride_of(png_, png_.width))));
    scratch_ = Buffer::of_size(png_.interlaced ? 2 * row : 0);
    if (!zeros_.ok() || !scratch_.ok()) return false;
    std::memset(zeros_.data(), 0, zeros_.size());
    return true;
  }

  /// Writes the pass's pixels; false at a filter that there is not, or where the good bytes end.
  bool run(const Pass& pass, std::span<std::uint8_t>& rows) {
    const std::uint32_t width = steps(png_.width, pass.left, pass.across);
    const std::uint32_t height = width == 0 ? 0 : steps(png_.height, pass.top, pass.down);
    const auto stride = static_cast<std::size_t>(stride_of(png_, width));
    const std::uint8_t* above = zeros_.data();
    for (std::uint32_t y = 0; y < height; ++y) {
      if (rows.size() < stride || rows[0] > 4) return false;
      const std::uint32_t out_y = pass.top + y * pass.down;
      std::uint8_t* target = image_.pixels.data() + std::size_t{out_y} * png_.width * kPixelBytes;
      std::uint8_t* out = png_.interlaced ? scratch_.data() + (y % 2) * scratch_.size() / 2 : target;
      above = row(rows.data(), stride, above, out, width);
      if (png_.interlaced) scatter(out, pass, target, width);
      rows = rows.subspan(stride);
    }
    return true;
  }

 private:
  /// What the next row calls the row above.
  const std::uint8_t* row(std::uint8_t* filtered, std::size_t stride, const std::uint8_t* above, std::uint8_t* out,
                          std::size_t width) {
    const unsigned channels = png::channels_of(png_.color);
    if (png_.depth == 8 && channels >= 3) {
      png::unfilter_to_rgba(filtered[0], filtered + 1, above, out, width, channels);
      return out;
    }
    png::unfilter_in_place(filtered[0], filtered + 1, above, stride - 1, std::max(1U, channels * png_.depth / 8));
    if (png_.depth == 16 || channels > 1) {
      const std::size_t sample_bytes = png_.depth / 8;
      const bool has_clear = channels % 2 == 1 && png_.transparency.size() >= channels * sample_bytes;
      channels_to_rgba(filtered + 1, channels, sample_bytes, has_clear ? png_.transparency.data() : nullptr, out,
                       width);
    } else {
      samples_to_rgba(filtered + 1, png_.depth, colors_, out, width);
    }
    return filtered + 1;
  }

  static void scatter(const std::uint8_t* row, const Pass& pass, std::uint8_t* target, std::size_t width) {
    for (std::size_t x = 0; x < width; ++x) {
      std::memcpy(target + (pass.left + x * pass.across) * kPixelBytes, row + x * kPixelBytes, kPixelBytes);
    }
  }

  const Contents& png_;
  Image& image_;
  Pixel colors_[256];
  Buffer zeros_;
  Buffer scratch_;
};

Result<Image> decode_contents(const Contents& png, const DecodeOptions& options, std::size_t file_size) {
  const std::uint64_t wanted = filtered_bytes(png);
  const std::uint64_t pixel_bytes = std::uint64_t{png.width} * png.height * kPixelBytes;
  if (wanted > SIZE_MAX - kSlack || pixel_bytes > SIZE_MAX) return Status::kOutOfMemory;
  // Deflate never yields more than 1,032 times what it is given: a bomb is found before there is room for it.
  if (!options.partial && wanted / 1032 > png.data.size() + 64) {
    return Failure{png.ended ? Status::kTruncated : Status::kMalformed, png.data_at};
  }
  Buffer rows;
  const auto good = inflate(png, static_cast<std::size_t>(wanted), options.partial, file_size, rows);
  if (!good.ok()) return good.failure();
  Image image;
  image.width = png.width;
  image.height = png.height;
  image.pixels = Buffer::of_size(static_cast<std::size_t>(pixel_bytes));
  Unfilterer unfilterer(png, image);
  if (!image.pixels.ok() || !unfilterer.prepare()) return Status::kOutOfMemory;
  // Interlaced rows come from the top more than once.
  if (options.partial) std::memset(image.pixels.data(), 0, image.pixels.size());
  std::span<std::uint8_t> left = rows.span().first(good.value());
  for (const Pass& pass : passes_of(png)) {
    if (unfilterer.run(pass, left)) continue;
    if (!options.partial || left.size() == good.value()) return Failure{Status::kMalformed, png.data_at};
    image.truncated = true;
    break;
  }
  clear_color(png, image.pixels.data(), image.pixels.size() / kPixelBytes);
  const bool has_alpha = png.color == png::kGrayAlpha || png.color == png::kRgba || !png.transparency.empty();
  image.opaque = !has_alpha && !image.truncated;
  return image;
}

}  // namespace

Result<Image> decode_png(std::span<const std::uint8_t> file, const DecodeOptions& options) {
  Contents png;
  const Failure failure = png::read_chunks(file, options.max_pixels, png);
  if (failure.status != Status::kOk) return failure;
  auto image = decode_contents(png, options, file.size());
  if (image.ok()) {
    Buffer profile = inflate_profile(png.profile);
    if (is_rgb_profile(profile.span())) image.value().icc = std::move(profile);
  }
  return image;
}

}  // namespace gvw
