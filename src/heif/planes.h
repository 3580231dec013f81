#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "pixels/image.h"

namespace gvw {

/// Rows of 8-bit samples, `stride` bytes apart.
struct Plane {
  const std::uint8_t* bytes = nullptr;
  std::size_t stride = 0;
};

/// 4:2:0: the chroma planes have half the width and half the height, rounded up.
struct YccPlanes {
  Plane y;
  Plane cb;
  Plane cr;
};

/// How much red and blue weigh in the luma; green has the rest (ITU-T H.273, table 4).
struct LumaWeights {
  double red;
  double blue;
};

inline constexpr LumaWeights kBt601{0.299, 0.114};
inline constexpr LumaWeights kBt709{0.2126, 0.0722};
inline constexpr LumaWeights kBt2020{0.2627, 0.0593};

/// By H.273's matrix coefficients; nullptr for those that are no such matrix. 2 (unspecified) is BT.601, as libheif has
/// it.
const LumaWeights* luma_weights(unsigned matrix_coefficients);

/// Fixed-point numbers with kFractionBits bits behind the point: RGB = scale * (Y - offset) + weights * (C - 128).
struct YccMatrix {
  static constexpr int kFractionBits = 13;

  std::int16_t y_scale = 0;
  std::int16_t y_offset = 0;
  std::int16_t cr_to_red = 0;
  std::int16_t cb_to_green = 0;
  std::int16_t cr_to_green = 0;
  std::int16_t cb_to_blue = 0;

  static YccMatrix full_range(const LumaWeights& weights);
  static YccMatrix limited_range(const LumaWeights& weights);
};

/// `image` has its size and its pixels' room already; alpha becomes 255. False when there is no memory for two rows.
[[nodiscard]] bool planes_to_rgba(const YccPlanes& planes, const YccMatrix& matrix, Image& image);

/// `count` pixels of one row, chroma at full width.
void row_to_rgba(const std::uint8_t* y, const std::uint8_t* cb, const std::uint8_t* cr, std::size_t count,
                 const YccMatrix& matrix, std::uint8_t* rgba);

/// Its scalar twin, for tests.
void row_to_rgba_scalar(const std::uint8_t* y, const std::uint8_t* cb, const std::uint8_t* cr, std::size_t count,
                        const YccMatrix& matrix, std::uint8_t* rgba);

/// Divides colours by their alpha, in place; where alpha is 0 they stay.
void unpremultiply(std::span<std::uint8_t> rgba);

}  // namespace gvw
