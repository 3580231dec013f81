#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "pixels/image.h"

/// Pictures for the tests of the codecs, and how to compare them.
namespace gvw::test {

/// xorshift32: repeatable on every machine.
class Random {
 public:
  explicit Random(std::uint32_t seed) : state_(seed * 2654435761U + 1) {}
  std::uint32_t next() {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 17U;
    state_ ^= state_ << 5U;
    return state_;
  }
  /// Below `count`.
  std::uint32_t below(std::uint32_t count) { return next() % count; }
  int between(int low, int high) { return low + static_cast<int>(below(static_cast<std::uint32_t>(high - low + 1))); }

 private:
  std::uint32_t state_;
};

/// 1: `value(x, y, channel)`; alpha is channel 3.
template <class Value>
Image picture(std::uint32_t width, std::uint32_t height, Value value) {
  Image image;
  image.width = width;
  image.height = height;
  image.pixels = Buffer::of_size(std::size_t{width} * height * kPixelBytes);
  std::uint8_t* out = image.pixels.data();
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      for (int channel = 0; channel < 4; ++channel) *out++ = static_cast<std::uint8_t>(value(x, y, channel));
    }
  }
  return image;
}

/// Every byte by chance; opaque.
inline Image noise(std::uint32_t width, std::uint32_t height, std::uint32_t seed) {
  Random random(seed);
  return picture(width, height, [&](auto, auto, int channel) { return channel == 3 ? 255U : random.below(256); });
}

/// Slopes and waves, as smooth as a photograph's sky, and not alike under any turn; opaque.
inline Image waves(std::uint32_t width, std::uint32_t height) {
  return picture(width, height, [&](std::uint32_t x, std::uint32_t y, int channel) {
    if (channel == 3) return 255.0;
    const double u = x / 37.0 + channel;
    const double v = y / 23.0 - channel;
    return 128 + 70 * std::sin(u) * std::cos(v) + 50.0 * x / width - 30.0 * y / height;
  });
}

/// The largest difference of any byte; 256 for pictures of different sizes.
inline int largest_difference(const Image& a, const Image& b) {
  if (a.width != b.width || a.height != b.height) return 256;
  int largest = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) {
    largest = std::max(largest, std::abs(a.pixels.data()[i] - b.pixels.data()[i]));
  }
  return largest;
}

inline double mean_difference(const Image& a, const Image& b) {
  if (a.width != b.width || a.height != b.height) return 256;
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels.data()[i] - b.pixels.data()[i]);
  return sum / static_cast<double>(a.pixels.size());
}

/// Long enough for several segments of a JPEG; only its colour space is real.
inline Buffer profile(std::size_t size) {
  Buffer icc;
  for (std::size_t i = 0; i < size; ++i) icc.append(static_cast<char>(i * 31 + i / 256));
  std::memcpy(icc.data() + 16, "RGB ", 4);
  return icc;
}

inline bool same_bytes(const Buffer& a, const Buffer& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size()) == 0;
}

inline Image copy_of(const Image& image) {
  Image copy;
  copy.width = image.width;
  copy.height = image.height;
  copy.pixels.append(image.pixels.span());
  return copy;
}

}  // namespace gvw::test
