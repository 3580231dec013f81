#pragma once

#include <cstdint>

#include "base/buffer.h"
#include "pixels/resize.h"

namespace gvw {

/// Weights have 14 bits of fraction, so that the largest, a little more than one, fits into 16 bits.
inline constexpr int kWeightBits = 14;

/// Which source pixels each output pixel is made of, along one side.
class Weights {
 public:
  /// The taps of every output are `tap_step` or a multiple; those beyond what is needed weigh nothing. False without
  /// memory.
  bool fill(std::uint32_t from, std::uint32_t to, Filter filter, std::uint32_t tap_step);

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
