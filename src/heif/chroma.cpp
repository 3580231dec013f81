#include "heif/chroma.h"

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

namespace gvw {
namespace {

/// Sixteenths: a quarter of a quarter is the smallest share.
constexpr int kShift = 4;
constexpr int kHalf = 1 << (kShift - 1);

}  // namespace

void upsample_row_scalar(const std::uint8_t* near, const std::uint8_t* far, std::size_t samples, std::size_t from,
                         std::size_t to, std::uint8_t* output) {
  const auto column = [&](std::size_t i) { return 3 * near[i] + far[i]; };
  for (std::size_t i = from; i < to; ++i) {
    const int own = 3 * column(i);
    const int left = column(i == 0 ? 0 : i - 1);
    const int right = column(i + 1 == samples ? i : i + 1);
    output[2 * i] = static_cast<std::uint8_t>((own + left + kHalf) >> kShift);
    output[2 * i + 1] = static_cast<std::uint8_t>((own + right + kHalf) >> kShift);
  }
}

#ifdef __wasm_simd128__

namespace {

v128_t column(const std::uint8_t* near, const std::uint8_t* far) {
  const v128_t n = wasm_u16x8_load8x8(near);
  return wasm_i16x8_add(wasm_i16x8_add(n, wasm_i16x8_shl(n, 1)), wasm_u16x8_load8x8(far));
}

}  // namespace

void upsample_row(const std::uint8_t* near, const std::uint8_t* far, std::size_t samples, std::uint8_t* output) {
  constexpr std::size_t kStep = 8;
  const v128_t half = wasm_i16x8_splat(kHalf);
  // The first sample has no left neighbour and the last no right one; what lies between reads one beyond its own eight.
  std::size_t i = samples == 0 ? 0 : 1;
  upsample_row_scalar(near, far, samples, 0, i, output);
  for (; i + kStep < samples; i += kStep) {
    const v128_t middle = column(near + i, far + i);
    const v128_t own = wasm_i16x8_add(wasm_i16x8_add(middle, wasm_i16x8_shl(middle, 1)), half);
    const v128_t left = wasm_u16x8_shr(wasm_i16x8_add(own, column(near + i - 1, far + i - 1)), kShift);
    const v128_t right = wasm_u16x8_shr(wasm_i16x8_add(own, column(near + i + 1, far + i + 1)), kShift);
    // Even bytes from the left sums, odd ones from the right sums: both are below 256.
    wasm_v128_store(output + 2 * i, wasm_v128_or(left, wasm_i16x8_shl(right, 8)));
  }
  upsample_row_scalar(near, far, samples, i, samples, output);
}

#else

void upsample_row(const std::uint8_t* near, const std::uint8_t* far, std::size_t samples, std::uint8_t* output) {
  upsample_row_scalar(near, far, samples, 0, samples, output);
}

#endif

}  // namespace gvw
