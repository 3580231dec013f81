#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/png_builder.h"
#include "support/tiff_builder.h"
#include "support/windowed_file.h"

namespace gvw {
namespace {

using testing::Bytes;
using testing::joined;
using testing::png_chunk;
using testing::png_of;
using testing::PngHeader;
using testing::probe_whole;
using testing::Probed;

ImageFacts facts_of(const Bytes& file) {
  const Probed probed = probe_whole(file);
  EXPECT_EQ(probed.step.status, Status::kOk);
  return probed.facts;
}

Status status_of(const Bytes& file) { return probe_whole(file).step.status; }

TEST(ProbePng, EveryColorTypeAndDepth) {
  struct Row {
    ColorModel model;
    bool alpha;
    std::string_view depths;
  };
  const Row rows[7] = {{ColorModel::kGray, false, "\1\2\4\x08\x10"}, {},
                       {ColorModel::kRgb, false, "\x08\x10"},        {ColorModel::kPalette, false, "\1\2\4\x08"},
                       {ColorModel::kGrayAlpha, true, "\x08\x10"},   {},
                       {ColorModel::kRgba, true, "\x08\x10"}};
  for (unsigned type = 0; type < 256; ++type) {
    for (unsigned depth = 0; depth < 256; ++depth) {
      const PngHeader header{.depth = static_cast<std::uint8_t>(depth), .color_type = static_cast<std::uint8_t>(type)};
      const Probed probed = probe_whole(png_of({}, header));
      if (type >= 7 || rows[type].depths.find(static_cast<char>(depth)) == std::string_view::npos) {
        EXPECT_EQ(probed.step.status, Status::kMalformed) << type << " " << depth;
        continue;
      }
      EXPECT_EQ(probed.step.status, Status::kOk) << type << " " << depth;
      EXPECT_EQ(probed.facts.color_model, rows[type].model);
      EXPECT_EQ(probed.facts.has_alpha, rows[type].alpha);
      EXPECT_EQ(probed.facts.bit_depth, depth);
      EXPECT_EQ(probed.facts.format, Format::kPng);
    }
  }
}

TEST(ProbePng, SizeAndInterlace) {
  const ImageFacts facts = facts_of(png_of({}, {.width = 0x7fffffff, .height = 1, .interlace = 1}));
  EXPECT_EQ(facts.width, 0x7fffffffU);
  EXPECT_EQ(facts.height, 1U);
  EXPECT_TRUE(facts.progressive);
  EXPECT_FALSE(facts_of(png_of({})).progressive);
  EXPECT_EQ(status_of(png_of({}, {.interlace = 2})), Status::kMalformed);
  EXPECT_EQ(status_of(png_of({}, {.width = 0})), Status::kMalformed);
  EXPECT_EQ(status_of(png_of({}, {.height = 0})), Status::kMalformed);
  EXPECT_EQ(status_of(png_of({}, {.width = 0x80000000})), Status::kMalformed);
  EXPECT_EQ(status_of(png_of({}, {.height = 0xffffffff})), Status::kMalformed);
}

TEST(ProbePng, TheHeaderChunkComesFirst) {
  Bytes file = png_of({});
  file[12] = 'J';
  EXPECT_EQ(status_of(file), Status::kMalformed);
  file = png_of({});
  file[11] = 14;
  EXPECT_EQ(status_of(file), Status::kMalformed);
}

TEST(ProbePng, TransparencyAndAnimation) {
  EXPECT_TRUE(facts_of(png_of(png_chunk("tRNS", Bytes(6)))).has_alpha);
  EXPECT_EQ(facts_of(png_of(png_chunk("acTL", {0, 0, 0, 7, 0, 0, 0, 0}))).frames, 7U);
  EXPECT_EQ(facts_of(png_of(png_chunk("acTL", {0, 0, 0, 0, 0, 0, 0, 0}))).frames, 1U);
  EXPECT_EQ(facts_of(png_of(png_chunk("acTL", {0, 0}))).frames, 1U);
  EXPECT_EQ(facts_of(joined({png_of({}), png_chunk("acTL", {0, 0, 0, 7, 0, 0, 0, 0})})).frames, 1U)
      << "behind the data it has no meaning";
}

TEST(ProbePng, Metadata) {
  EXPECT_TRUE(facts_of(png_of(png_chunk("iCCP", Bytes(9)))).icc);
  const ImageFacts oriented =
      facts_of(png_of(png_chunk("eXIf", testing::tiff_with_orientation(8, 3, Endian::kLittle))));
  EXPECT_TRUE(oriented.exif);
  EXPECT_EQ(oriented.orientation, 8);
  EXPECT_FALSE(oriented.gps);
  EXPECT_TRUE(facts_of(png_of(png_chunk("eXIf", testing::tiff_with_gps(Endian::kBig, 1)))).gps);
  const ImageFacts empty = facts_of(png_of(png_chunk("eXIf", {})));
  EXPECT_TRUE(empty.exif);
  EXPECT_EQ(empty.orientation, 1);
}

TEST(ProbePng, TextIsToldByItsWholeKeyword) {
  for (const std::string_view type : {"tEXt", "zTXt", "iTXt"}) {
    const auto facts = [&](std::string_view keyword) {
      return facts_of(png_of(png_chunk(type, joined({testing::bytes_of(keyword), {0, 'x'}}))));
    };
    EXPECT_TRUE(facts("XML:com.adobe.xmp").xmp);
    EXPECT_TRUE(facts("Raw profile type xmp").xmp);
    EXPECT_TRUE(facts("Raw profile type exif").exif);
    EXPECT_TRUE(facts("Raw profile type APP1").exif);
    EXPECT_TRUE(facts("Raw profile type iptc").iptc);
    for (const std::string_view other :
         {"", "XML:com.adobe.xm", "XML:com.adobe.xmpp", "Raw profile type ", "Comment"}) {
      const ImageFacts none = facts(other);
      EXPECT_FALSE(none.xmp || none.exif || none.iptc) << other;
    }
  }
  EXPECT_FALSE(facts_of(png_of(png_chunk("tEXt", testing::bytes_of("XML:com.adobe.xmp")))).xmp)
      << "the keyword's end is missing";
}

TEST(ProbePng, ChunksOfOtherKindsAreJumpedOver) {
  const Bytes file = png_of(joined({png_chunk("prVt", testing::noise(100)), png_chunk("PLTE", Bytes(3)),
                                    png_chunk("gAMA", Bytes(4)), png_chunk("prVt", {})}));
  EXPECT_EQ(facts_of(file).width, 30U);
}

TEST(ProbePng, EveryCutIsToldFromDamage) {
  const Bytes file = png_of(png_chunk("eXIf", testing::tiff_with_orientation(8, 3, Endian::kLittle)));
  constexpr std::size_t kHeaderData = 8 + 8 + 13;
  for (std::size_t length = 0; length < file.size(); ++length) {
    const Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length));
    const Probed probed = probe_whole(cut);
    if (length < kHeaderData) {
      EXPECT_EQ(probed.step.status, Status::kTruncated) << length;
    } else {
      EXPECT_EQ(probed.step.status, Status::kOk) << length;
      EXPECT_EQ(probed.facts.width, 30U);
      EXPECT_TRUE(probed.facts.truncated) << length;
    }
  }
  EXPECT_FALSE(facts_of(file).truncated);
}

