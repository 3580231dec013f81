#include <gtest/gtest.h>

#include <algorithm>

#include "pixels/codecs/jpeg.h"
#include "pixels/upright.h"
#include "support/pixels.h"

namespace gvw {
namespace {

Buffer jpeg_of(const Image& image, const JpegOptions& options) {
  auto encoded = encode_jpeg(image, options);
  EXPECT_TRUE(encoded.ok());
  return std::move(encoded.value());
}

Image decoded(std::span<const std::uint8_t> file) {
  auto image = decode_jpeg(file, {});
  EXPECT_TRUE(image.ok());
  return image.ok() ? std::move(image.value()) : Image{};
}

JpegStyle sampled(std::uint8_t across, std::uint8_t down, bool gray = false) {
  JpegStyle style;
  style.luma.fill(3);
  style.chroma.fill(4);
  style.luma[1] = 2;  // so that a table that is not transposed with its picture shows
  style.luma_across = across;
  style.luma_down = down;
  style.gray = gray;
  return style;
}

TEST(Jpeg, KeepsThePicture) {
  const Image image = test::waves(123, 77);
  for (const bool full_chroma : {false, true}) {
    const Buffer file = jpeg_of(image, {.quality = 95, .full_chroma = full_chroma});
    EXPECT_LE(test::mean_difference(image, decoded(file.span())), 1.5);
  }
}

TEST(Jpeg, KeepsTheProfile) {
  Image image = test::waves(16, 16);
  image.icc = test::profile(70000);
  const Buffer file = jpeg_of(image, {});
  EXPECT_TRUE(test::same_bytes(decoded(file.span()).icc, image.icc));
}

TEST(Jpeg, StyleSurvives) {
  for (const std::uint8_t across : {std::uint8_t{1}, std::uint8_t{2}}) {
    for (const std::uint8_t down : {std::uint8_t{1}, std::uint8_t{2}}) {
      const JpegStyle style = sampled(across, down);
      const auto read = read_jpeg_style(jpeg_of(test::waves(40, 40), {.style = &style}).span());
      ASSERT_TRUE(read.ok());
      EXPECT_EQ(read.value().luma, style.luma);
      EXPECT_EQ(read.value().chroma, style.chroma);
      EXPECT_EQ(read.value().luma_across, across);
      EXPECT_EQ(read.value().luma_down, down);
      EXPECT_FALSE(read.value().gray);
    }
  }
}

TEST(Jpeg, ScalesToNotLessThanAsked) {
  const Buffer file = jpeg_of(test::waves(400, 300), {});
  const auto scaled = [&](std::uint32_t width, std::uint32_t height) {
    auto image = decode_jpeg(file.span(), {.least_width = width, .least_height = height});
    return std::pair{image.value().width, image.value().height};
  };
  using Size = std::pair<std::uint32_t, std::uint32_t>;
  EXPECT_EQ(scaled(400, 300), (Size{400, 300}));
  EXPECT_EQ(scaled(201, 150), (Size{400, 300}));
  EXPECT_EQ(scaled(200, 150), (Size{200, 150}));
  EXPECT_EQ(scaled(100, 75), (Size{100, 75}));
  EXPECT_EQ(scaled(1, 1), (Size{50, 38}));
}

TEST(Jpeg, RefusesBeforeItAllocates) {
  const Buffer file = jpeg_of(test::waves(64, 64), {});
  EXPECT_EQ(decode_jpeg(file.span(), {.max_pixels = 4095}).failure().status, Status::kTooLarge);
  EXPECT_TRUE(decode_jpeg(file.span(), {.max_pixels = 4096}).ok());
  EXPECT_EQ(turn_jpeg(file.span(), 6, 4095).failure().status, Status::kTooLarge);
}

TEST(Jpeg, RefusesWhatCannotBeEncoded) {
  EXPECT_EQ(encode_jpeg(Image{}, {}).failure().status, Status::kBadArgument);
  EXPECT_EQ(encode_jpeg(test::waves(8, 8), {.quality = 0}).failure().status, Status::kBadArgument);
  EXPECT_EQ(encode_jpeg(test::waves(8, 8), {.quality = 101}).failure().status, Status::kBadArgument);
  EXPECT_EQ(encode_jpeg(test::waves(65501, 1), {}).failure().status, Status::kTooLarge);
}

TEST(Jpeg, CutAtEveryLengthIsTruncatedOrWhole) {
  const Buffer file = jpeg_of(test::noise(40, 40, 1), {});
  for (std::size_t length = 0; length + 2 < file.size(); ++length) {
    const auto cut = file.span().first(length);
    const auto strict = decode_jpeg(cut, {});
    ASSERT_FALSE(strict.ok()) << length;
    // A length field may say less than the cut leaves.
    ASSERT_TRUE(strict.failure().status == Status::kTruncated || strict.failure().status == Status::kMalformed);
    const auto lenient = decode_jpeg(cut, {.partial = true});
    if (lenient.ok()) {
      EXPECT_TRUE(lenient.value().truncated);
    }
  }
  auto most = decode_jpeg(file.span().first(file.size() - 100), {.partial = true});
  ASSERT_TRUE(most.ok());
  const Image whole = decoded(file.span());
  EXPECT_EQ(std::memcmp(most.value().pixels.data(), whole.pixels.data(), std::size_t{40} * 16 * 4), 0);
}

TEST(Jpeg, DamageIsBoring) {
  const Buffer file = jpeg_of(test::noise(24, 24, 2), {});
  for (std::size_t at = 0; at < file.size(); ++at) {
    for (const std::uint8_t value :
         {std::uint8_t{0}, std::uint8_t{0xff}, static_cast<std::uint8_t>(~file.data()[at])}) {
      Buffer damaged;
      damaged.append(file.span());
      damaged.data()[at] = value;
      static_cast<void>(decode_jpeg(damaged.span(), {.max_pixels = 1 << 20, .partial = true}));
      static_cast<void>(turn_jpeg(damaged.span(), 7, 1 << 20));
      static_cast<void>(
          shrink_jpeg(damaged.span(), {.orientation = 7, .width = 5, .height = 9, .max_pixels = 1 << 20}));
      static_cast<void>(read_jpeg_style(damaged.span()));
    }
  }
}

// ── the lossless turn ───────────────────────────────────────────────────────────────────────────────────────────────

constexpr unsigned kInverse[9] = {0, 1, 2, 3, 4, 5, 8, 7, 6};

struct Shape {
  std::uint8_t across, down;
  bool gray;
};
constexpr Shape kShapes[] = {{1, 1, false}, {2, 1, false}, {1, 2, false}, {2, 2, false}, {1, 1, true}};

bool can_turn(const Shape& shape, std::uint32_t width, std::uint32_t height, unsigned orientation) {
  // Which stored sides are mirrored: the ones at which the padding of a last block would come first.
  constexpr bool kWidth[9] = {false, false, true, true, false, false, false, true, true};
  constexpr bool kHeight[9] = {false, false, false, true, true, false, true, true, false};
  const std::uint32_t unit_width = 8U * shape.across;
  const std::uint32_t unit_height = 8U * shape.down;
  const bool width_goes = !kWidth[orientation] || width % unit_width == 0;
  const bool height_goes = !kHeight[orientation] || height % unit_height == 0;
  return width_goes && height_goes;
}

TEST(JpegTurn, EveryOrientationSubsamplingAndSizeHoldsEveryPixel) {
  const std::uint32_t sides[] = {1, 7, 8, 15, 16, 24, 31, 32, 40, 48, 53};
  int turned_count = 0;
  for (const Shape& shape : kShapes) {
    const JpegStyle style = sampled(shape.across, shape.down, shape.gray);
    for (const std::uint32_t width : sides) {
      for (const std::uint32_t height : sides) {
        const Buffer file = jpeg_of(test::waves(width, height), {.style = &style});
        const Image whole = decoded(file.span());
        for (unsigned orientation = 1; orientation <= 8; ++orientation) {
          auto turned = turn_jpeg(file.span(), orientation, 1 << 20);
          ASSERT_TRUE(turned.ok());
          const bool possible = can_turn(shape, width, height, orientation);
          ASSERT_EQ(turned.value().size() != 0, possible) << width << "x" << height << " orientation " << orientation;
          if (!possible) continue;
          ++turned_count;
          const Image expected = std::move(upright(test::copy_of(whole), orientation).value());
          const Image found = decoded(turned.value().span());
          // The coefficients are the same. What differs is rounding (one in Y, one in each chroma, times up to 1.8),
          // and chroma where it is not sampled everywhere.
          ASSERT_LE(test::mean_difference(expected, found), 1.0) << width << "x" << height << " " << orientation;
          ASSERT_LE(test::largest_difference(expected, found), shape.across * shape.down == 1 ? 4 : 12);
          // And back: bit for bit the picture it was, tables and all. Back may need the other side to be whole.
          auto back = turn_jpeg(turned.value().span(), kInverse[orientation], 1 << 20);
          ASSERT_TRUE(back.ok());
          if (back.value().size() == 0) continue;
          ASSERT_EQ(test::largest_difference(whole, decoded(back.value().span())), 0);
        }
      }
    }
  }
  EXPECT_GT(turned_count, 1500);
}

TEST(JpegTurn, KeepsTheProfileAndTheSize) {
  Image image = test::noise(160, 96, 9);
  image.icc = test::profile(500);
  const Buffer file = jpeg_of(image, {});
  auto turned = turn_jpeg(file.span(), 6, 1 << 20);
  ASSERT_TRUE(turned.ok());
  EXPECT_TRUE(test::same_bytes(decoded(turned.value().span()).icc, image.icc));
  EXPECT_LT(turned.value().size(), file.size() + file.size() / 20);
}

TEST(JpegTurn, LeavesDamageToTheCaller) {
  const Buffer file = jpeg_of(test::noise(64, 64, 5), {});
  EXPECT_EQ(turn_jpeg(file.span().first(file.size() / 2), 6, 1 << 20).failure().status, Status::kTruncated);
  EXPECT_EQ(turn_jpeg(file.span().first(1), 6, 1 << 20).ok(), false);
  EXPECT_EQ(turn_jpeg(file.span(), 9, 1 << 20).failure().status, Status::kBadArgument);
}

}  // namespace
}  // namespace gvw
