// Single channels resized by vectors, against the same in plain words.
#include <gtest/gtest.h>

#include <cstring>

#include "pixels/plane.h"
#include "support/pixels.h"

namespace gvw {
namespace {

Plane noise(std::uint32_t width, std::uint32_t height, test::Random& random) {
  Plane plane = plane_of(width, height);
  for (std::uint8_t& sample : plane.samples.span()) sample = static_cast<std::uint8_t>(random.below(256));
  return plane;
}

Plane copy_of(const Plane& plane) {
  Plane copy = plane_of(plane.width, plane.height);
  std::memcpy(copy.samples.data(), plane.samples.data(), plane.samples.size());
  return copy;
}

bool same(const Plane& a, const Plane& b) {
  if (a.width != b.width || a.height != b.height) return false;
  for (std::size_t y = 0; y < a.height; ++y) {
    if (std::memcmp(a.samples.data() + y * a.stride, b.samples.data() + y * b.stride, a.width) != 0) return false;
  }
  return true;
}

/// All of the side or nearly all, forwards or backwards.
Scale chance_scale(std::uint32_t from, test::Random& random) {
  const std::uint32_t to = 1 + random.below(90);
  const double extent = from - random.below(8) / 16.0;
  const double step = extent / to;
  return random.below(2) == 0 ? Scale{from, to, 0, step} : Scale{from, to, extent, -step};
}

TEST(PlaneKernels, EverySizeIsTheScalarTwins) {
  test::Random random(7);
  for (const std::uint32_t width : {1U, 2U, 3U, 7U, 8U, 16U, 17U, 33U, 64U, 100U, 250U}) {
    for (const std::uint32_t height : {1U, 7U, 16U, 30U, 61U}) {
      const Plane one = noise(width, height, random);
      const Plane other = noise(width, height, random);
      for (int round = 0; round < 10; ++round) {
        const Scale across = chance_scale(width, random);
        const Scale down = chance_scale(height, random);
        Plane ours[] = {copy_of(one), copy_of(other)};
        Plane expected[] = {copy_of(one), copy_of(other)};
        ASSERT_EQ(resize_planes(ours, across, down), Status::kOk);
        ASSERT_EQ(resize_planes_scalar(expected, across, down), Status::kOk);
        ASSERT_TRUE(same(ours[0], expected[0]) && same(ours[1], expected[1]))
            << width << "x" << height << " to " << across.to << "x" << down.to;
      }
    }
  }
}

}  // namespace
}  // namespace gvw
