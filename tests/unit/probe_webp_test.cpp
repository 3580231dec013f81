#include <gtest/gtest.h>

#include "support/media_builder.h"

namespace gvw {
namespace {

using testing::media::Blob;
using testing::media::chunk;
using testing::media::Outcome;
using testing::media::probe_at_once;
using testing::media::probe_in_windows;
using testing::media::riff_webp;

Blob vp8(unsigned width, unsigned height) {
  return Blob("\x30\x01").u8(0).u8(0x9d).u8(0x01).u8(0x2a).little16(width).little16(height).zeros(6);
}

Blob vp8l(unsigned width, unsigned height, bool alpha) {
  return Blob("/").little32((width - 1) | (height - 1) << 14U | (alpha ? 1U : 0U) << 28U).zeros(3);
}

Blob vp8x(unsigned flags, unsigned width, unsigned height) {
  Blob blob;
  blob.u8(flags).zeros(3);
  for (const unsigned side : {width - 1, height - 1}) blob.little16(side & 0xffffU).u8(side >> 16U);
  return chunk("VP8X", blob);
}

TEST(ProbeWebp, LossySaysItsSize) {
  const Outcome outcome = probe_at_once(riff_webp(chunk("VP8 ", vp8(550 | 0x4000, 368))).span());
  ASSERT_EQ(outcome.step.status, Status::kOk);
  EXPECT_EQ(outcome.facts.format, Format::kWebp);
  EXPECT_EQ(outcome.facts.width, 550U) << "the upper two bits are a scale";
  EXPECT_EQ(outcome.facts.height, 368U);
  EXPECT_FALSE(outcome.facts.has_alpha);
  EXPECT_FALSE(outcome.facts.truncated);
}

TEST(ProbeWebp, LosslessSaysItsSizeAndAlpha) {
  for (const bool alpha : {false, true}) {
    const Outcome outcome = probe_at_once(riff_webp(chunk("VP8L", vp8l(16384, 1, alpha))).span());
    ASSERT_EQ(outcome.step.status, Status::kOk);
    EXPECT_EQ(outcome.facts.width, 16384U);
    EXPECT_EQ(outcome.facts.height, 1U);
    EXPECT_EQ(outcome.facts.has_alpha, alpha);
  }
}

TEST(ProbeWebp, TheCanvasIsTheSizeAndThePixelsSayAlpha) {
  constexpr unsigned kAlphaFlag = 0x10;
  const Outcome promised = probe_at_once(riff_webp(vp8x(kAlphaFlag, 70000, 3).add(chunk("VP8 ", vp8(10, 3)))).span());
  ASSERT_EQ(promised.step.status, Status::kOk);
  EXPECT_EQ(promised.facts.width, 70000U);
  EXPECT_FALSE(promised.facts.has_alpha);
  const Outcome given =
      probe_at_once(riff_webp(vp8x(0, 10, 3).add(chunk("ALPH", Blob("abc"))).add(chunk("VP8 ", vp8(10, 3)))).span());
  EXPECT_TRUE(given.facts.has_alpha);
}

TEST(ProbeWebp, FindsExifBehindThePixelsWithoutReadingThem) {
  constexpr unsigned kExifFlag = 0x08;
  for (const std::string_view prefix : {std::string_view(), std::string_view("Exif\0\0", 6)}) {
    Blob pixels = vp8(10, 3);
    pixels.zeros(200001);
    const Blob data = Blob(prefix).add(testing::media::exif(6, true, Endian::kBig));
    const Blob file = riff_webp(vp8x(kExifFlag, 10, 3).add(chunk("VP8 ", pixels)).add(chunk("EXIF", data)));
    const Outcome outcome = probe_in_windows(file.span());
    ASSERT_EQ(outcome.step.status, Status::kOk);
    EXPECT_EQ(outcome.facts.orientation, 6);
    EXPECT_EQ(outcome.facts.upright_width, 3U);
    EXPECT_TRUE(outcome.facts.gps);
    EXPECT_EQ(outcome.windows, 2U);
  }
}

TEST(ProbeWebp, AFlagWithoutItsChunkIsNoExif) {
  constexpr unsigned kExifFlag = 0x08;
  const Outcome outcome = probe_at_once(riff_webp(vp8x(kExifFlag, 10, 3).add(chunk("VP8 ", vp8(10, 3)))).span());
  ASSERT_EQ(outcome.step.status, Status::kOk);
  EXPECT_FALSE(outcome.facts.exif);
}

TEST(ProbeWebp, CountsTheFramesOfAnAnimation) {
  constexpr unsigned kAnimationAndAlpha = 0x12;
  Blob chunks = vp8x(kAnimationAndAlpha, 10, 3).add(chunk("ANIM", Blob().zeros(6)));
  for (int i = 0; i < 3; ++i) chunks.add(chunk("ANMF", Blob().zeros(5001)));
  const Outcome outcome = probe_in_windows(riff_webp(chunks).span());
  ASSERT_EQ(outcome.step.status, Status::kOk);
  EXPECT_EQ(outcome.facts.frames, 3U);
  EXPECT_TRUE(outcome.facts.has_alpha);
}

TEST(ProbeWebp, TellsCutFromWrong) {
  const Blob file = riff_webp(vp8x(0, 10, 3).add(chunk("VP8 ", vp8(10, 3))));
  EXPECT_EQ(probe_at_once(file.first(6)).step.status, Status::kTruncated);
  EXPECT_EQ(probe_at_once(file.first(20)).step.status, Status::kTruncated);
  const Outcome cut = probe_at_once(file.first(34));
  EXPECT_EQ(cut.step.status, Status::kOk);
  EXPECT_TRUE(cut.facts.truncated);
  EXPECT_EQ(probe_at_once(riff_webp(vp8x(0, 10, 3)).span()).step.status, Status::kMalformed) << "no pixels";
  EXPECT_EQ(probe_at_once(riff_webp(chunk("JUNK", vp8(1, 1))).span()).step.status, Status::kMalformed);
  EXPECT_EQ(probe_at_once(riff_webp(chunk("VP8 ", Blob("short"))).span()).step.status, Status::kMalformed);
  EXPECT_EQ(probe_at_once(riff_webp(chunk("VP8 ", Blob().zeros(20))).span()).step.status, Status::kMalformed);
  EXPECT_EQ(probe_at_once(Blob("RIFF").little32(100).add("AVI LIST").span()).facts.format, Format::kAvi);
  EXPECT_EQ(probe_at_once(Blob("RIFF").little32(100).add("ACONLIST").span()).step.status, Status::kUnsupported);
}

}  // namespace
}  // namespace gvw
