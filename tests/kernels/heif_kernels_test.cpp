#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "heif/chroma.h"
#include "heif/planes.h"

namespace gvw {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes noise(std::size_t size, std::mt19937& random) {
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) {
    // The ends of the range are where sums overflow.
    const std::uint32_t number = random();
    byte = number % 4 == 0 ? 0 : number % 4 == 1 ? 255 : static_cast<std::uint8_t>(number >> 8U);
  }
  return bytes;
}

TEST(HeifKernels, ColourIsTheScalarTwins) {
  std::mt19937 random(1);
  for (const LumaWeights& weights : {kBt601, kBt709, kBt2020}) {
    for (const YccMatrix& matrix : {YccMatrix::full_range(weights), YccMatrix::limited_range(weights)}) {
      for (std::size_t count = 0; count < 70; ++count) {
        const Bytes y = noise(count, random);
        const Bytes cb = noise(count, random);
        const Bytes cr = noise(count, random);
        Bytes rgba(4 * count);
        Bytes expected(4 * count);
        row_to_rgba(y.data(), cb.data(), cr.data(), count, matrix, rgba.data());
        row_to_rgba_scalar(y.data(), cb.data(), cr.data(), count, matrix, expected.data());
        ASSERT_EQ(rgba, expected) << count;
      }
    }
  }
}

TEST(HeifKernels, ColourIsThatOfTheStandard) {
  struct Case {
    YccMatrix matrix;
    std::array<std::uint8_t, 3> ycc;
    std::array<std::uint8_t, 4> rgba;
  };
  // H.273, 8.3: E'R = Y + 2(1 - KR) Cr and so on; BT.601's red is Y 76, Cb 85, Cr 255 in full range.
  const Case cases[] = {
      {YccMatrix::full_range(kBt601), {255, 128, 128}, {255, 255, 255, 255}},
      {YccMatrix::full_range(kBt601), {76, 85, 255}, {254, 0, 0, 255}},
      {YccMatrix::limited_range(kBt601), {16, 128, 128}, {0, 0, 0, 255}},
      {YccMatrix::limited_range(kBt709), {235, 128, 128}, {255, 255, 255, 255}},
      {YccMatrix::limited_range(kBt709), {126, 128, 128}, {128, 128, 128, 255}},
  };
  for (const Case& row : cases) {
    std::array<std::uint8_t, 4> rgba{};
    row_to_rgba(&row.ycc[0], &row.ycc[1], &row.ycc[2], 1, row.matrix, rgba.data());
    EXPECT_EQ(rgba, row.rgba) << int{row.ycc[0]};
  }
}

TEST(HeifKernels, ChromaIsTheScalarTwins) {
  std::mt19937 random(2);
  for (std::size_t samples = 0; samples < 70; ++samples) {
    const Bytes near = noise(samples, random);
    const Bytes far = noise(samples, random);
    Bytes output(2 * samples);
    Bytes expected(2 * samples);
    upsample_row(near.data(), far.data(), samples, output.data());
    upsample_row_scalar(near.data(), far.data(), samples, 0, samples, expected.data());
    ASSERT_EQ(output, expected) << samples;
  }
}

TEST(HeifKernels, EvenChromaStaysEven) {
  const Bytes row(9, 77);
  Bytes output(18);
  upsample_row(row.data(), row.data(), row.size(), output.data());
  EXPECT_EQ(output, Bytes(18, 77));
}

}  // namespace
}  // namespace gvw
