#include "heif/planes.h"

#include <algorithm>
#include <cmath>

#include "heif/chroma.h"

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

namespace gvw {
namespace {

constexpr int kHalf = 1 << (YccMatrix::kFractionBits - 1);

std::int16_t fixed(double value) {
  return static_cast<std::int16_t>(std::lround(value * (1 << YccMatrix::kFractionBits)));
}

YccMatrix matrix_of(const LumaWeights& weights, double y_scale, std::int16_t y_offset, double chroma_scale) {
  const double green = 1 - weights.red - weights.blue;
  const double red = 2 * (1 - weights.red) * chroma_scale;
  const double blue = 2 * (1 - weights.blue) * chroma_scale;
  return {.y_scale = fixed(y_scale),
          .y_offset = y_offset,
          .cr_to_red = fixed(red),
          .cb_to_green = fixed(-blue * weights.blue / green),
          .cr_to_green = fixed(-red * weights.red / green),
          .cb_to_blue = fixed(blue)};
}

std::uint8_t clamped(int value) {
  return static_cast<std::uint8_t>(std::clamp(value >> YccMatrix::kFractionBits, 0, 255));
}

#ifdef __wasm_simd128__

/// Eight products' sums: a * x + b * y + rounding, shifted back, as eight 16-bit numbers. `pairs` hold a and b in turn.
v128_t weighted(v128_t low_xy, v128_t high_xy, v128_t pairs, v128_t rounding) {
  const v128_t low = wasm_i32x4_add(wasm_i32x4_dot_i16x8(low_xy, pairs), rounding);
  const v128_t high = wasm_i32x4_add(wasm_i32x4_dot_i16x8(high_xy, pairs), rounding);
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low, YccMatrix::kFractionBits),
                                 wasm_i32x4_shr(high, YccMatrix::kFractionBits));
}

v128_t interleave_low(v128_t a, v128_t b) { return wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
v128_t interleave_high(v128_t a, v128_t b) { return wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }

/// The lower or upper eight bytes as 16-bit numbers.
v128_t half_of(v128_t bytes, int half) {
  return half == 0 ? wasm_u16x8_extend_low_u8x16(bytes) : wasm_u16x8_extend_high_u8x16(bytes);
}

v128_t pair_of(std::int16_t a, std::int16_t b) { return wasm_i16x8_make(a, b, a, b, a, b, a, b); }

#endif

}  // namespace

const LumaWeights* luma_weights(unsigned matrix_coefficients) {
  switch (matrix_coefficients) {
    case 1:
      return &kBt709;
    case 2:
    case 5:
    case 6:
      return &kBt601;
    case 9:
      return &kBt2020;
    default:
      return nullptr;
  }
}

YccMatrix YccMatrix::full_range(const LumaWeights& weights) { return matrix_of(weights, 1, 0, 1); }

YccMatrix YccMatrix::limited_range(const LumaWeights& weights) {
  constexpr double kLumaRange = 219;
  constexpr double kChromaRange = 224;
  constexpr std::int16_t kBlack = 16;
  return matrix_of(weights, 255 / kLumaRange, kBlack, 255 / kChromaRange);
}

void row_to_rgba_scalar(const std::uint8_t* y, const std::uint8_t* cb, const std::uint8_t* cr, std::size_t count,
                        const YccMatrix& matrix, std::uint8_t* rgba) {
  for (std::size_t x = 0; x < count; ++x) {
    const int luma = (y[x] - matrix.y_offset) * matrix.y_scale;
    const int blue = cb[x] - 128;
    const int red = cr[x] - 128;
    rgba[4 * x] = clamped(luma + red * matrix.cr_to_red + kHalf);
    rgba[4 * x + 1] = clamped(luma + blue * matrix.cb_to_green + red * matrix.cr_to_green + kHalf);
    rgba[4 * x + 2] = clamped(luma + blue * matrix.cb_to_blue + kHalf);
    rgba[4 * x + 3] = 255;
  }
}

#ifdef __wasm_simd128__

