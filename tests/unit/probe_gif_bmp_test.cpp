#include <gtest/gtest.h>

#include "support/media_builder.h"

namespace gvw {
namespace {

using testing::media::Blob;
using testing::media::Outcome;
using testing::media::probe_at_once;
using testing::media::probe_in_windows;

Blob gif_head(unsigned width, unsigned height) {
  return Blob("GIF89a").little16(width).little16(height).u8(0x81).zeros(2).zeros(12);
}

/// An interlaced picture with a colour table of its own, and `blocks` full blocks of data.
Blob gif_frame(bool transparent, std::size_t blocks) {
  Blob frame = Blob("\x21\xf9\x04").u8(transparent ? 1 : 0).zeros(4);
  frame.add(",").zeros(4).little16(1).little16(1).u8(0xc1).zeros(12).u8(2);
  for (std::size_t i = 0; i < blocks; ++i) frame.u8(255).zeros(255);
  return frame.u8(0);
}

TEST(ProbeGif, CountsItsFramesThroughAllWindows) {
  Blob file = gif_head(320, 200);
  file.add("\x21\xff\x0bXMP DataXMP").u8(1).add("x").u8(0);
  for (int i = 0; i < 5; ++i) file.add(gif_frame(i == 3, 40));
  file.add(";");
  const Outcome outcome = probe_in_windows(file.span());
  ASSERT_EQ(outcome.step.status, Status::kOk);
  EXPECT_FALSE(outcome.stuck);
  EXPECT_EQ(outcome.facts.format, Format::kGif);
  EXPECT_EQ(outcome.facts.width, 320U);
  EXPECT_EQ(outcome.facts.height, 200U);
  EXPECT_EQ(outcome.facts.frames, 5U);
  EXPECT_EQ(outcome.facts.bit_depth, 2);
  EXPECT_TRUE(outcome.facts.has_alpha);
  EXPECT_TRUE(outcome.facts.progressive);
  EXPECT_TRUE(outcome.facts.xmp);
  EXPECT_FALSE(outcome.facts.truncated);
}

TEST(ProbeGif, AFileThatNeverEndsIsPartial) {
  const Blob file = gif_head(3, 2).add(gif_frame(false, limits::kMaxProbeWindows * limits::kWindowBytes / 256 + 100));
  const Outcome outcome = probe_in_windows(file.span());
  ASSERT_EQ(outcome.step.status, Status::kOk);
  EXPECT_TRUE(outcome.facts.partial);
  EXPECT_EQ(outcome.facts.frames, 1U);
  EXPECT_EQ(outcome.windows, limits::kMaxProbeWindows);
}

TEST(ProbeGif, TellsCutFromWrong) {
  const Blob file = gif_head(3, 2).add(gif_frame(false, 1)).add(";");
  for (std::size_t length = 1; length < file.size(); ++length) {
    const Outcome outcome = probe_at_once(file.first(length));
    EXPECT_TRUE(outcome.step.status == Status::kTruncated || outcome.facts.truncated) << length;
  }
  EXPECT_EQ(probe_at_once(gif_head(0, 2).span()).step.status, Status::kMalformed);
  EXPECT_EQ(probe_at_once(gif_head(3, 2).add("?").span()).step.status, Status::kMalformed);
}

Blob bmp(std::uint32_t header_bytes, std::int32_t width, std::int32_t height, unsigned bits) {
  Blob file = Blob("BM").little32(200).zeros(4).little32(14 + header_bytes).little32(header_bytes);
  if (header_bytes == 12) {
    file.little16(static_cast<std::uint32_t>(width)).little16(static_cast<std::uint32_t>(height));
  } else {
    file.little32(static_cast<std::uint32_t>(width)).little32(static_cast<std::uint32_t>(height));
  }
  return file.little16(1).little16(bits).zeros(200);
}

TEST(ProbeBmp, ReadsEveryHeaderThereIs) {
  for (const std::uint32_t header_bytes : {12U, 16U, 40U, 52U, 56U, 64U, 108U, 124U}) {
    const Outcome outcome = probe_at_once(bmp(header_bytes, 300, 200, 24).span());
    ASSERT_EQ(outcome.step.status, Status::kOk) << header_bytes;
    EXPECT_EQ(outcome.facts.format, Format::kBmp);
    EXPECT_EQ(outcome.facts.width, 300U);
    EXPECT_EQ(outcome.facts.height, 200U);
    EXPECT_EQ(outcome.facts.bit_depth, 8);
  }
}

TEST(ProbeBmp, ANegativeHeightIsAnOrderOfRows) {
  EXPECT_EQ(probe_at_once(bmp(40, 300, -200, 8).span()).facts.height, 200U);
  EXPECT_EQ(probe_at_once(bmp(40, 300, -200, 8).span()).facts.color_model, ColorModel::kPalette);
  EXPECT_EQ(probe_at_once(bmp(40, 0, 200, 24).span()).step.status, Status::kMalformed);
  EXPECT_EQ(probe_at_once(bmp(40, -300, 200, 24).span()).step.status, Status::kMalformed);
  EXPECT_EQ(probe_at_once(bmp(40, 300, 200, 7).span()).step.status, Status::kMalformed);
}

TEST(ProbeBmp, TwoLettersAreNotEnough) {
  EXPECT_EQ(probe_at_once(Blob("BMW is a maker of cars and motorcycles").span()).step.status, Status::kUnsupported);
  EXPECT_EQ(probe_at_once(Blob("BM").span()).step.status, Status::kTruncated);
}

}  // namespace
}  // namespace gvw
