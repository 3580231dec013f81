#include "pixels/upright.h"

#include <gtest/gtest.h>

#include <cstring>
#include <utility>

#include "reference/upright.h"
#include "support/bytes.h"

namespace gvw {
namespace {

Image image_of(const reference::Pixels& pixels) {
  Image image;
  image.width = pixels.width;
  image.height = pixels.height;
  image.pixels = Buffer::of_size(pixels.values.size() * 4);
  std::memcpy(image.pixels.data(), pixels.values.data(), image.pixels.size());
  return image;
}

/// No two pixels alike, in every channel something.
reference::Pixels numbered(std::uint32_t width, std::uint32_t height) {
  reference::Pixels pixels{width, height, {}};
  for (std::uint32_t i = 0; i < width * height; ++i) pixels.values.push_back(i * 0x9e3779b1U);
  return pixels;
}

TEST(Upright, EveryOrientationOfEverySmallSizeAgreesWithTheReference) {
  constexpr std::pair<std::uint32_t, std::uint32_t> kSizes[] = {
      {1, 1},   {1, 2},   {2, 1},   {1, 37},  {37, 1},  {2, 3},   {3, 3},
      {31, 32}, {32, 32}, {33, 32}, {33, 65}, {64, 31}, {97, 40}, {40, 97},
  };
  for (const auto& [width, height] : kSizes) {
    const reference::Pixels stored = numbered(width, height);
    for (unsigned orientation = 1; orientation <= 8; ++orientation) {
      const reference::Pixels expected = reference::upright(stored, orientation);
      const auto turned = upright(image_of(stored), orientation);
      ASSERT_TRUE(turned.ok());
      EXPECT_EQ(turned.value().width, expected.width);
      EXPECT_EQ(turned.value().height, expected.height);
      ASSERT_EQ(turned.value().pixels.size(), expected.values.size() * 4);
      EXPECT_EQ(std::memcmp(turned.value().pixels.data(), expected.values.data(), expected.values.size() * 4), 0)
          << width << "x" << height << " orientation " << orientation;
    }
  }
}

TEST(Upright, OrientationOneHandsTheSamePixelsThrough) {
  Image image = image_of(numbered(5, 3));
  const std::uint8_t* place = image.pixels.data();
  const auto result = upright(std::move(image), 1);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value().pixels.data(), place);
}

TEST(Upright, OtherNumbersAreBadArguments) {
  for (const unsigned orientation : {0U, 9U, 0xffffffffU}) {
    EXPECT_EQ(upright(image_of(numbered(2, 2)), orientation).failure().status, Status::kBadArgument);
  }
}

}  // namespace
}  // namespace gvw
