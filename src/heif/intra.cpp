#include "heif/intra.h"

#include "pixels/simd.h"

namespace gvw {
namespace {

using namespace simd;

constexpr int kLanes = 16;
constexpr int kTile = 8;

/// A tile of eight by eight.
void transpose_tile(const std::uint8_t* input, std::ptrdiff_t input_stride, std::uint8_t* output,
                    std::ptrdiff_t stride) {
  u8x16 halves[4];
  for (int i = 0; i < 4; ++i) {
    halves[i] = zip_low(load_half(input + i * input_stride), load_half(input + (i + 4) * input_stride));
  }
  const u8x16 even[] = {zip_low(halves[0], halves[2]), zip_high(halves[0], halves[2])};
  const u8x16 odd[] = {zip_low(halves[1], halves[3]), zip_high(halves[1], halves[3])};
  for (int i = 0; i < 4; ++i) {
    const u8x16 both = i % 2 == 0 ? zip_low(even[i / 2], odd[i / 2]) : zip_high(even[i / 2], odd[i / 2]);
    store_half(output + (i * stride * 2), both);
    store_half(output + (2 * i + 1) * stride, __builtin_shufflevector(reinterpret_cast<u64x2>(both), u64x2{}, 1, 0));
  }
}

void transpose_smallest(const std::uint8_t* input, std::uint8_t* output, std::ptrdiff_t stride) {
  const auto rows = load<u8x16>(input);
  const auto columns = reinterpret_cast<u32x4>(
      __builtin_shufflevector(rows, rows, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  for (int i = 0; i < 4; ++i) {
    const std::uint32_t column = columns[i];
    std::memcpy(output + i * stride, &column, sizeof(column));
  }
}

}  // namespace

void smooth_border_scalar(const std::uint8_t* border, int size, std::uint8_t* output) {
  const int end = 2 * size;
  output[-end] = border[-end];
  output[end] = border[end];
  for (int i = 1 - end; i < end; ++i) {
    output[i] = static_cast<std::uint8_t>((border[i - 1] + 2 * border[i] + border[i + 1] + 2) >> 2);
  }
}

void smooth_border(const std::uint8_t* border, int size, std::uint8_t* output) {
  const int end = 2 * size;
  for (int i = -end; i < end; i += kLanes) {
    const auto middle = load<u8x16>(border + i);
    const u8x16 sides = mean(load<u8x16>(border + i - 1), load<u8x16>(border + i + 1));
    // The mean rounded up of a mean rounded down is the weighted one.
    store(output + i, mean(middle, sides) + ((middle ^ sides) & std::uint8_t{1}));
  }
  output[-end] = border[-end];
  output[end] = border[end];
}

void mirror_border(const std::uint8_t* border, int size, std::uint8_t* output) {
  for (int i = -2 * size; i <= 2 * size; i += kLanes) {
    const auto bytes = load<u8x16>(border - i - (kLanes - 1));
    store(output + i, __builtin_shufflevector(bytes, bytes, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
  }
}

void transpose_block_scalar(const std::uint8_t* input, int size, std::uint8_t* output, std::ptrdiff_t stride) {
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) output[y * stride + x] = input[x * size + y];
  }
}

void transpose_block(const std::uint8_t* input, int size, std::uint8_t* output, std::ptrdiff_t stride) {
  if (size < kTile) {
    transpose_smallest(input, output, stride);
    return;
  }
  for (int y = 0; y < size; y += kTile) {
    for (int x = 0; x < size; x += kTile)
      transpose_tile(input + std::ptrdiff_t{x} * size + y, size, output + y * stride + x, stride);
  }
}

}  // namespace gvw
