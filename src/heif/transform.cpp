#include "heif/transform.h"

#include <algorithm>

#include "pixels/simd.h"

namespace gvw {
namespace {

using namespace simd;

constexpr int kSide = 4;
constexpr int kColumnShift = 7;
/// 20 less the bits of a sample.
constexpr int kRowShift = 12;

i16x8 pairs_of(std::int16_t a, std::int16_t b) { return i16x8{a, b, a, b, a, b, a, b}; }

i32x4 scaled(i32x4 sum, int shift) { return (sum + (1 << (shift - 1))) >> shift; }

/// Both numbers of 16 bits at that place of a row of four, four times.
template <int kPlace>
i16x8 repeated(i16x8 rows) {
  const auto pairs = reinterpret_cast<i32x4>(rows);
  return reinterpret_cast<i16x8>(__builtin_shufflevector(pairs, pairs, kPlace, kPlace, kPlace, kPlace));
}

u8x16 load_rows(const std::uint8_t* samples, std::ptrdiff_t stride) {
  std::uint32_t rows[4] = {};
  std::memcpy(&rows[0], samples, kSide);
  std::memcpy(&rows[1], samples + stride, kSide);
  return reinterpret_cast<u8x16>(u32x4{rows[0], rows[1], 0, 0});
}

void store_rows(u8x16 rows, std::uint8_t* samples, std::ptrdiff_t stride) {
  const auto both = reinterpret_cast<u32x4>(rows);
  const std::uint32_t first = both[0];
  const std::uint32_t second = both[1];
  std::memcpy(samples, &first, kSide);
  std::memcpy(samples + stride, &second, kSide);
}

void add_rows(i16x8 residuals, std::uint8_t* samples, std::ptrdiff_t stride) {
  const i16x8 sum = widen_low(load_rows(samples, stride)) + residuals;
  store_rows(narrow_unsigned(sum, sum), samples, stride);
}

}  // namespace

void add_transformed_scalar(const TransformMatrix& matrix, const std::int16_t* coefficients, std::uint8_t* samples,
                            std::ptrdiff_t stride) {
  int columns[kSide][kSide];
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      int sum = 1 << (kColumnShift - 1);
      for (int k = 0; k < kSide; ++k) sum += matrix[k][y] * coefficients[kSide * k + x];
      columns[y][x] = std::clamp(sum >> kColumnShift, -32768, 32767);
    }
  }
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      int sum = 1 << (kRowShift - 1);
      for (int k = 0; k < kSide; ++k) sum += matrix[k][x] * columns[y][k];
      std::uint8_t& sample = samples[y * stride + x];
      sample = static_cast<std::uint8_t>(std::clamp(sample + (sum >> kRowShift), 0, 255));
    }
  }
}

void add_transformed(const TransformMatrix& matrix, const std::int16_t* coefficients, std::uint8_t* samples,
                     std::ptrdiff_t stride) {
  const auto first = load<i16x8>(coefficients);
  const auto second = load<i16x8>(coefficients + 8);
  const i16x8 rows01 = zip_low(first, __builtin_shufflevector(first, first, 4, 5, 6, 7, 4, 5, 6, 7));
  const i16x8 rows23 = zip_low(second, __builtin_shufflevector(second, second, 4, 5, 6, 7, 4, 5, 6, 7));
  i32x4 columns[kSide];
  for (int y = 0; y < kSide; ++y) {
    columns[y] =
        scaled(dot(rows01, pairs_of(matrix[0][y], matrix[1][y])) + dot(rows23, pairs_of(matrix[2][y], matrix[3][y])),
               kColumnShift);
  }
  const i16x8 top = narrow(columns[0], columns[1]);
  const i16x8 bottom = narrow(columns[2], columns[3]);
  const auto functions = [&](int k) {
    return i16x8{matrix[k][0], matrix[k + 1][0], matrix[k][1], matrix[k + 1][1],
                 matrix[k][2], matrix[k + 1][2], matrix[k][3], matrix[k + 1][3]};
  };
  const i16x8 low = functions(0);
  const i16x8 high = functions(2);
  const auto row = [&](i16x8 a, i16x8 b) { return scaled(dot(a, low) + dot(b, high), kRowShift); };
  add_rows(narrow(row(repeated<0>(top), repeated<1>(top)), row(repeated<2>(top), repeated<3>(top))), samples, stride);
  add_rows(narrow(row(repeated<0>(bottom), repeated<1>(bottom)), row(repeated<2>(bottom), repeated<3>(bottom))),
           samples + 2 * stride, stride);
}

}  // namespace gvw
