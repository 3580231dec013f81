#include "pixels/codecs/png_filter.h"

#include <cstdlib>

#include "pixels/simd.h"

namespace gvw::png {
namespace {

using namespace simd;

inline int paeth(int left, int above, int corner) {
  const int estimate = left + above - corner;
  const int from_left = std::abs(estimate - left);
  const int from_above = std::abs(estimate - above);
  const int from_corner = std::abs(estimate - corner);
  if (from_left <= from_above && from_left <= from_corner) return left;
  return from_above <= from_corner ? above : corner;
}

inline int predicted(unsigned filter, int left, int above, int corner) {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) / 2;
    case 4:
      return paeth(left, above, corner);
    default:
      return 0;
  }
}

const u8x16 kOpaque = {0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255};

/// Four pixels as RGBA. Of pixels of 3 bytes 12 are read, and 4 more that do not matter.
template <unsigned kBytes>
inline u8x16 four_pixels(const std::uint8_t* row) {
  const auto bytes = load<u8x16>(row);
  if constexpr (kBytes == 4) return bytes;
  return __builtin_shufflevector(bytes, bytes, 0, 1, 2, 15, 3, 4, 5, 15, 6, 7, 8, 15, 9, 10, 11, 15);
}

template <unsigned kBytes>
inline u8x16 finished(u8x16 pixels) {
  return kBytes == 4 ? pixels : pixels | kOpaque;
}

inline u8x16 last_pixel_first(u8x16 v) {
  const auto words = reinterpret_cast<u32x4>(v);
  return reinterpret_cast<u8x16>(__builtin_shufflevector(words, u32x4{}, 3, 4, 4, 4));
}

/// Sums over the pixels so far: two additions for four pixels.
inline u8x16 running_sums(u8x16 v) {
  const auto words = reinterpret_cast<u32x4>(v);
  const u8x16 by_one = v + reinterpret_cast<u8x16>(__builtin_shufflevector(words, u32x4{}, 4, 0, 1, 2));
  const auto doubled = reinterpret_cast<u32x4>(by_one);
  return by_one + reinterpret_cast<u8x16>(__builtin_shufflevector(doubled, u32x4{}, 4, 4, 0, 1));
}

/// The pixel at `kIndex` first; the others do not matter.
template <int kIndex>
inline u8x16 pixel_first(u8x16 v) {
  const auto words = reinterpret_cast<u32x4>(v);
  return reinterpret_cast<u8x16>(__builtin_shufflevector(words, words, kIndex, kIndex, kIndex, kIndex));
}

inline u8x16 joined(const u8x16 (&pixels)[4]) {
  const auto word = [&](int i) { return reinterpret_cast<i32x4>(pixels[i]); };
  const auto low = reinterpret_cast<u64x2>(zip_low(word(0), word(1)));
  const auto high = reinterpret_cast<u64x2>(zip_low(word(2), word(3)));
  return reinterpret_cast<u8x16>(zip_low(low, high));
}

template <unsigned kBytes>
struct Sub {
  u8x16 left{};
  u8x16 four(u8x16 row, u8x16 /*above*/) {
    const u8x16 pixels = running_sums(row) + pixel_first<0>(left);
    left = last_pixel_first(pixels);
    return pixels;
  }
};

template <unsigned kBytes>
struct Average {
  u8x16 left{};
  u8x16 four(u8x16 row, u8x16 above) {
    u8x16 pixels[4];
    pixels[0] = left = row + mean(left, above);
    pixels[1] = left = pixel_first<1>(row) + mean(left, pixel_first<1>(above));
    pixels[2] = left = pixel_first<2>(row) + mean(left, pixel_first<2>(above));
    pixels[3] = left = pixel_first<3>(row) + mean(left, pixel_first<3>(above));
    return joined(pixels);
  }
};

template <unsigned kBytes>
struct Paeth {
  // One pixel in 16 bits a channel each, in the first four lanes.
  i16x8 left{};
  i16x8 corner{};

  i16x8 one(i16x8 row, i16x8 above) {
    const i16x8 rise = above - corner;
    const i16x8 step = left - corner;
    const i16x8 from_left = absolute(rise);
    const i16x8 from_above = absolute(step);
    const i16x8 from_corner = absolute(rise + step);
    const i16x8 nearest = smaller(smaller(from_left, from_above), from_corner);
    const i16x8 other = nearest == from_above ? above : corner;
    const i16x8 guess = nearest == from_left ? left : other;
    left = (row + guess) & std::int16_t{0xff};
    corner = above;
    return left;
  }

  u8x16 four(u8x16 row, u8x16 above) {
    const auto upper = [](i16x8 v) { return reinterpret_cast<i16x8>(zip_high(reinterpret_cast<u64x2>(v), u64x2{})); };
    const i16x8 row_low = widen_low(row);
    const i16x8 row_high = widen_high(row);
    const i16x8 above_low = widen_low(above);
    const i16x8 above_high = widen_high(above);
    const auto as64 = [](i16x8 v) { return reinterpret_cast<u64x2>(v); };
    const i16x8 first = one(row_low, above_low);
    const i16x8 second = one(upper(row_low), upper(above_low));
    const i16x8 third = one(row_high, above_high);
    const i16x8 fourth = one(upper(row_high), upper(above_high));
    return narrow_unsigned(reinterpret_cast<i16x8>(zip_low(as64(first), as64(second))),
                           reinterpret_cast<i16x8>(zip_low(as64(third), as64(fourth))));
  }
};

