#include "probe/probe.h"

#include <gtest/gtest.h>

#include <string_view>

#include "support/bytes.h"
#include "support/windowed_file.h"

namespace gvw {
namespace {

using testing::Bytes;
using testing::probe_whole;

TEST(Probe, AnEmptyFileIsTruncated) {
  EXPECT_EQ(probe_whole({}).step.status, Status::kTruncated);
  // As a caller has it who has nothing to put into a window.
  ProbeState state;
  EXPECT_EQ(probe(state, 0, {}).status, Status::kTruncated);
  const Window nothing;
  EXPECT_EQ(probe(state, 0, {&nothing, 1}).status, Status::kTruncated);
}

TEST(Probe, TheBeginningOfASignatureIsTruncated) {
  const Bytes jpeg = {0xff, 0xd8, 0xff};
  const Bytes png = testing::bytes_of("\x89PNG\r\n\x1a\n");
  for (const Bytes& signature : {jpeg, png}) {
    for (std::size_t length = 1; length <= signature.size(); ++length) {
      EXPECT_EQ(probe_whole(std::span(signature).first(length)).step.status, Status::kTruncated) << length;
    }
  }
}

TEST(Probe, WhatIsNeitherIsUnsupported) {
  for (const std::string_view text : {"x", "hello, world", "\xff\xd9\xff\xe0", "\x89PNG\r\n\x1a\r"}) {
    const testing::Probed probed = probe_whole(testing::bytes_of(text));
    EXPECT_EQ(probed.step.status, Status::kUnsupported) << text;
    EXPECT_EQ(probed.step.at, 0U);
  }
}

TEST(Probe, AsksForTheBeginningFirst) {
  ProbeState state;
  const ProbeStep step = probe(state, 1000, {});
  EXPECT_EQ(step.status, Status::kNeed);
  EXPECT_EQ(step.at, 0U);
  EXPECT_GE(step.need_length, 1U);
  EXPECT_LE(step.need_length, limits::kWindowBytes);
}

TEST(Probe, FourOrientationsSwapWidthAndHeight) {
  for (unsigned orientation = 0; orientation < 12; ++orientation) {
    EXPECT_EQ(orientation_transposes(orientation), orientation >= 5 && orientation <= 8);
  }
}

}  // namespace
}  // namespace gvw
