#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "support/media_builder.h"

namespace gvw {
namespace {

using testing::media::Blob;
using testing::media::Outcome;
using testing::media::probe_at_once;
using testing::media::probe_in_windows;

struct Field {
  unsigned tag;
  unsigned type;
  std::uint64_t value;
};

/// Writes TIFFs of both kinds and both byte orders.
struct TiffWriter {
  Endian endian;
  bool big;

  [[nodiscard]] unsigned word() const { return big ? 8 : 4; }
  [[nodiscard]] Blob header(std::uint64_t first) const {
    Blob blob(endian == Endian::kBig ? "MM" : "II");
    blob.number(big ? 43 : 42, 2, endian);
    if (big) blob.number(8, 2, endian).number(0, 2, endian);
    return blob.number(first, word(), endian);
  }
  [[nodiscard]] Blob directory(const std::vector<Field>& fields, std::uint64_t next) const {
    Blob blob;
    blob.number(fields.size(), big ? 8 : 2, endian);
    for (const Field& field : fields) {
      const unsigned bytes = field.type == 3 ? 2 : 4;
      blob.number(field.tag, 2, endian).number(field.type, 2, endian).number(1, word(), endian);
      blob.number(field.value, bytes, endian).zeros(word() - bytes);
    }
    return blob.number(next, word(), endian);
  }
};

const std::vector<Field> kPicture = {{256, 3, 400}, {257, 4, 300}, {258, 3, 16}, {262, 3, 2}, {274, 3, 8}};

TEST(ProbeTiff, ReadsBothKindsInBothOrders) {
  for (const Endian endian : {Endian::kBig, Endian::kLittle}) {
    for (const bool big : {false, true}) {
      const TiffWriter writer{endian, big};
      const Blob head = writer.header(big ? 16 : 8);
      const Outcome outcome = probe_at_once(Blob().add(head).add(writer.directory(kPicture, 0)).span());
      ASSERT_EQ(outcome.step.status, Status::kOk);
      EXPECT_EQ(outcome.facts.format, Format::kTiff);
      EXPECT_EQ(outcome.facts.width, 400U);
      EXPECT_EQ(outcome.facts.height, 300U);
      EXPECT_EQ(outcome.facts.orientation, 8);
      EXPECT_EQ(outcome.facts.upright_width, 300U);
      EXPECT_EQ(outcome.facts.bit_depth, 16);
      EXPECT_EQ(outcome.facts.color_model, ColorModel::kRgb);
      EXPECT_EQ(outcome.facts.frames, 1U);
    }
  }
}

TEST(ProbeTiff, CountsDirectoriesWhereverTheyStand) {
  constexpr std::size_t kApart = 5000;
  for (const bool backwards : {false, true}) {
    const TiffWriter writer{Endian::kLittle, false};
    constexpr std::size_t kPages = 60;
    const auto place = [&](std::size_t page) { return 8 + kApart * (backwards ? kPages - 1 - page : page); };
    std::vector<Blob> at(kPages);
    for (std::size_t page = 0; page < kPages; ++page) {
      at[(place(page) - 8) / kApart] = writer.directory(kPicture, page + 1 < kPages ? place(page + 1) : 0);
    }
    Blob file = writer.header(place(0));
    for (const Blob& directory : at) file.add(directory).zeros(kApart - directory.size());
    const Outcome outcome = probe_in_windows(file.span());
    ASSERT_EQ(outcome.step.status, Status::kOk);
    EXPECT_FALSE(outcome.stuck);
    EXPECT_EQ(outcome.facts.frames, kPages);
  }
}

TEST(ProbeTiff, ARingOfDirectoriesEnds) {
  const TiffWriter writer{Endian::kBig, false};
  const std::size_t bytes = writer.directory(kPicture, 0).size();
  Blob file = writer.header(8);
  for (const std::size_t next : {1U, 2U, 3U, 1U}) file.add(writer.directory(kPicture, 8 + next * bytes));
  const Outcome outcome = probe_at_once(file.span());
  ASSERT_EQ(outcome.step.status, Status::kOk);
  EXPECT_TRUE(outcome.facts.partial);
  EXPECT_EQ(outcome.facts.frames, 1U);
}

TEST(ProbeTiff, WithoutASizeItIsMalformedAndCutItIsTruncated) {
  const TiffWriter writer{Endian::kBig, false};
  const Blob file = writer.header(8).add(writer.directory({{256, 3, 400}}, 0));
  EXPECT_EQ(probe_at_once(file.span()).step.status, Status::kMalformed);
  EXPECT_EQ(probe_at_once(file.first(7)).step.status, Status::kTruncated);
  EXPECT_EQ(probe_at_once(writer.header(5000).span()).step.status, Status::kTruncated);
}

std::pair<std::uint32_t, std::uint32_t> svg_size(std::string_view text) {
  const Outcome outcome = probe_at_once(Blob(text).span());
  if (outcome.step.status != Status::kOk || outcome.facts.format != Format::kSvg) return {0, 0};
  return {outcome.facts.width, outcome.facts.height};
}

TEST(ProbeSvg, SizesAsAViewerHasThem) {
  using Size = std::pair<std::uint32_t, std::uint32_t>;
  EXPECT_EQ(svg_size("<svg width='120' height='80.6px'/>"), Size(120, 81));
  EXPECT_EQ(svg_size("<svg width=\"1in\" height=\"25.4mm\">"), Size(96, 96));
  EXPECT_EQ(svg_size("<svg viewBox='0 0 24,48'>"), Size(24, 48));
  EXPECT_EQ(svg_size("<svg width='100%' height='auto' viewBox='-1 -1 24 48'>"), Size(24, 48));
  EXPECT_EQ(svg_size("<svg height='96' viewBox='0 0 24 48'>"), Size(48, 96));
  EXPECT_EQ(svg_size("<svg>"), Size(300, 150));
  EXPECT_EQ(svg_size("<svg stroke-width='7' data-width='8' width='9' height='9' title='a > b'>"), Size(9, 9));
}

TEST(ProbeSvg, LooksBehindWhateverXmlAllowsInFront) {
  using Size = std::pair<std::uint32_t, std::uint32_t>;
  EXPECT_EQ(svg_size("\xef\xbb\xbf<?xml version='1.0'?>\n<!-- <svg width='1'> -->\n<!DOCTYPE svg [<!ENTITY a 'b>'>]>\n"
                     "<s:svg width='3' height='2'>"),
            Size(3, 2));
  Blob wide = Blob().u8(0xff).u8(0xfe);
  for (const char c : std::string_view("<svg width='3' height='2'>")) wide.u8(static_cast<unsigned char>(c)).u8(0);
  const Outcome outcome = probe_at_once(wide.span());
  EXPECT_EQ(outcome.step.status, Status::kOk);
  EXPECT_EQ(outcome.facts.width, 3U);
  const Blob late = Blob("<!--")
                        .add(Blob(std::string(60000, ' ')))
                        .add("--><svg width='3' height='2' viewBox='")
                        .add(Blob(std::string(60000, ' ')))
                        .add("0 0 1 1'>");
  const Outcome windows = probe_in_windows(late.span());
  EXPECT_FALSE(windows.stuck);
  EXPECT_EQ(windows.step.status, Status::kOk);
}

TEST(ProbeSvg, OtherMarkupIsNotOurs) {
  const auto status_of = [](std::string_view text) { return probe_at_once(Blob(text).span()).step.status; };
  EXPECT_EQ(status_of("<html><svg/></html>"), Status::kUnsupported);
  EXPECT_EQ(status_of("<svgs width='1'>"), Status::kUnsupported);
  EXPECT_EQ(status_of("plain text about <svg>"), Status::kUnsupported);
  EXPECT_EQ(status_of("<svg width='1'"), Status::kTruncated);
  EXPECT_EQ(status_of("<svg width=1>"), Status::kMalformed);
}

}  // namespace
}  // namespace gvw
