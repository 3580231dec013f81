// Every fixture, probed and decoded: the manifest says what was asked of the writers.
#include <gtest/gtest.h>

#include <string>

#include "pixels/decode.h"
#include "support/files.h"
#include "support/windowed_file.h"

namespace gvw {
namespace {

using testing::Fixture;
using testing::Probed;

nlohmann::json as_json(const ImageFacts& facts) {
  return {
      {"format", kFormats[static_cast<std::size_t>(facts.format)].name},
      {"width", facts.width},
      {"height", facts.height},
      {"orientation", unsigned{facts.orientation}},
      {"frames", facts.frames},
      {"hasAlpha", bool{facts.has_alpha}},
      {"bitDepth", unsigned{facts.bit_depth}},
      {"colorModel", kColorModelNames[static_cast<std::size_t>(facts.color_model)]},
      {"progressive", bool{facts.progressive}},
      {"truncated", bool{facts.truncated}},
      {"metadata",
       {{"exif", bool{facts.exif}},
        {"xmp", bool{facts.xmp}},
        {"icc", bool{facts.icc}},
        {"iptc", bool{facts.iptc}},
        {"gps", bool{facts.gps}}}},
  };
}

nlohmann::json expected_of(const Fixture& fixture) {
  nlohmann::json expected = fixture.facts;
  expected.erase("file");
  return expected;
}

TEST(Fixtures, AreThere) { EXPECT_GT(testing::fixtures().size(), 80U); }

TEST(Fixtures, AreProbedWhole) {
  for (const Fixture& fixture : testing::fixtures()) {
    const Probed probed = testing::probe_whole(fixture.bytes);
    EXPECT_EQ(probed.step.status, Status::kOk) << fixture.name;
    EXPECT_EQ(as_json(probed.facts), expected_of(fixture)) << fixture.name;
  }
}

TEST(Fixtures, AreProbedByWindowsOfAnySize) {
  // 64 bytes and odd ones near them put a boundary into every structure of a header; no literal is longer than 40.
  for (const std::size_t window_bytes : {std::size_t{40}, std::size_t{64}, std::size_t{101}, limits::kWindowBytes}) {
    for (const Fixture& fixture : testing::fixtures()) {
      const Probed probed = testing::WindowedFile(fixture.bytes, window_bytes).run();
      EXPECT_FALSE(probed.stuck) << fixture.name;
      EXPECT_EQ(probed.step.status, Status::kOk) << fixture.name;
      EXPECT_EQ(as_json(probed.facts), expected_of(fixture)) << fixture.name << " by " << window_bytes;
    }
  }
}

TEST(Fixtures, TakeOneWindowWhereTheHeaderFits) {
  for (const Fixture& fixture : testing::fixtures()) {
    const Probed probed = testing::WindowedFile(fixture.bytes).run();
    const bool far = fixture.name.starts_with("far-");
    EXPECT_EQ(probed.windows > 1, far) << fixture.name;
    EXPECT_LE(probed.windows, 6U) << fixture.name;
  }
}

TEST(Fixtures, AreDecodedInTheSizeProbed) {
  for (const Fixture& fixture : testing::fixtures()) {
    if (fixture.facts.at("truncated")) continue;
    const auto image = decode(fixture.bytes, limits::kDefaultMaxPixels);
    ASSERT_TRUE(image.ok()) << fixture.name;
    EXPECT_EQ(image.value().width, fixture.facts.at("width").get<std::uint32_t>()) << fixture.name;
    EXPECT_EQ(image.value().height, fixture.facts.at("height").get<std::uint32_t>()) << fixture.name;
  }
}

}  // namespace
}  // namespace gvw