TEST(ProbePng, AChunkLengthAboveTheLimitIsMalformed) {
  Bytes chunk = png_chunk("prVt", {});
  chunk[0] = 0x80;
  EXPECT_EQ(status_of(png_of(chunk)), Status::kMalformed);
}

TEST(ProbePng, AFileWithoutDataIsStillAnswered) {
  const Bytes file = joined({testing::png_header(), png_chunk("IEND", {})});
  EXPECT_EQ(facts_of(file).width, 30U);
}

TEST(ProbePng, AHeaderInTheFirstWindowTakesNoSecond) {
  const Bytes file =
      joined({testing::png_header(), png_chunk("tEXt", Bytes(1000)),
              png_chunk("eXIf", testing::tiff_with_gps(Endian::kBig, 1)), png_chunk("IDAT", Bytes(50000))});
  const Probed probed = testing::WindowedFile(file).run();
  EXPECT_EQ(probed.step.status, Status::kOk);
  EXPECT_TRUE(probed.facts.gps);
  EXPECT_EQ(probed.windows, 1U);
}

TEST(ProbePng, ChunksAreJumpedOverWithoutReadingThem) {
  Bytes chunks;
  for (int i = 0; i < 5; ++i) testing::append(chunks, png_chunk("tEXt", Bytes(50000, 'x')));
  testing::append(chunks, png_chunk("eXIf", testing::tiff_with_gps(Endian::kBig, 1)));
  const Probed probed = testing::WindowedFile(png_of(chunks)).run();
  ASSERT_EQ(probed.step.status, Status::kOk);
  EXPECT_TRUE(probed.facts.gps);
  EXPECT_LE(probed.windows, 7U);
}

TEST(ProbePng, ADirectoryFullOfAnglesNeedsNoMoreWindowsThanThereAre) {
  // A thousand latitudes, each written in another place: only the first is looked at.
  constexpr std::uint32_t kEntries = 1000;
  const std::uint32_t gps_at = 8 + 2 + 12 + 4;
  std::vector<testing::TiffEntry> latitudes;
  latitudes.reserve(kEntries);
  for (std::uint32_t i = 0; i < kEntries; ++i) {
    latitudes.push_back({2, 5, 3, testing::value_bytes(20'000 + std::uint64_t{i} * 4096, 4, Endian::kBig)});
  }
  Bytes tiff =
      joined({testing::tiff_header(Endian::kBig),
              testing::tiff_directory({{0x8825, 4, 1, testing::value_bytes(gps_at, 4, Endian::kBig)}}, Endian::kBig),
              testing::tiff_directory(latitudes, Endian::kBig)});
  tiff.resize(20'000 + std::size_t{kEntries} * 4096 + 8, 1);
  const Probed probed = testing::WindowedFile(png_of(png_chunk("eXIf", tiff))).run();
  EXPECT_FALSE(probed.stuck);
  EXPECT_EQ(probed.step.status, Status::kOk);
}

}  // namespace
}  // namespace gvw
