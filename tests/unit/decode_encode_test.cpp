#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/limits.h"
#include "pixels/decode.h"
#include "pixels/encode.h"
#include "pixels/upright.h"
#include "support/files.h"
#include "support/jpeg_builder.h"
#include "support/png_builder.h"
#include "support/windowed_file.h"

namespace gvw {
namespace {

using testing::Bytes;
using testing::fixture;
using testing::joined;

constexpr std::uint64_t kMaxPixels = limits::kDefaultMaxPixels;

Status refusal(std::span<const std::uint8_t> file, std::uint64_t max_pixels = kMaxPixels) {
  return decode(file, max_pixels).failure().status;
}

Image decoded(std::span<const std::uint8_t> file) {
  auto image = decode(file, kMaxPixels);
  EXPECT_TRUE(image.ok());
  return image.ok() ? std::move(image.value()) : Image{};
}

/// RGBA without a pattern; `alpha` 0 takes the noise there, too.
Image noisy(std::uint32_t width, std::uint32_t height, std::uint8_t alpha) {
  Bytes bytes = testing::noise(std::size_t{width} * height * 4);
  for (std::size_t i = 3; alpha != 0 && i < bytes.size(); i += 4) bytes[i] = alpha;
  Image image;
  image.width = width;
  image.height = height;
  image.pixels.append(bytes);
  return image;
}

bool equal(const Image& a, const Image& b) {
  return a.width == b.width && a.height == b.height && a.pixels.size() == b.pixels.size() &&
         std::memcmp(a.pixels.data(), b.pixels.data(), a.pixels.size()) == 0;
}

/// Mean difference of two pictures' samples.
double difference(const Image& a, const Image& b) {
  EXPECT_EQ(a.pixels.size(), b.pixels.size());
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels.data()[i] - b.pixels.data()[i]);
  return sum / static_cast<double>(a.pixels.size());
}

/// A zlib stream of at least `count` zeros without a checksum: a zero, then copies of 258 by fixed codes (RFC
/// 1951, 3.2.6).
Bytes deflated_zeros(std::size_t count) {
  Bytes stream = {0x78, 0x01};
  unsigned pending = 0;
  unsigned held = 0;
  const auto put = [&](std::string_view bits) {
    for (const char bit : bits) {
      pending |= (bit == '1' ? 1U : 0U) << held++;
      if (held < 8) continue;
      stream.push_back(static_cast<std::uint8_t>(pending));
      pending = held = 0;
    }
  };
  put("110");       // the last block, fixed codes
  put("00110000");  // a zero
  for (std::size_t copied = 0; copied < count; copied += 258) put("1100010100000");
  put("0000000");  // the end
  put("0000000");
  return stream;
}

TEST(Decode, TheLimitIsHeldBeforeAnythingIsAllocated) {
  const Bytes& file = fixture("filter-0.png");
  const std::uint64_t pixels = std::uint64_t{23} * 14;
  EXPECT_TRUE(decode(file, pixels).ok());
  EXPECT_EQ(refusal(file, pixels - 1), Status::kTooLarge);
  EXPECT_EQ(refusal(file, 0), Status::kTooLarge);
  EXPECT_EQ(refusal(fixture("420.jpg"), pixels - 1), Status::kTooLarge);
  // Headers that promise far more than a machine has, and nothing behind them.
  EXPECT_EQ(refusal(testing::jpeg_of({}, {.height = 65500, .width = 65500})), Status::kTooLarge);
  EXPECT_EQ(refusal(testing::png_of({}, {.width = 1U << 24U, .height = 20})), Status::kTooLarge);
  EXPECT_EQ(refusal(testing::png_of({}, {.width = (1U << 24U) + 1, .height = 1})), Status::kTooLarge);
  EXPECT_EQ(refusal(testing::png_of({}, {.width = 0x7fffffff, .height = 0x7fffffff})), Status::kTooLarge);
}

TEST(Decode, DamageIsMalformed) {
  EXPECT_EQ(refusal(testing::jpeg_of({}, {.width = 0})), Status::kMalformed);
  EXPECT_EQ(refusal(testing::png_of({}, {.width = 0})), Status::kMalformed);
  EXPECT_EQ(refusal(testing::png_of({}, {.depth = 8, .color_type = 5})), Status::kMalformed);
}

TEST(Decode, AFileThatEndsEarlyIsTruncated) {
  EXPECT_EQ(refusal(Bytes{0xff, 0xd8, 0xff}), Status::kTruncated);
  EXPECT_EQ(refusal(std::span(fixture("420.jpg")).first(100)), Status::kTruncated);
  EXPECT_EQ(refusal(testing::bytes_of("\x89PNG\r\n\x1a\n")), Status::kTruncated);
  EXPECT_EQ(refusal(std::span(fixture("filter-0.png")).first(60)), Status::kTruncated);
}

TEST(Decode, AFileGetsNoMoreMemoryThanItsSizeIsWorth) {
  // A data chunk that claims 1 GiB and is not there.
  Bytes lying = joined({testing::png_header(), testing::png_chunk("IDAT", {})});
  lying[lying.size() - 12] = 0x3f;
  EXPECT_EQ(refusal(lying), Status::kTruncated);
  // One pixel, and twenty million zeros behind it, which are not inflated.
  const Image pixel =
      decoded(joined({testing::png_header({.width = 1, .height = 1}),
                      testing::png_chunk("IDAT", deflated_zeros(20'000'000)), testing::png_chunk("IEND", {})}));
  EXPECT_EQ(pixel.width, 1U);
}

TEST(Decode, AnotherKindIsUnsupported) {
  EXPECT_EQ(refusal({}), Status::kUnsupported);
  EXPECT_EQ(refusal(testing::bytes_of("%PDF-1.7, says this file")), Status::kUnsupported);
  EXPECT_EQ(refusal(testing::jpeg_of({}, {.depth = 12})), Status::kUnsupported) << "12 bits";
  EXPECT_EQ(refusal(testing::jpeg_of({}, {.component_ids = {1, 2}})), Status::kUnsupported) << "two components";
  constexpr std::uint8_t kOtherProcesses[] = {0xc3, 0xc5, 0xc6, 0xc7, 0xcb, 0xcd, 0xce, 0xcf};
  for (const std::uint8_t marker : kOtherProcesses) {
    EXPECT_EQ(refusal(testing::jpeg_of({}, {.marker = marker})), Status::kUnsupported) << int{marker};
  }
}

TEST(Decode, EveryFilterAndInterlaceGivesTheSamePicture) {
  const Image expected = decoded(fixture("filter-0.png"));
  for (const char* name : {"filter-1.png", "filter-2.png", "filter-3.png", "filter-4.png", "many-idat.png", "rgb-8.png",
                           "rgb-8-interlaced.png", "rgb-16.png", "animated.png"}) {
    EXPECT_TRUE(equal(decoded(fixture(name)), expected)) << name;
  }
}

TEST(Decode, TheColorKeyAndThePaletteSeeThrough) {
  EXPECT_EQ(decoded(fixture("palette-2.png")).pixels.data()[3], 255);
  EXPECT_EQ(decoded(fixture("palette-2.png")).pixels.data()[4 + 3], 255 - 80);
  EXPECT_EQ(decoded(fixture("rgba-8.png")).pixels.data()[3], 0);
  EXPECT_EQ(decoded(fixture("rgb-8.png")).pixels.data()[3], 255);
}

TEST(Decode, SidewaysPicturesStandUpright) {
  const Image jpeg = decoded(fixture("exif-1-big.jpg"));
  const Image png = decoded(fixture("exif-1.png"));
  for (unsigned orientation = 2; orientation <= 8; ++orientation) {
    const std::string number = std::to_string(orientation);
    auto turned = upright(decoded(fixture("exif-" + number + ".png")), orientation);
    ASSERT_TRUE(turned.ok());
    EXPECT_TRUE(equal(turned.value(), png)) << orientation;
    auto photo = upright(decoded(fixture("exif-" + number + "-little.jpg")), orientation);
    ASSERT_TRUE(photo.ok());
    ASSERT_EQ(photo.value().width, jpeg.width);
    EXPECT_LT(difference(photo.value(), jpeg), 6) << orientation;
  }
}

TEST(Encode, PngComesBackPixelByPixel) {
  constexpr std::uint8_t kAlphas[] = {0, 255, 254};
  for (const std::uint8_t alpha : kAlphas) {
    for (const auto& [width, height] : {std::pair{1U, 1U}, {1U, 50U}, {50U, 1U}, {37U, 29U}}) {
      const Image image = noisy(width, height, alpha);
      const auto file = encode_png(image);
      ASSERT_TRUE(file.ok());
      EXPECT_TRUE(equal(decoded(file.value().span()), image));
      const testing::Probed probed = testing::probe_whole(file.value().span());
      EXPECT_EQ(probed.facts.width, width);
      EXPECT_EQ(probed.facts.height, height);
      EXPECT_EQ(probed.facts.color_model, alpha == 255 ? ColorModel::kRgb : ColorModel::kRgba);
    }
  }
}

TEST(Encode, JpegComesBackNearly) {
  const Image image = decoded(fixture("filter-0.png"));
  double last = 100;
  for (const int quality : {1, 50, 90, 100}) {
    const auto file = encode_jpeg(image, quality);
    ASSERT_TRUE(file.ok());
    const double now = difference(decoded(file.value().span()), image);
    EXPECT_LT(now, last) << quality;
    last = now;
  }
  EXPECT_LT(last, 4);  // chroma is sampled at every second pixel only
}

TEST(Encode, JpegDropsAlpha) {
  const auto file = encode_jpeg(noisy(9, 9, 0), 90);
  ASSERT_TRUE(file.ok());
  const Image image = decoded(file.value().span());
  for (std::size_t i = 3; i < image.pixels.size(); i += 4) EXPECT_EQ(image.pixels.data()[i], 255);
}

TEST(Encode, RefusesWhatNoFileCanHold) {
  const Image image = noisy(2, 2, 255);
  for (const int quality : {0, 101, -1}) {
    EXPECT_EQ(encode_jpeg(image, quality).failure().status, Status::kBadArgument) << quality;
  }
  EXPECT_EQ(encode_jpeg(noisy(65536, 1, 255), 90).failure().status, Status::kTooLarge);
  EXPECT_EQ(encode_jpeg(noisy(1, 65536, 255), 90).failure().status, Status::kTooLarge);
  EXPECT_TRUE(encode_png(noisy(65536, 1, 255)).ok());
  EXPECT_EQ(encode_jpeg(Image{}, 90).failure().status, Status::kBadArgument) << "no pixels";
  EXPECT_EQ(encode_png(Image{}).failure().status, Status::kBadArgument) << "no pixels";
}

}  // namespace
}  // namespace gvw
