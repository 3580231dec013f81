#include "pixels/resize.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "pixels/blend.h"
#include "pixels/edit.h"
#include "pixels/resize_weights.h"
#include "pixels/simd.h"

namespace gvw {
namespace {

using namespace simd;

/// Taps along a row, so that whole vectors of four pixels are read.
constexpr std::uint32_t kRowTaps = 4;
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
    i32x4 sum = i32x4{} + kHalfWeight;
    for (std::uint32_t i = 0; i < taps; i += kRowTaps) {
      const auto four = load<u8x16>(from + kPixelBytes * i);
      // Channel by channel, the first two pixels beside each other, then the other two.
      const u8x16 pairs = __builtin_shufflevector(four, four, 0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15);
      sum += dot(widen_low(pairs), load_pair(tap + i));
      sum += dot(widen_high(pairs), load_pair(tap + i + 2));
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

Scale whole(std::uint32_t from, std::uint32_t to) { return {from, to, 0, static_cast<double>(from) / to}; }

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
  if (!across.fill(whole(image.width, width), filter, kRowTaps) ||
      !down.fill(whole(image.height, height), filter, kColumnTaps) || !row.ok() || !out.pixels.ok()) {
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
