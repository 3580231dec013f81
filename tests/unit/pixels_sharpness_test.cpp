#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pixels/sharpness.h"
#include "support/pixels.h"

namespace gvw {
namespace {

double score_of(const Image& image) {
  const auto score = sharpness(image);
  EXPECT_TRUE(score.ok());
  return score.ok() ? score.value() : -1;
}

/// Discs of some sizes on grey, with edges as if a step had been blurred by a Gaussian of `sigma`, in pixels.
Image discs(std::uint32_t width, std::uint32_t height, double sigma, double contrast = 80) {
  return test::picture(width, height, [&](std::uint32_t x, std::uint32_t y, int channel) {
    if (channel == 3) return 255.0;
    const double cell = width / 8.0;
    const double u = std::fmod(x, cell) - cell / 2;
    const double v = std::fmod(y, cell) - cell / 2;
    const double outside = std::hypot(u, v) - cell / 3;
    return std::round(128 + contrast * std::erf(-outside / (sigma * std::numbers::sqrt2)));
  });
}

TEST(Sharpness, FallsAsEdgesWiden) {
  double last = 1;
  for (const double sigma : {0.3, 0.8, 1.2, 2.0, 4.0}) {
    const double score = score_of(discs(640, 480, sigma));
    EXPECT_LT(score, last) << sigma;
    last = score;
  }
}

/// σ₀ is 0.19 % of the longest side.
TEST(Sharpness, IsHalfWhereEdgesAreAsWideAsTheyMayBe) {
  EXPECT_NEAR(score_of(discs(640, 640, 0.0019 * 640)), 0.5, 0.08);
  EXPECT_NEAR(score_of(discs(2560, 1920, 0.0019 * 2560)), 0.5, 0.08);
}

TEST(Sharpness, IsTheSameForASmallerCopy) {
  for (const double share : {0.001, 0.002, 0.004}) {
    const double full = score_of(discs(1280, 960, share * 1280));
    EXPECT_NEAR(score_of(discs(640, 480, share * 640)), full, 0.12) << share;
  }
}

TEST(Sharpness, LooksAtTheWorstDirection) {
  const Image image = test::picture(400, 400, [](std::uint32_t x, std::uint32_t y, int channel) {
    if (channel == 3) return 255.0;
    if (y < 200) return (y / 20) % 2 == 0 ? 40.0 : 200.0;  // sharp edges, up and down
    // Wide ones, left and right.
    return 120 + 80 * std::erf((20 - std::abs(std::fmod(x, 80.0) - 40)) / (4 * std::numbers::sqrt2));
  });
  EXPECT_LT(score_of(image), 0.3);
}

TEST(Sharpness, FindsNothingBlurredWhereThereAreNoEdges) {
  EXPECT_EQ(score_of(test::picture(300, 200, [](auto, auto, int) { return 255; })), 1);
  EXPECT_EQ(score_of(discs(1, 1, 1)), 1);
  EXPECT_EQ(score_of(discs(3000, 2, 1)), 1);
}

TEST(Sharpness, IsNotTakenInByNoise) {
  Image image = discs(640, 480, 5);
  test::Random random(5);
  for (std::uint8_t& byte : image.pixels.span()) {
    byte = static_cast<std::uint8_t>(std::clamp(byte + random.between(-12, 12), 0, 255));
  }
  for (std::size_t i = 3; i < image.pixels.size(); i += kPixelBytes) image.pixels.data()[i] = 255;
  EXPECT_LT(score_of(image), 0.3);
}

TEST(Sharpness, SeesClearPartsAsWhite) {
  Image image = discs(400, 300, 0.5);
  for (std::size_t i = 3; i < image.pixels.size(); i += kPixelBytes) image.pixels.data()[i] = 0;
  EXPECT_EQ(score_of(image), 1);
}

}  // namespace
}  // namespace gvw
