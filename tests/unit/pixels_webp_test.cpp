#include <gtest/gtest.h>

#include "pixels/codecs/webp.h"
#include "support/pixels.h"

namespace gvw {
namespace {

Buffer webp_of(const Image& image, const WebpOptions& options) {
  auto file = encode_webp(image, options);
  EXPECT_TRUE(file.ok());
  return std::move(file.value());
}

Image decoded(std::span<const std::uint8_t> file) {
  auto image = decode_webp(file, {});
  EXPECT_TRUE(image.ok());
  return image.ok() ? std::move(image.value()) : Image{};
}

Image with_alpha(std::uint32_t width, std::uint32_t height) {
  test::Random random(7);
  return test::picture(width, height, [&](auto, auto, auto) { return random.below(256); });
}

TEST(Webp, LosslessKeepsEveryBit) {
  for (const std::uint32_t width : {1U, 17U, 64U}) {
    const Image image = with_alpha(width, 33);
    EXPECT_EQ(test::largest_difference(image, decoded(webp_of(image, {.lossless = true}).span())), 0);
  }
}

TEST(Webp, LossyKeepsThePictureAndItsAlpha) {
  Image image = test::waves(123, 77);
  EXPECT_LE(test::mean_difference(image, decoded(webp_of(image, {.quality = 95}).span())), 2.5);
  for (std::size_t i = 3; i < image.pixels.size(); i += 4) image.pixels.data()[i] = static_cast<std::uint8_t>(i);
  const Image found = decoded(webp_of(image, {.quality = 95}).span());
  for (std::size_t i = 3; i < image.pixels.size(); i += 4) ASSERT_EQ(image.pixels.data()[i], found.pixels.data()[i]);
  EXPECT_FALSE(found.opaque);
}

TEST(Webp, KeepsTheProfile) {
  for (const bool lossless : {false, true}) {
    for (const bool opaque : {false, true}) {
      Image image = opaque ? test::waves(20, 20) : with_alpha(20, 20);
      image.opaque = opaque;
      image.icc = test::profile(1001);
      const Image found = decoded(webp_of(image, {.lossless = lossless}).span());
      EXPECT_TRUE(test::same_bytes(found.icc, image.icc));
      EXPECT_EQ(found.opaque, opaque);
      if (lossless) {
        EXPECT_EQ(test::largest_difference(image, found), 0);
      }
    }
  }
}

TEST(Webp, RefusesBeforeItAllocates) {
  const Buffer file = webp_of(test::waves(64, 64), {});
  EXPECT_EQ(decode_webp(file.span(), {.max_pixels = 4095}).failure().status, Status::kTooLarge);
  EXPECT_EQ(encode_webp(Image{}, {}).failure().status, Status::kBadArgument);
  EXPECT_EQ(encode_webp(test::waves(8, 8), {.quality = 0}).failure().status, Status::kBadArgument);
  EXPECT_EQ(encode_webp(test::waves(16384, 1), {}).failure().status, Status::kTooLarge);
}

TEST(Webp, CutAtEveryLengthIsTruncated) {
  for (const bool lossless : {false, true}) {
    const Image image = test::noise(40, 40, 3);
    const Buffer file = webp_of(image, {.lossless = lossless});
    const Image whole = decoded(file.span());
    bool some_was_there = false;
    // The last bytes may be padding.
    for (std::size_t length = 0; length + 8 < file.size(); ++length) {
      const auto cut = file.span().first(length);
      const auto strict = decode_webp(cut, {});
      ASSERT_FALSE(strict.ok()) << length;
      EXPECT_EQ(strict.failure().status, Status::kTruncated) << length;
      const auto some = decode_webp(cut, {.partial = true});
      if (!some.ok()) continue;
      some_was_there = true;
      EXPECT_TRUE(some.value().truncated);
      EXPECT_EQ(std::memcmp(some.value().pixels.data(), whole.pixels.data(), 4), 0);
    }
    EXPECT_TRUE(some_was_there);
  }
}

TEST(Webp, DamageIsBoring) {
  for (const bool lossless : {false, true}) {
    const Buffer file = webp_of(with_alpha(24, 24), {.lossless = lossless});
    for (std::size_t at = 0; at < file.size(); ++at) {
      Buffer damaged;
      damaged.append(file.span());
      damaged.data()[at] = static_cast<std::uint8_t>(~damaged.data()[at]);
      static_cast<void>(decode_webp(damaged.span(), {.max_pixels = 1 << 20}));
      static_cast<void>(decode_webp(damaged.span(), {.max_pixels = 1 << 20, .partial = true}));
    }
  }
}

}  // namespace
}  // namespace gvw
