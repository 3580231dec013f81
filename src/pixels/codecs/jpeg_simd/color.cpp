// Colours: YCbCr to RGBA (jdcolext.c) and RGBA to YCbCr (jccolext.c), with the same 16 bits of fraction and rounding. A
// factor beyond 16 bits is split into what fits and a shift.
#include "library.h"
#include "pixels/simd.h"

namespace {

using namespace gvw::simd;

inline i16x8 pair(int even, int odd) {
  const auto a = static_cast<std::int16_t>(even);
  const auto b = static_cast<std::int16_t>(odd);
  return i16x8{a, b, a, b, a, b, a, b};
}

constexpr int kScaleBits = 16;
constexpr int kHalf = 1 << (kScaleBits - 1);
constexpr int kCentre = 128;
constexpr std::size_t kLanes = 16;

// ── to RGBA ─────────────────────────────────────────────────────────────────────────────────────────────────────────

// FIX(1.40200) = 65536 + 26345; FIX(1.77200) = 131072 - 14942; -FIX(0.34414) = -22554; -FIX(0.71414) = 18734 - 65536.
constexpr int kCrRed = 26345;
constexpr int kCbBlue = -14942;
constexpr int kCbGreen = -22554;
constexpr int kCrGreen = 18734;

struct Rgb {
  i16x8 red, green, blue;
};

/// Eight pixels; the chroma is centred.
inline Rgb to_rgb(i16x8 y, i16x8 cb, i16x8 cr) {
  // With a 2 beside each, half a unit (2·16384) joins the product.
  const i16x8 two = i16x8{} + std::int16_t{2};
  const auto scaled = [&](i16x8 chroma, int factor) {
    const i16x8 factors = pair(factor, kHalf / 2);
    return narrow(dot(zip_low(chroma, two), factors) >> kScaleBits, dot(zip_high(chroma, two), factors) >> kScaleBits);
  };
  const i16x8 green_factors = pair(kCbGreen, kCrGreen);
  const i16x8 green = narrow((dot(zip_low(cb, cr), green_factors) + kHalf) >> kScaleBits,
                             (dot(zip_high(cb, cr), green_factors) + kHalf) >> kScaleBits);
  return {y + cr + scaled(cr, kCrRed), y - cr + green, y + cb + cb + scaled(cb, kCbBlue)};
}

inline void sixteen_to_rgba(const JSAMPLE* y_row, const JSAMPLE* cb_row, const JSAMPLE* cr_row, JSAMPLE* out) {
  const auto y = load<u8x16>(y_row);
  const auto cb = load<u8x16>(cb_row);
  const auto cr = load<u8x16>(cr_row);
  constexpr std::int16_t kMiddle = kCentre;
  const Rgb low = to_rgb(widen_low(y), widen_low(cb) - kMiddle, widen_low(cr) - kMiddle);
  const Rgb high = to_rgb(widen_high(y), widen_high(cb) - kMiddle, widen_high(cr) - kMiddle);
  const u8x16 red = narrow_unsigned(low.red, high.red);
  const u8x16 green = narrow_unsigned(low.green, high.green);
  const u8x16 blue = narrow_unsigned(low.blue, high.blue);
  const u8x16 alpha = u8x16{} + std::uint8_t{255};
  const auto rg_low = reinterpret_cast<i16x8>(zip_low(red, green));
  const auto rg_high = reinterpret_cast<i16x8>(zip_high(red, green));
  const auto ba_low = reinterpret_cast<i16x8>(zip_low(blue, alpha));
  const auto ba_high = reinterpret_cast<i16x8>(zip_high(blue, alpha));
  store(out, zip_low(rg_low, ba_low));
  store(out + 16, zip_high(rg_low, ba_low));
  store(out + 32, zip_low(rg_high, ba_high));
  store(out + 48, zip_high(rg_high, ba_high));
}

// ── to YCbCr ────────────────────────────────────────────────────────────────────────────────────────────────────────

// jccolor.c: FIX(0.29900) = 19595, FIX(0.58700) = 38470 = 22086 + 16384, FIX(0.11400) = 7471; FIX(0.16874) = 11059,
// FIX(0.33126) = 21709, FIX(0.41869) = 27439, FIX(0.08131) = 5329, FIX(0.50000) = 1 << 15.
struct Ycc {
  i32x4 y, cb, cr;
};

/// Four pixels.
inline Ycc to_ycc(u8x16 rgba) {
  const u8x16 zero{};
  const auto rg = reinterpret_cast<i16x8>(
      __builtin_shufflevector(rgba, zero, 0, 16, 1, 16, 4, 16, 5, 16, 8, 16, 9, 16, 12, 16, 13, 16));
  const auto bg = reinterpret_cast<i16x8>(
      __builtin_shufflevector(rgba, zero, 2, 16, 1, 16, 6, 16, 5, 16, 10, 16, 9, 16, 14, 16, 13, 16));
  const auto words = reinterpret_cast<i32x4>(rgba);
  const i32x4 half_red = (words & 0xff) << (kScaleBits - 1);
  const i32x4 half_blue = (words & 0xff0000) >> 1;
  // CBCR_OFFSET + ONE_HALF - 1, which keeps 255.5 from becoming 256.
  constexpr int kOffset = (kCentre << kScaleBits) + kHalf - 1;
  return {(dot(rg, pair(19595, 22086)) + dot(bg, pair(7471, 16384)) + kHalf) >> kScaleBits,
          (dot(rg, pair(-11059, -21709)) + half_blue + kOffset) >> kScaleBits,
          (dot(bg, pair(-5329, -27439)) + half_red + kOffset) >> kScaleBits};
}

inline void sixteen_to_ycc(const JSAMPLE* rgba, JSAMPLE* y, JSAMPLE* cb, JSAMPLE* cr) {
  Ycc quads[4];
  for (std::size_t i = 0; i < 4; ++i) quads[i] = to_ycc(load<u8x16>(rgba + 16 * i));
  store(y, narrow_unsigned(narrow(quads[0].y, quads[1].y), narrow(quads[2].y, quads[3].y)));
  store(cb, narrow_unsigned(narrow(quads[0].cb, quads[1].cb), narrow(quads[2].cb, quads[3].cb)));
  store(cr, narrow_unsigned(narrow(quads[0].cr, quads[1].cr), narrow(quads[2].cr, quads[3].cr)));
}

/// Calls `sixteen(first)` for every run of 16 pixels; the last run overlaps the one before it. A row of fewer pixels is
/// `few()`'s.
template <class Sixteen, class Few>
inline void over_row(std::size_t width, Sixteen sixteen, Few few) {
  if (width < kLanes) {
    few();
    return;
  }
  for (std::size_t x = 0; x + kLanes <= width; x += kLanes) sixteen(x);
  if (width % kLanes != 0) sixteen(width - kLanes);
}

__attribute__((noinline)) void row_to_rgba(const JSAMPLE* y, const JSAMPLE* cb, const JSAMPLE* cr, JSAMPLE* out,
                                           std::size_t width) {
  over_row(
      width, [&](std::size_t x) { sixteen_to_rgba(y + x, cb + x, cr + x, out + 4 * x); },
      [&] {
        JSAMPLE in[3][kLanes] = {};
        JSAMPLE pixels[4 * kLanes];
        std::memcpy(in[0], y, width);
        std::memcpy(in[1], cb, width);
        std::memcpy(in[2], cr, width);
        sixteen_to_rgba(in[0], in[1], in[2], pixels);
        std::memcpy(out, pixels, 4 * width);
      });
}

__attribute__((noinline)) void row_to_ycc(const JSAMPLE* rgba, JSAMPLE* y, JSAMPLE* cb, JSAMPLE* cr,
                                          std::size_t width) {
  over_row(
      width, [&](std::size_t x) { sixteen_to_ycc(rgba + 4 * x, y + x, cb + x, cr + x); },
      [&] {
        JSAMPLE pixels[4 * kLanes] = {};
        JSAMPLE out[3][kLanes];
        std::memcpy(pixels, rgba, 4 * width);
        sixteen_to_ycc(pixels, out[0], out[1], out[2]);
        std::memcpy(y, out[0], width);
        std::memcpy(cb, out[1], width);
        std::memcpy(cr, out[2], width);
      });
}

}  // namespace

extern "C" {

// Only RGBA is ever asked for here (src/pixels/codecs/jpeg_decode.cpp, jpeg_encode.cpp).
int jsimd_can_ycc_rgb(void) { return gvw_jpeg_kernels; }
int jsimd_can_rgb_ycc(void) { return gvw_jpeg_kernels; }

void jsimd_ycc_rgb_convert(j_decompress_ptr cinfo, JSAMPIMAGE input_buf, JDIMENSION input_row, JSAMPARRAY output_buf,
                           int num_rows) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(num_rows); ++i) {
    const std::size_t row = input_row + i;
    row_to_rgba(input_buf[0][row], input_buf[1][row], input_buf[2][row], output_buf[i], cinfo->output_width);
  }
}

void jsimd_rgb_ycc_convert(j_compress_ptr cinfo, JSAMPARRAY input_buf, JSAMPIMAGE output_buf, JDIMENSION output_row,
                           int num_rows) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(num_rows); ++i) {
    const std::size_t row = output_row + i;
    row_to_ycc(input_buf[i], output_buf[0][row], output_buf[1][row], output_buf[2][row], cinfo->image_width);
  }
}

}  // extern "C"
