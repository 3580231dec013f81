#include "pixels/blend.h"

#include <algorithm>
#include <cstring>

#include "pixels/simd.h"

namespace gvw {
namespace {

using namespace simd;

/// 16 bytes of each row.
inline u8x16 blend_sixteen(const Rows& rows, std::size_t x) {
  i32x4 sums[4] = {i32x4{} + kHalfWeight, i32x4{} + kHalfWeight, i32x4{} + kHalfWeight, i32x4{} + kHalfWeight};
  for (std::uint32_t i = 0; i < rows.taps && i < rows.count; i += kColumnTaps) {
    const std::uint8_t* upper = rows.first + i * rows.stride + x;
    // The second of the last pair may weigh nothing and not be there.
    const std::uint8_t* lower = i + 1 < rows.count ? upper + rows.stride : upper;
    const auto u = load<u8x16>(upper);
    const auto l = load<u8x16>(lower);
    const i16x8 weights = load_pair(rows.weights + i);
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

/// Samples that are made together.
constexpr std::uint32_t kOutputs = 4;

/// Four parts of a sum.
inline i32x4 weighed(const std::uint8_t* samples, const std::int16_t* tap, std::uint32_t taps) {
  i32x4 sum{};
  for (std::uint32_t i = 0; i < taps; i += kSampleTaps) {
    sum += dot(widen_low(load_half(samples + i)), load<i16x8>(tap + i));
  }
  return sum;
}

/// The sums of each vector's four numbers, side by side.
inline i32x4 added_up(i32x4 a, i32x4 b, i32x4 c, i32x4 d) {
  const i32x4 ac = zip_low(a, c) + zip_high(a, c);
  const i32x4 bd = zip_low(b, d) + zip_high(b, d);
  return zip_low(ac, bd) + zip_high(ac, bd);
}

}  // namespace

void blend_rows_scalar(const Rows& rows, std::uint8_t* out, std::size_t from, std::size_t to) {
  for (std::size_t x = from; x < to; ++x) {
    std::int32_t sum = 0;
    for (std::uint32_t i = 0; i < std::min(rows.taps, rows.count); ++i) {
      sum += rows.first[i * rows.stride + x] * rows.weights[i];
    }
    out[x] = settled(sum);
  }
}

__attribute__((noinline)) void blend_rows(const Rows& rows, std::uint8_t* out, std::size_t bytes) {
  std::size_t x = 0;
  for (; x + 16 <= bytes; x += 16) store(out + x, blend_sixteen(rows, x));
  blend_rows_scalar(rows, out, x, bytes);
}

void blend_samples_scalar(const std::uint8_t* row, const Weights& weights, std::uint8_t* out, std::uint32_t from,
                          std::uint32_t to) {
  for (std::uint32_t x = from; x < to; ++x) {
    const std::uint8_t* samples = row + weights.first(x);
    std::int32_t sum = 0;
    for (std::uint32_t i = 0; i < weights.taps(); ++i) sum += samples[i] * weights.of(x)[i];
    out[x] = settled(sum);
  }
}

__attribute__((noinline)) void blend_samples(const std::uint8_t* row, const Weights& weights, std::uint8_t* out,
                                             std::uint32_t width) {
  const std::uint32_t taps = weights.taps();
  std::uint32_t x = 0;
  for (; x + kOutputs <= width; x += kOutputs) {
    const std::int16_t* tap = weights.of(x);
    i32x4 sums[kOutputs];
    for (std::uint32_t i = 0; i < kOutputs; ++i, tap += taps) sums[i] = weighed(row + weights.first(x + i), tap, taps);
    const i32x4 four = (added_up(sums[0], sums[1], sums[2], sums[3]) + kHalfWeight) >> kWeightBits;
    const auto bytes = reinterpret_cast<u32x4>(narrow_unsigned(narrow(four, four), i16x8{}))[0];
    std::memcpy(out + x, &bytes, sizeof(bytes));
  }
  blend_samples_scalar(row, weights, out, x, width);
}

}  // namespace gvw
