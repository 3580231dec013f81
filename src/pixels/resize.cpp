#include "pixels/resize.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "pixels/edit.h"
#include "pixels/resize_weights.h"
#include "pixels/simd.h"

namespace gvw {
namespace {

using namespace simd;

constexpr int kHalf = 1 << (kWeightBits - 1);
/// Taps along a row, so that whole vectors of four pixels are read.
constexpr std::uint32_t kRowTaps = 4;
/// Rows are taken in pairs.
constexpr std::uint32_t kColumnTaps = 2;

// ── down the columns: many rows to one ──────────────────────────────────────────────────────────────────────────────

struct Rows {
  const std::uint8_t* first;
  std::size_t stride;
  /// Rows there are from the first on.
  std::uint32_t count;
  const std::int16_t* weights;
  std::uint32_t taps;
};

inline std::uint8_t settled(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp((sum + kHalf) >> kWeightBits, 0, 255));
}

void blend_rows_scalar(const Rows& rows, std::uint8_t* out, std::size_t from, std::size_t to) {
  for (std::size_t x = from; x < to; ++x) {
    std::int32_t sum = 0;
    for (std::uint32_t i = 0; i < std::min(rows.taps, rows.count); ++i) {
      sum += rows.first[i * rows.stride + x] * rows.weights[i];
    }
    out[x] = settled(sum);
  }
}

inline i16x8 weight_pair(const std::int16_t* weights) {
  std::int32_t both = 0;
  std::memcpy(&both, weights, sizeof(both));
  return reinterpret_cast<i16x8>(i32x4{} + both);
}

/// 16 bytes of each row.
inline u8x16 blend_sixteen(const Rows& rows, std::size_t x) {
  i32x4 sums[4] = {i32x4{} + kHalf, i32x4{} + kHalf, i32x4{} + kHalf, i32x4{} + kHalf};
  for (std::uint32_t i = 0; i < rows.taps && i < rows.count; i += kColumnTaps) {
    const std::uint8_t* upper = rows.first + i * rows.stride + x;
    // The second of the last pair may weigh nothing and not be there.
    const std::uint8_t* lower = i + 1 < rows.count ? upper + rows.stride : upper;
    const auto u = load<u8x16>(upper);
    const auto l = load<u8x16>(lower);
    const i16x8 weights = weight_pair(rows.weights + i);
    const u8x16 low = zip_low(u, l);
    const u8x16 high = zip_high(u, l);
    sums[0] += dot(widen_low(low), weights);
    sums[1] += dot(widen_high(low), weights);
    sums[2] += dot(widen_low(high), weights);
    sums[3] += dot(widen_high(high), weights);
  }
  for (i32x4& sum : sums) sum = sum >> kWeightBits;
  return narrow_unsigned(narrow(sums[0], sums[1]), narrow(sums[2], sums[3]));
}

__attribute__((noinline)) void blend_rows(const Rows& rows, std::uint8_t* out, std::size_t bytes) {
  std::size_t x = 0;
  for (; x + 16 <= bytes; x += 16) store(out + x, blend_sixteen(rows, x));
  blend_rows_scalar(rows, out, x, bytes);
}

// ── along a row: many pixels to one ─────────────────────────────────────────────────────────────────────────────────

void blend_pixels_scalar(const std::uint8_t* row, const Weights& weights, std::uint8_t* out, std::uint32_t width) {
  for (std::uint32_t x = 0; x < width; ++x) {
    const std::uint8_t* from = row + std::size_t{weights.first(x)} * kPixelBytes;
    for (std::size_t c = 0; c < kPixelBytes; ++c) {
      std::int32_t sum = 0;
      for (std::uint32_t i = 0; i < weights.taps(); ++i) sum += from[kPixelBytes * i + c] * weights.of(x)[i];
      out[kPixelBytes * x + c] = settled(sum);
    }
  }
}

/// The row has kRowTaps pixels to spare at its end.
__attribute__((noinline)) void blend_pixels(const std::uint8_t* row, const Weights& weights, std::uint8_t* out,
                                            std::uint32_t width) {
  const std::uint32_t taps = weights.taps();
  for (std::uint32_t x = 0; x < width; ++x) {
    const std::uint8_t* from = row + std::size_t{weights.first(x)} * kPixelBytes;
    const std::int16_t* tap = weights.of(x);
    i32x4 sum = i32x4{} + kHalf;
    for (std::uint32_t i = 0; i < taps; i += kRowTaps) {
      const auto four = load<u8x16>(from + kPixelBytes * i);
      // Channel by channel, the first two pixels beside each other, then the other two.
      const u8x16 pairs = __builtin_shufflevector(four, four, 0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15);
      sum += dot(widen_low(pairs), weight_pair(tap + i));
      sum += dot(widen_high(pairs), weight_pair(tap + i + 2));
    }
    const i16x8 settled_words = narrow(sum >> kWeightBits, i32x4{});
    const auto pixel = reinterpret_cast<u32x4>(narrow_unsigned(settled_words, i16x8{}))[0];
    std::memcpy(out + kPixelBytes * x, &pixel, kPixelBytes);
  }
}

// ── alpha ───────────────────────────────────────────────────────────────────────────────────────────────────────────

void premultiply(std::span<std::uint8_t> pixels) {
  for (std::size_t i = 0; i < pixels.size(); i += kPixelBytes) {
    const unsigned alpha = pixels[i + 3];
    for (std::size_t c = 0; c < 3; ++c) pixels[i + c] = static_cast<std::uint8_t>((pixels[i + c] * alpha + 127) / 255);
  }
}

void unpremultiply(std::span<std::uint8_t> pixels) {
  for (std::size_t i = 0; i < pixels.size(); i += kPixelBytes) {
    const unsigned alpha = pixels[i + 3];
    if (alpha == 0 || alpha == 255) continue;
    for (std::size_t c = 0; c < 3; ++c) {
      pixels[i + c] = static_cast<std::uint8_t>(std::min(255U, (pixels[i + c] * 255U + alpha / 2) / alpha));
    }
  }
}

template <bool kVectors>
Result<Image> resized(Image image, std::uint32_t width, std::uint32_t height, Filter filter) {
  if (width == 0 || height == 0 || image.width == 0 || image.height == 0) return Status::kBadArgument;
  if (width == image.width && height == image.height) return image;
  const std::size_t stride = std::size_t{image.width} * kPixelBytes;
  Weights across;
  Weights down;
  Buffer row = Buffer::of_size(stride + kRowTaps * kPixelBytes);
  Image out;
  out.width = width;
  out.height = height;
  out.pixels = Buffer::of_size(std::size_t{width} * height * kPixelBytes);
  if (!across.fill(image.width, width, filter, kRowTaps) || !down.fill(image.height, height, filter, kColumnTaps) ||
      !row.ok() || !out.pixels.ok()) {
    return Status::kOutOfMemory;
  }
  const bool alpha = !is_opaque(image);
  if (alpha) premultiply(image.pixels.span());
  std::memset(row.data() + stride, 0, kRowTaps * kPixelBytes);
  for (std::uint32_t y = 0; y < height; ++y) {
    const std::uint32_t first = down.first(y);
    const Rows rows{image.pixels.data() + first * stride, stride, image.height - first, down.of(y), down.taps()};
    std::uint8_t* target = out.pixels.data() + std::size_t{y} * width * kPixelBytes;
    if constexpr (kVectors) {
      blend_rows(rows, row.data(), stride);
      blend_pixels(row.data(), across, target, width);
    } else {
      blend_rows_scalar(rows, row.data(), 0, stride);
      blend_pixels_scalar(row.data(), across, target, width);
    }
  }
  if (alpha) unpremultiply(out.pixels.span());
  out.icc = std::move(image.icc);
  out.opaque = image.opaque;
  out.truncated = image.truncated;
  out.warnings = image.warnings;
  return out;
}

}  // namespace

Result<Image> resize(Image image, std::uint32_t width, std::uint32_t height, Filter filter) {
  return resized<true>(std::move(image), width, height, filter);
}

Result<Image> resize_scalar(Image image, std::uint32_t width, std::uint32_t height, Filter filter) {
  return resized<false>(std::move(image), width, height, filter);
}

}  // namespace gvw