namespace {

/// Sixteen pixels a step; whole ones only.
std::size_t row_to_rgba_simd(const std::uint8_t* y, const std::uint8_t* cb, const std::uint8_t* cr, std::size_t count,
                             const YccMatrix& matrix, std::uint8_t* rgba) {
  constexpr std::size_t kStep = 16;
  const v128_t rounding = wasm_i32x4_splat(kHalf);
  const v128_t offset = wasm_i16x8_splat(matrix.y_offset);
  const v128_t center = wasm_i16x8_splat(128);
  const v128_t red_pair = pair_of(matrix.y_scale, matrix.cr_to_red);
  const v128_t blue_pair = pair_of(matrix.y_scale, matrix.cb_to_blue);
  const v128_t green_pair = pair_of(matrix.cb_to_green, matrix.cr_to_green);
  const v128_t luma_pair = pair_of(matrix.y_scale, 0);
  const v128_t zero = wasm_i16x8_splat(0);
  const v128_t opaque = wasm_i8x16_splat(-1);
  std::size_t x = 0;
  for (; x + kStep <= count; x += kStep) {
    v128_t red[2];
    v128_t green[2];
    v128_t blue[2];
    const v128_t luma = wasm_v128_load(y + x);
    const v128_t cbs = wasm_v128_load(cb + x);
    const v128_t crs = wasm_v128_load(cr + x);
    for (int half = 0; half < 2; ++half) {
      const v128_t ys = wasm_i16x8_sub(half_of(luma, half), offset);
      const v128_t b = wasm_i16x8_sub(half_of(cbs, half), center);
      const v128_t r = wasm_i16x8_sub(half_of(crs, half), center);
      red[half] = weighted(interleave_low(ys, r), interleave_high(ys, r), red_pair, rounding);
      blue[half] = weighted(interleave_low(ys, b), interleave_high(ys, b), blue_pair, rounding);
      const v128_t low = wasm_i32x4_add(wasm_i32x4_dot_i16x8(interleave_low(ys, zero), luma_pair), rounding);
      const v128_t high = wasm_i32x4_add(wasm_i32x4_dot_i16x8(interleave_high(ys, zero), luma_pair), rounding);
      const v128_t chroma_low = wasm_i32x4_dot_i16x8(interleave_low(b, r), green_pair);
      const v128_t chroma_high = wasm_i32x4_dot_i16x8(interleave_high(b, r), green_pair);
      green[half] =
          wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(low, chroma_low), YccMatrix::kFractionBits),
                                  wasm_i32x4_shr(wasm_i32x4_add(high, chroma_high), YccMatrix::kFractionBits));
    }
    const v128_t r8 = wasm_u8x16_narrow_i16x8(red[0], red[1]);
    const v128_t g8 = wasm_u8x16_narrow_i16x8(green[0], green[1]);
    const v128_t b8 = wasm_u8x16_narrow_i16x8(blue[0], blue[1]);
    const v128_t rg_low = wasm_i8x16_shuffle(r8, g8, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const v128_t rg_high = wasm_i8x16_shuffle(r8, g8, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const v128_t ba_low = wasm_i8x16_shuffle(b8, opaque, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const v128_t ba_high = wasm_i8x16_shuffle(b8, opaque, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    wasm_v128_store(rgba + 4 * x, interleave_low(rg_low, ba_low));
    wasm_v128_store(rgba + 4 * x + 16, interleave_high(rg_low, ba_low));
    wasm_v128_store(rgba + 4 * x + 32, interleave_low(rg_high, ba_high));
    wasm_v128_store(rgba + 4 * x + 48, interleave_high(rg_high, ba_high));
  }
  return x;
}

}  // namespace

#endif

void row_to_rgba(const std::uint8_t* y, const std::uint8_t* cb, const std::uint8_t* cr, std::size_t count,
                 const YccMatrix& matrix, std::uint8_t* rgba) {
#ifdef __wasm_simd128__
  const std::size_t done = row_to_rgba_simd(y, cb, cr, count, matrix, rgba);
#else
  constexpr std::size_t done = 0;
#endif
  row_to_rgba_scalar(y + done, cb + done, cr + done, count - done, matrix, rgba + 4 * done);
}

bool planes_to_rgba(const YccPlanes& planes, const YccMatrix& matrix, Image& image) {
  const std::size_t samples = (std::size_t{image.width} + 1) / 2;
  const std::size_t rows = (std::size_t{image.height} + 1) / 2;
  Buffer chroma = Buffer::of_size(4 * samples);
  if (!chroma.ok()) return false;
  std::uint8_t* cb = chroma.data();
  std::uint8_t* cr = cb + 2 * samples;
  for (std::size_t row = 0; row < image.height; ++row) {
    const std::size_t near = row / 2;
    // Even pixel rows lie above the middle of their chroma row, odd ones below it.
    const std::size_t above = near == 0 ? 0 : near - 1;
    const std::size_t below = near + 1 == rows ? near : near + 1;
    const std::size_t far = row % 2 == 0 ? above : below;
    upsample_row(planes.cb.bytes + near * planes.cb.stride, planes.cb.bytes + far * planes.cb.stride, samples, cb);
    upsample_row(planes.cr.bytes + near * planes.cr.stride, planes.cr.bytes + far * planes.cr.stride, samples, cr);
    row_to_rgba(planes.y.bytes + row * planes.y.stride, cb, cr, image.width, matrix,
                image.pixels.data() + row * image.width * 4);
  }
  return true;
}

void unpremultiply(std::span<std::uint8_t> rgba) {
  for (std::size_t i = 0; i + 3 < rgba.size(); i += 4) {
    const unsigned alpha = rgba[i + 3];
    if (alpha == 0 || alpha == 255) continue;
    for (std::size_t c = i; c < i + 3; ++c) {
      rgba[c] = static_cast<std::uint8_t>(std::min(255U, (rgba[c] * 255U + alpha / 2) / alpha));
    }
  }
}

}  // namespace gvw