template <unsigned kBytes>
struct Up {
  u8x16 four(u8x16 row, u8x16 above) { return row + above; }
};

template <unsigned kBytes>
struct None {
  u8x16 four(u8x16 row, u8x16 /*above*/) { return row; }
};

/// Whole groups of four pixels by vectors, while 16 bytes can be read; the rest through a copy of its own.
template <unsigned kBytes, class Filter>
__attribute__((noinline)) void run(const std::uint8_t* row, const std::uint8_t* above, std::uint8_t* out,
                                   std::size_t count) {
  Filter filter;
  std::size_t x = 0;
  // The last group of 3-byte pixels would read beyond the row.
  const std::size_t spare = kBytes == 4 ? 0 : 2;
  for (; x + 4 + spare <= count; x += 4) {
    store(out + 4 * x,
          finished<kBytes>(filter.four(four_pixels<kBytes>(row + kBytes * x), load<u8x16>(above + 4 * x))));
  }
  while (x < count) {
    std::uint8_t in[16] = {};
    std::uint8_t before[16] = {};
    std::uint8_t pixels[16];
    const std::size_t left = count - x < 4 ? count - x : 4;
    std::memcpy(in, row + kBytes * x, kBytes * left);
    std::memcpy(before, above + 4 * x, 4 * left);
    store(pixels, finished<kBytes>(filter.four(four_pixels<kBytes>(in), load<u8x16>(before))));
    std::memcpy(out + 4 * x, pixels, 4 * left);
    x += left;
  }
}

template <unsigned kBytes>
void unfilter(unsigned filter, const std::uint8_t* row, const std::uint8_t* above, std::uint8_t* out,
              std::size_t count) {
  switch (filter) {
    case 1:
      return run<kBytes, Sub<kBytes>>(row, above, out, count);
    case 2:
      return run<kBytes, Up<kBytes>>(row, above, out, count);
    case 3:
      return run<kBytes, Average<kBytes>>(row, above, out, count);
    case 4:
      return run<kBytes, Paeth<kBytes>>(row, above, out, count);
    default:
      return run<kBytes, None<kBytes>>(row, above, out, count);
  }
}

template <unsigned kFilter>
__attribute__((noinline)) std::uint64_t apply(const std::uint8_t* row, const std::uint8_t* above, std::uint8_t* out,
                                              std::size_t length, std::size_t step) {
  std::uint32_t sum = 0;
  const auto put = [&](std::size_t i, int left, int corner) {
    const auto value = static_cast<std::uint8_t>(row[i] - predicted(kFilter, left, above[i], corner));
    out[i] = value;
    sum += value < 128 ? value : 256U - value;
  };
  const std::size_t head = step < length ? step : length;
  for (std::size_t i = 0; i < head; ++i) put(i, 0, 0);
  for (std::size_t i = head; i < length; ++i) put(i, row[i - step], above[i - step]);
  return sum;
}

}  // namespace

void unfilter_to_rgba(unsigned filter, const std::uint8_t* row, const std::uint8_t* above, std::uint8_t* out,
                      std::size_t count, unsigned pixel_bytes) {
  pixel_bytes == 4 ? unfilter<4>(filter, row, above, out, count) : unfilter<3>(filter, row, above, out, count);
}

void unfilter_to_rgba_scalar(unsigned filter, const std::uint8_t* row, const std::uint8_t* above, std::uint8_t* out,
                             std::size_t count, unsigned pixel_bytes) {
  for (std::size_t x = 0; x < count; ++x) {
    for (std::size_t c = 0; c < 4; ++c) {
      const std::size_t at = 4 * x + c;
      if (c == pixel_bytes) {
        out[at] = 255;
        continue;
      }
      const int left = x == 0 ? 0 : out[at - 4];
      const int corner = x == 0 ? 0 : above[at - 4];
      out[at] = static_cast<std::uint8_t>(row[pixel_bytes * x + c] + predicted(filter, left, above[at], corner));
    }
  }
}

void unfilter_in_place(unsigned filter, std::uint8_t* row, const std::uint8_t* above, std::size_t length,
                       std::size_t step) {
  if (filter == 0) return;
  for (std::size_t i = 0; i < length; ++i) {
    const int left = i < step ? 0 : row[i - step];
    const int corner = i < step ? 0 : above[i - step];
    row[i] = static_cast<std::uint8_t>(row[i] + predicted(filter, left, above[i], corner));
  }
}

std::uint64_t apply_filter(unsigned filter, const std::uint8_t* row, const std::uint8_t* above, std::uint8_t* out,
                           std::size_t length, std::size_t step) {
  switch (filter) {
    case 1:
      return apply<1>(row, above, out, length, step);
    case 2:
      return apply<2>(row, above, out, length, step);
    case 3:
      return apply<3>(row, above, out, length, step);
    case 4:
      return apply<4>(row, above, out, length, step);
    default:
      return apply<0>(row, above, out, length, step);
  }
}

}  // namespace gvw::png
