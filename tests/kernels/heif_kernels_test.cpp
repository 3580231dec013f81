#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <vector>

#include "heif/bins.h"
#include "heif/chroma.h"
#include "heif/intra.h"
#include "heif/planes.h"
#include "heif/sao.h"
#include "heif/transform.h"
#include "reference/bins.h"
#include "support/pixels.h"

namespace gvw {
namespace {

using test::Random;
using Bytes = std::vector<std::uint8_t>;

Bytes samples(std::size_t size, Random& random) {
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) {
    // The ends of the range are where sums overflow.
    const auto kind = random.below(4);
    const auto end = static_cast<std::uint8_t>(kind == 0 ? 0 : 255);
    byte = kind < 2 ? end : static_cast<std::uint8_t>(random.below(256));
  }
  return bytes;
}

TEST(HeifKernels, ColourIsTheScalarTwins) {
  Random random(1);
  for (const LumaWeights& weights : {kBt601, kBt709, kBt2020}) {
    for (const YccMatrix& matrix : {YccMatrix::full_range(weights), YccMatrix::limited_range(weights)}) {
      for (std::size_t count = 0; count < 70; ++count) {
        const Bytes y = samples(count, random);
        const Bytes cb = samples(count, random);
        const Bytes cr = samples(count, random);
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
    row_to_rgba(row.ycc.data(), row.ycc.data() + 1, row.ycc.data() + 2, 1, row.matrix, rgba.data());
    EXPECT_EQ(rgba, row.rgba) << int{row.ycc[0]};
  }
}

TEST(HeifKernels, ChromaIsTheScalarTwins) {
  Random random(2);
  for (std::size_t count = 0; count < 70; ++count) {
    const Bytes near = samples(count, random);
    const Bytes far = samples(count, random);
    Bytes output(2 * count);
    Bytes expected(2 * count);
    upsample_row(near.data(), far.data(), count, output.data());
    upsample_row_scalar(near.data(), far.data(), count, 0, count, expected.data());
    ASSERT_EQ(output, expected) << count;
  }
}

TEST(HeifKernels, EvenChromaStaysEven) {
  const Bytes row(9, 77);
  Bytes output(18);
  upsample_row(row.data(), row.data(), row.size(), output.data());
  EXPECT_EQ(output, Bytes(18, 77));
}

SampleOffsets offsets_of(Random& random) {
  SampleOffsets offsets;
  const int largest = 1 << random.between(0, 6);
  for (std::int8_t& offset : offsets) offset = static_cast<std::int8_t>(random.between(-largest, largest));
  return offsets;
}

TEST(HeifKernels, SampleOffsetsAreTheScalarTwins) {
  Random random(5);
  constexpr std::size_t kStride = 80;
  for (int round = 0; round < 2000; ++round) {
    const std::size_t count = random.below(70);
    const Bytes plane = samples(3 * kStride, random);
    const SampleOffsets offsets = offsets_of(random);
    const std::ptrdiff_t neighbours[] = {1, kStride, kStride + 1, kStride - 1};
    const std::ptrdiff_t neighbour = neighbours[random.below(4)];
    const unsigned leftmost = random.below(32);
    for (const bool edges : {true, false}) {
      Bytes found = plane;
      Bytes expected = plane;
      const std::uint8_t* input = plane.data() + kStride + 1;
      const SampleRow row{input, found.data() + kStride + 1, count};
      const SampleRow twin{input, expected.data() + kStride + 1, count};
      if (edges) {
        offset_edges(row, -neighbour, neighbour, offsets);
        offset_edges_scalar(twin, -neighbour, neighbour, offsets, 0);
      } else {
        offset_bands(row, leftmost, offsets);
        offset_bands_scalar(twin, leftmost, offsets, 0);
      }
      ASSERT_EQ(found, expected) << "round " << round;
    }
  }
}

TEST(HeifKernels, BinsAreTheStandards) {
  Random random(6);
  for (int round = 0; round < 500; ++round) {
    Bytes stream(2 + random.below(59));
    for (std::uint8_t& byte : stream) byte = static_cast<std::uint8_t>(random.below(256));
    // The first nine bits are below the range, as in every stream that conforms.
    stream[0] = static_cast<std::uint8_t>(random.below(255));
    reference::PlainBins plain(stream);
    BinReader reader{.window = (std::uint64_t{stream[0]} << 8U | stream[1]) << (BinReader::kRangeShift - 7),
                     .range = 510,
                     .ahead = 7,
                     .next = stream.data() + 2,
                     .end = stream.data() + stream.size()};
    std::array<BinContext, 8> contexts{};
    std::array<reference::PlainBins::Context, 8> plain_contexts;
    for (std::size_t i = 0; i < contexts.size(); ++i) {
      plain_contexts[i] = {random.below(63), random.below(2)};
      contexts[i] = static_cast<BinContext>(2 * plain_contexts[i].state + plain_contexts[i].more_probable);
    }
    // Past the end too.
    for (int i = 0; i < 600; ++i) {
      const std::size_t context = random.below(contexts.size());
      const int count = random.between(1, BinReader::kMostBits);
      const bool alone = random.below(4) != 0;
      const std::uint32_t found = alone ? reader.bit(contexts[context]) : reader.bits(count);
      const std::uint32_t expected = alone ? plain.bit(plain_contexts[context]) : plain.bits(count);
      ASSERT_EQ(found, expected) << "round " << round << ", read " << i;
    }
  }
}

TEST(HeifKernels, BordersAreTheScalarTwins) {
  Random random(7);
  constexpr std::size_t kCorner = 80;
  for (int round = 0; round < 300; ++round) {
    const int size = 4 << random.below(4);
    const Bytes border = samples(2 * kCorner, random);
    const std::uint8_t* corner = border.data() + kCorner;
    Bytes other_way(2 * kCorner);
    std::uint8_t* mirrored = other_way.data() + kCorner;
    mirror_border(corner, size, mirrored);
    for (int i = -2 * size; i <= 2 * size; ++i) ASSERT_EQ(mirrored[i], corner[-i]) << size << " at " << i;
    if (size == 4) continue;
    Bytes found(2 * kCorner);
    Bytes expected(2 * kCorner);
    smooth_border(corner, size, found.data() + kCorner);
    smooth_border_scalar(corner, size, expected.data() + kCorner);
    ASSERT_EQ(found, expected) << size;
  }
}

TEST(HeifKernels, TransposedBlocksAreTheScalarTwins) {
  Random random(8);
  constexpr std::ptrdiff_t kStride = 40;
  for (const int size : {4, 8, 16, 32}) {
    const auto side = static_cast<std::size_t>(size);
    const Bytes block = samples(side * side, random);
    Bytes found(32 * kStride);
    Bytes expected(32 * kStride);
    transpose_block(block.data(), size, found.data(), kStride);
    transpose_block_scalar(block.data(), size, expected.data(), kStride);
    ASSERT_EQ(found, expected) << size;
  }
}

TEST(HeifKernels, TransformsAreTheScalarTwins) {
  Random random(9);
  constexpr std::ptrdiff_t kStride = 7;
  for (int round = 0; round < 4000; ++round) {
    std::array<std::int16_t, 16> coefficients;
    // The largest overflow after the first half, which holds them at the ends of the range.
    const int largest = round % 4 == 0 ? 32767 : 1 << random.between(0, 12);
    for (std::int16_t& coefficient : coefficients) {
      coefficient = static_cast<std::int16_t>(random.below(3) == 0 ? random.between(-largest - 1, largest) : 0);
    }
    const Bytes block = samples(4 * kStride, random);
    for (const TransformMatrix* matrix : {&kSine, &kCosine}) {
      Bytes found = block;
      Bytes expected = block;
      add_transformed(*matrix, coefficients.data(), found.data(), kStride);
      add_transformed_scalar(*matrix, coefficients.data(), expected.data(), kStride);
      ASSERT_EQ(found, expected) << "round " << round;
    }
  }
}

}  // namespace
}  // namespace gvw
