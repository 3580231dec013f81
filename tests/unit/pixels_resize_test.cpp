#include <gtest/gtest.h>

#include <utility>

#include "pixels/edit.h"
#include "pixels/resize.h"
#include "support/pixels.h"

namespace gvw {
namespace {

Image resized(Image image, std::uint32_t width, std::uint32_t height, Filter filter) {
  auto result = resize(std::move(image), width, height, filter);
  EXPECT_TRUE(result.ok());
  return std::move(result.value());
}

constexpr Filter kFilters[] = {Filter::kArea, Filter::kLanczos3};

TEST(Resize, AnEvenSurfaceStaysEven) {
  for (const Filter filter : kFilters) {
    for (const std::uint32_t to : {1U, 3U, 17U, 50U, 99U, 300U}) {
      const auto value = [](auto, auto, int channel) { return channel == 3 ? 255 : 60 + 50 * channel; };
      const Image small = resized(test::picture(100, 70, value), to, to, filter);
      EXPECT_EQ(test::largest_difference(small, test::picture(to, to, value)), 0) << to;
    }
  }
}

TEST(Resize, AreaIsTheMeanOfWhatIsCovered) {
  const Image image = test::noise(48, 36, 3);
  const Image small = resized(test::copy_of(image), 16, 9, Filter::kArea);
  for (std::size_t y = 0; y < 9; ++y) {
    for (std::size_t x = 0; x < 16; ++x) {
      for (std::size_t c = 0; c < 4; ++c) {
        double sum = 0;
        for (std::size_t i = 0; i < 12; ++i) {
          const std::size_t row = y * 4 + i / 3;
          const std::size_t column = x * 3 + i % 3;
          sum += image.pixels.data()[(row * 48 + column) * 4 + c];
        }
        ASSERT_NEAR(small.pixels.data()[(y * 16 + x) * 4 + c], sum / 12, 1.01);
      }
    }
  }
}

TEST(Resize, ASlopeStaysASlope) {
  const auto slope = [](std::uint32_t width, std::uint32_t height) {
    return test::picture(width, height, [&](std::uint32_t x, std::uint32_t y, int channel) {
      if (channel == 3) return 255.0;
      return 20 + 200 * (channel == 0 ? (x + 0.5) / width : (y + 0.5) / height);
    });
  };
  for (const Filter filter : kFilters) {
    EXPECT_LE(test::mean_difference(resized(slope(400, 300), 123, 77, filter), slope(123, 77)), 0.6);
  }
  EXPECT_LE(test::mean_difference(resized(slope(40, 30), 123, 77, Filter::kLanczos3), slope(123, 77)), 1.5);
}

TEST(Resize, HiddenColoursDoNotBleed) {
  // Clear pixels are red underneath; what can be seen is blue.
  const auto pixel = [](std::uint32_t x, std::uint32_t y, int channel) {
    const bool clear = (x / 3 + y / 5) % 2 == 0;
    constexpr int kRed[4] = {255, 0, 0, 0};
    constexpr int kBlue[4] = {0, 0, 255, 255};
    return clear ? kRed[channel] : kBlue[channel];
  };
  const Image image = resized(test::picture(64, 64, pixel), 20, 20, Filter::kArea);
  for (std::size_t i = 0; i < image.pixels.size(); i += 4) {
    if (image.pixels.data()[i + 3] == 0) continue;
    EXPECT_EQ(image.pixels.data()[i], 0);
    EXPECT_GE(image.pixels.data()[i + 2], 250);
  }
}

TEST(Resize, RefusesWhatHasNoPixels) {
  EXPECT_EQ(resize(test::noise(4, 4, 1), 0, 4, Filter::kArea).failure().status, Status::kBadArgument);
  EXPECT_EQ(resize(Image{}, 4, 4, Filter::kArea).failure().status, Status::kBadArgument);
}

TEST(Edit, CropTakesThePart) {
  Image image = test::picture(9, 7, [](std::uint32_t x, std::uint32_t y, int channel) {
    const std::uint32_t channels[4] = {x, y, 255, 255};
    return channels[channel];
  });
  EXPECT_FALSE(crop(image, 5, 5, 5, 1));
  EXPECT_FALSE(crop(image, 0, 0, 0, 1));
  EXPECT_FALSE(crop(image, 0xffffffff, 0, 2, 1));
  ASSERT_TRUE(crop(image, 2, 3, 4, 2));
  ASSERT_EQ(image.width, 4U);
  ASSERT_EQ(image.pixels.size(), 32U);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(image.pixels.data()[4 * i], 2 + i % 4);
    EXPECT_EQ(image.pixels.data()[4 * i + 1], 3 + i / 4);
  }
}

TEST(Edit, FlattenPutsThePictureOntoAColour) {
  Image image = test::picture(2, 1, [](std::uint32_t x, auto, int channel) { return channel == 3 ? 128 * x : 200U; });
  EXPECT_FALSE(is_opaque(image));
  flatten(image, 10, 20, 30);
  EXPECT_TRUE(is_opaque(image));
  const std::uint8_t expected[] = {10, 20, 30, 255, 105, 110, 115, 255};
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(image.pixels.data()[i], expected[i]) << i;
}

}  // namespace
}  // namespace gvw
