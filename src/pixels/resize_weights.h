#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/buffer.h"
#include "pixels/resize.h"
#include "pixels/simd.h"

namespace gvw {

/// How the samples of one side become others: output `i` is what lies between `start + i·step` and
/// `start + (i + 1)·step`, in samples of the source, of which there are `from`. A step below 0 mirrors.
struct Scale {
  std::uint32_t from;
  std::uint32_t to;
  double start;
  double step;
};

/// Weights have 14 bits of fraction, so that the largest, a little more than one, fits into 16 bits.
inline constexpr int kWeightBits = 14;
inline constexpr int kHalfWeight = 1 << (kWeightBits - 1);

/// A weighed sum as a sample.
inline std::uint8_t settled(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp((sum + kHalfWeight) >> kWeightBits, 0, 255));
}

/// Two weights, again and again.
inline simd::i16x8 load_pair(const std::int16_t* weights) {
  std::int32_t both = 0;
  std::memcpy(&both, weights, sizeof(both));
  return reinterpret_cast<simd::i16x8>(simd::i32x4{} + both);
}

/// Which source pixels each output pixel is made of, along one side.
class Weights {
 public:
  /// The taps of every output are `tap_step` or a multiple; those beyond what is needed weigh nothing. False without
  /// memory.
  bool fill(const Scale& scale, Filter filter, std::uint32_t tap_step);

  [[nodiscard]] std::uint32_t taps() const { return taps_; }
  /// The first source pixel; first + taps() may lie beyond the source, with weights of zero.
  [[nodiscard]] std::uint32_t first(std::uint32_t output) const {
    return reinterpret_cast<const std::uint32_t*>(firsts_.data())[output];
  }
  [[nodiscard]] const std::int16_t* of(std::uint32_t output) const {
    return reinterpret_cast<const std::int16_t*>(weights_.data()) + std::size_t{output} * taps_;
  }

 private:
  std::uint32_t taps_ = 0;
  Buffer firsts_;
  Buffer weights_;
};

}  // namespace gvw
