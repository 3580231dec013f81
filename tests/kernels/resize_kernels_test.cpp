// The resize by vectors against the same in plain words.
#include <gtest/gtest.h>

#include <utility>

#include "pixels/resize.h"
#include "support/pixels.h"

namespace gvw {
namespace {

TEST(ResizeKernels, EverySizeIsTheScalarTwins) {
  test::Random random(6);
  const std::uint32_t sides[] = {1, 2, 3, 5, 8, 17, 33, 64, 100};
  for (const std::uint32_t width : sides) {
    for (const std::uint32_t height : {1U, 7U, 30U, 61U}) {
      for (int round = 0; round < 12; ++round) {
        const std::uint32_t to_width = 1 + random.below(90);
        const std::uint32_t to_height = 1 + random.below(90);
        const Filter filter = random.below(2) == 0 ? Filter::kArea : Filter::kLanczos3;
        Image image = test::noise(width, height, random.next());
        if (random.below(2) == 0) {
          for (std::size_t i = 3; i < image.pixels.size(); i += 4) {
            image.pixels.data()[i] = static_cast<std::uint8_t>(random.below(256));
          }
        }
        const auto ours = resize(test::copy_of(image), to_width, to_height, filter);
        const auto expected = resize_scalar(std::move(image), to_width, to_height, filter);
        ASSERT_TRUE(ours.ok() && expected.ok());
        ASSERT_EQ(test::largest_difference(ours.value(), expected.value()), 0)
            << width << "x" << height << " to " << to_width << "x" << to_height;
      }
    }
  }
}

}  // namespace
}  // namespace gvw
