#pragma once
// The arithmetic decoder of ITU-T H.265, 9.3.4.3, word for word: one bit of the stream at a time.
#include <cstddef>
#include <cstdint>
#include <span>

#include "heif/bins.h"

namespace gvw::reference {

class PlainBins {
 public:
  struct Context {
    unsigned state = 0;
    unsigned more_probable = 0;
  };

  explicit PlainBins(std::span<const std::uint8_t> stream) : stream_(stream) {
    for (int i = 0; i < 9; ++i) shift_in();
  }

  unsigned bit(Context& context) {
    const unsigned less = bins::kLessProbable[context.state][(range_ >> 6) & 3];
    range_ -= less;
    unsigned value = context.more_probable;
    if (offset_ >= range_) {
      value = 1 - value;
      offset_ -= range_;
      range_ = less;
      if (context.state == 0) context.more_probable = 1 - context.more_probable;
      context.state = bins::kAfterLessProbable[context.state];
    } else if (context.state < 62) {
      ++context.state;
    }
    while (range_ < 256) {
      range_ *= 2;
      shift_in();
    }
    return value;
  }

  unsigned bits(int count) {
    unsigned value = 0;
    for (int i = 0; i < count; ++i) {
      shift_in();
      const bool one = offset_ >= range_;
      if (one) offset_ -= range_;
      value = 2 * value + (one ? 1 : 0);
    }
    return value;
  }

 private:
  /// Zeros after the end.
  void shift_in() {
    const std::size_t byte = at_ / 8;
    const unsigned bit = byte < stream_.size() ? stream_[byte] >> (7 - at_ % 8) & 1U : 0;
    offset_ = 2 * offset_ + bit;
    ++at_;
  }

  std::span<const std::uint8_t> stream_;
  std::size_t at_ = 0;
  unsigned range_ = 510;
  unsigned offset_ = 0;
};

}  // namespace gvw::reference
