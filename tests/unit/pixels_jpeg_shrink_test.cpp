#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "pixels/codecs/jpeg.h"
#include "pixels/resize.h"
#include "pixels/upright.h"
#include "support/pixels.h"

namespace gvw {
namespace {

constexpr std::uint8_t kOnceOrTwice[] = {1, 2};

JpegStyle sampled(std::uint8_t across, std::uint8_t down) {
  JpegStyle style;
  style.luma.fill(2);
  style.chroma.fill(2);
  style.luma_across = across;
  style.luma_down = down;
  return style;
}

Buffer jpeg_of(const Image& image, const JpegOptions& options) {
  auto encoded = encode_jpeg(image, options);
  EXPECT_TRUE(encoded.ok());
  return std::move(encoded.value());
}

Image shrunk(const Buffer& file, const ShrinkOptions& options) {
  const auto small = shrink_jpeg(file.span(), options);
  if (!small.ok() || small.value().size() == 0) {
    ADD_FAILURE() << "not made";
    return {};
  }
  auto image = decode_jpeg(small.value().span(), {});
  EXPECT_TRUE(image.ok());
  return image.ok() ? std::move(image.value()) : Image{};
}

/// The way round by pixels.
Image by_pixels(const Buffer& file, const ShrinkOptions& options) {
  auto image = decode_jpeg(file.span(), {});
  auto turned = upright(std::move(image.value()), options.orientation);
  auto small = resize(std::move(turned.value()), options.width, options.height, Filter::kLanczos3);
  const Buffer encoded = jpeg_of(small.value(), {.quality = options.quality});
  return std::move(decode_jpeg(encoded.span(), {}).value());
}

/// From 30 at both ends to 220 in the middle.
double tent(std::uint32_t at, std::uint32_t side) { return 220 - 190 * std::abs(2 * (at + 0.5) / side - 1); }

/// Red is a tent across and blue one down, while the light stays as it is: only chroma shows where it lies.
Image tents(std::uint32_t width, std::uint32_t height) {
  return test::picture(width, height, [&](std::uint32_t x, std::uint32_t y, int channel) {
    const double red = tent(x, width);
    const double blue = tent(y, height);
    if (channel == 0) return std::round(red);
    if (channel == 2) return std::round(blue);
    return channel == 1 ? std::round((160 - 0.299 * red - 0.114 * blue) / 0.587) : 255.0;
  });
}

/// By how many pixels the tent of a channel has moved along the side that it is on: one slope has become darker by
/// that, the other lighter. What rounding does to both alike is left out, and so are edges and ridges.
double shift_of(const Image& image, std::size_t channel, bool across) {
  const std::uint32_t side = across ? image.width : image.height;
  double sum = 0;
  std::size_t count = 0;
  for (std::uint32_t y = 0; y < image.height; ++y) {
    for (std::uint32_t x = 0; x < image.width; ++x) {
      const std::uint32_t at = across ? x : y;
      const bool rises = at > side / 8 && at < side * 3 / 8;
      if (!rises && (at <= side * 5 / 8 || at >= side * 7 / 8)) continue;
      const std::size_t index = (std::size_t{y} * image.width + x) * kPixelBytes + channel;
      const double difference = image.pixels.data()[index] - tent(at, side);
      sum += rises ? -difference : difference;
      ++count;
    }
  }
  return sum / static_cast<double>(count) * side / 380;
}

template <class Check>
void for_each_sampling(Check check) {
  for (const std::uint8_t across : kOnceOrTwice) {
    for (const std::uint8_t down : kOnceOrTwice) check(sampled(across, down));
  }
}

TEST(JpegShrink, IsWhatTheWayByPixelsGives) {
  for_each_sampling([](const JpegStyle& style) {
    const Buffer file = jpeg_of(test::waves(323, 211), {.style = &style});
    for (unsigned orientation = 1; orientation <= 8; ++orientation) {
      for (const std::uint32_t length : {210U, 151U, 100U, 63U, 30U}) {
        ShrinkOptions options{.orientation = orientation, .width = length, .height = length * 2 / 3, .quality = 97};
        if (orientation > 4) std::swap(options.width, options.height);
        const Image small = shrunk(file, options);
        ASSERT_LE(test::mean_difference(small, by_pixels(file, options)), 1.6)
            << orientation << " to " << options.width << "x" << options.height;
      }
    }
  });
}

TEST(JpegShrink, ColoursStayWhereTheyAre) {
  for_each_sampling([](const JpegStyle& style) {
    // Odd sides: their last chroma samples are for one pixel only, and come first in a mirrored picture.
    for (const auto& [wide, high] : {std::pair{320U, 240U}, std::pair{161U, 135U}}) {
      const Buffer file = jpeg_of(tents(wide, high), {.style = &style});
      for (unsigned orientation = 1; orientation <= 8; ++orientation) {
        const bool turns = orientation > 4;
        for (const std::uint32_t length : {120U, 61U, 35U}) {
          const Image small =
              shrunk(file, {.orientation = orientation, .width = length, .height = length - 4, .quality = 100});
          ASSERT_EQ(small.width, length);
          ASSERT_NEAR(shift_of(small, 0, !turns), 0, 0.1) << orientation << " from " << wide << " to " << length;
          ASSERT_NEAR(shift_of(small, 2, turns), 0, 0.1) << orientation << " from " << wide << " to " << length;
        }
      }
    }
  });
}

TEST(JpegShrink, KeepsTheProfile) {
  Image image = test::waves(64, 48);
  image.icc = test::profile(70000);
  const Image small = shrunk(jpeg_of(image, {}), {.width = 20, .height = 15});
  EXPECT_TRUE(test::same_bytes(small.icc, image.icc));
}

TEST(JpegShrink, IsNotMadeOfGrayNorLarger) {
  const auto answer = [](const Buffer& file, const ShrinkOptions& options) {
    const auto small = shrink_jpeg(file.span(), options);
    return small.ok() && small.value().size() == 0;
  };
  JpegStyle style = sampled(1, 1);
  style.gray = true;
  EXPECT_TRUE(answer(jpeg_of(test::waves(64, 48), {.style = &style}), {.width = 20, .height = 15}));
  const Buffer file = jpeg_of(test::waves(64, 48), {});
  EXPECT_TRUE(answer(file, {.width = 65, .height = 15}));
  EXPECT_TRUE(answer(file, {.orientation = 6, .width = 49, .height = 64}));
  EXPECT_FALSE(answer(file, {.orientation = 6, .width = 48, .height = 64}));
}

TEST(JpegShrink, FailsAsDecodingDoes) {
  const Buffer file = jpeg_of(test::waves(64, 48), {});
  const auto status = [&](std::size_t size, const ShrinkOptions& options) {
    return shrink_jpeg(file.span().first(size), options).failure().status;
  };
  const ShrinkOptions small{.width = 20, .height = 15};
  EXPECT_EQ(status(file.size(), {.width = 20, .height = 15, .max_pixels = 64 * 48 - 1}), Status::kTooLarge);
  EXPECT_EQ(status(file.size(), {.width = 0, .height = 15}), Status::kBadArgument);
  EXPECT_EQ(status(file.size(), {.width = 20, .height = 15, .quality = 101}), Status::kBadArgument);
  EXPECT_EQ(status(file.size(), {.orientation = 9, .width = 20, .height = 15}), Status::kBadArgument);
  for (std::size_t size = 0; size < file.size(); ++size) {
    EXPECT_EQ(status(size, small), decode_jpeg(file.span().first(size), {}).failure().status) << size;
  }
}

TEST(JpegShrink, TheSmallestPictures) {
  for (const std::uint32_t side : {1U, 2U, 3U, 9U, 17U}) {
    const Buffer file = jpeg_of(test::waves(side, side), {.quality = 100});
    for (std::uint32_t to = 1; to <= side; ++to) {
      const Image small = shrunk(file, {.orientation = 7, .width = to, .height = to, .quality = 100});
      EXPECT_EQ(small.width, to);
      EXPECT_EQ(small.height, to);
    }
  }
}

}  // namespace
}  // namespace gvw
