#include <gtest/gtest.h>

#include "support/heif_builder.h"

namespace gvw {
namespace {

using testing::media::auxc;
using testing::media::av1c;
using testing::media::Blob;
using testing::media::box;
using testing::media::clap;
using testing::media::full_box;
using testing::media::HeifFile;
using testing::media::hvcc;
using testing::media::imir;
using testing::media::irot;
using testing::media::ispe;
using testing::media::one_picture;
using testing::media::Outcome;
using testing::media::probe_at_once;
using testing::media::probe_in_windows;

Outcome probe_one(std::vector<Blob> properties) {
  return probe_at_once(one_picture(std::move(properties)).file().span());
}

TEST(ProbeHeif, BrandsDecide) {
  const auto format_of = [](std::vector<std::string_view> brands) {
    HeifFile file = one_picture({ispe(4, 3)});
    file.brands = std::move(brands);
    const Outcome outcome = probe_at_once(file.file().span());
    return outcome.step.status == Status::kOk ? kFormats[static_cast<std::size_t>(outcome.facts.format)].name : "none";
  };
  EXPECT_STREQ(format_of({"heic", "mif1"}), "heic");
  EXPECT_STREQ(format_of({"mif1", "mif1", "heix"}), "heic");
  EXPECT_STREQ(format_of({"avif", "mif1", "hevc"}), "heic") << "any HEVC brand";
  EXPECT_STREQ(format_of({"mif1", "avif"}), "avif");
  EXPECT_STREQ(format_of({"avis", "msf1"}), "avif");
  EXPECT_STREQ(format_of({"mif1"}), "heif");
  EXPECT_STREQ(format_of({"avci", "miaf"}), "heif");
  EXPECT_STREQ(format_of({"isom", "mp42", "avc1"}), "mp4") << "no picture";
  EXPECT_STREQ(format_of({"qt  "}), "mov");
}

TEST(ProbeHeif, TurnsAndMirrorsMakeAnOrientation) {
  // EXIF's numbers for quarter turns against the clock, alone and then mirrored top to bottom or left to right.
  const int expected[4][3] = {{1, 4, 2}, {8, 5, 7}, {3, 2, 4}, {6, 7, 5}};
  for (unsigned turns = 0; turns < 4; ++turns) {
    const std::uint32_t width = turns % 2 == 0 ? 40 : 30;
    for (unsigned mirror = 0; mirror < 3; ++mirror) {
      std::vector<Blob> properties = {ispe(40, 30), irot(turns)};
      if (mirror != 0) properties.push_back(imir(mirror - 1));
      const Outcome outcome = probe_one(properties);
      ASSERT_EQ(outcome.step.status, Status::kOk);
      EXPECT_EQ(outcome.facts.orientation, expected[turns][mirror]) << turns << " " << mirror;
      EXPECT_EQ(outcome.facts.width, 40U);
      EXPECT_EQ(outcome.facts.upright_width, width);
    }
  }
  EXPECT_EQ(probe_one({ispe(40, 30), imir(1), irot(1)}).facts.orientation, 5) << "the order counts";
}

TEST(ProbeHeif, CropsInTheOrderGiven) {
  const Outcome before = probe_one({ispe(64, 100), clap(29, 90), irot(1)});
  EXPECT_EQ(before.facts.width, 64U);
  EXPECT_EQ(before.facts.upright_width, 90U);
  EXPECT_EQ(before.facts.upright_height, 29U);
  EXPECT_EQ(probe_one({ispe(64, 100), irot(1), clap(90, 29)}).facts.upright_width, 90U);
  EXPECT_EQ(probe_one({ispe(64, 100), clap(29, 90, 2)}).facts.upright_width, 15U);
  EXPECT_EQ(probe_one({ispe(64, 100), clap(65, 90)}).step.status, Status::kMalformed);
  EXPECT_EQ(probe_one({ispe(64, 100), clap(1, 1, 0)}).step.status, Status::kMalformed);
  EXPECT_EQ(probe_one({clap(3, 2), irot(1), ispe(64, 100)}).facts.upright_width, 2U) << "the size may come last";
}

TEST(ProbeHeif, DepthComesFromTheCodecOrFromPixi) {
  EXPECT_EQ(probe_one({ispe(4, 3), hvcc(1, 10)}).facts.bit_depth, 10);
  EXPECT_EQ(probe_one({ispe(4, 3), av1c(0x60)}).facts.bit_depth, 12);
  EXPECT_EQ(probe_one({ispe(4, 3), av1c(0x50)}).facts.color_model, ColorModel::kGray);
  EXPECT_EQ(probe_one({ispe(4, 3), full_box("pixi", 0, 0, Blob().u8(1).u8(16))}).facts.bit_depth, 16);
  EXPECT_EQ(probe_one({ispe(4, 3)}).facts.bit_depth, 8);
}

TEST(ProbeHeif, AlphaIsAnAuxiliaryOfThePrimaryItem) {
  const auto has_alpha = [](std::string_view type, unsigned of) {
    HeifFile file = one_picture({ispe(4, 3)});
    file.properties.push_back(auxc(type));
    file.items.push_back({2, "hvc1", {1, 2}, false, {}, {}, false});
    file.items.push_back({3, "hvc1", {1}, false, {}, {}, false});
    file.references = {{"auxl", 2, {of}}};
    const Outcome outcome = probe_at_once(file.file().span());
    EXPECT_EQ(outcome.facts.frames, 2U) << "the auxiliary is no picture of its own";
    return outcome.facts.has_alpha;
  };
  EXPECT_TRUE(has_alpha("urn:mpeg:hevc:2015:auxid:1", 1));
  EXPECT_TRUE(has_alpha("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", 1));
  EXPECT_FALSE(has_alpha("urn:mpeg:hevc:2015:auxid:2", 1)) << "depth";
  EXPECT_FALSE(has_alpha("urn:mpeg:hevc:2015:auxid:1", 3)) << "another picture's";
}

TEST(ProbeHeif, AGridTakesItsDepthFromATile) {
  HeifFile file;
  file.properties = {ispe(512, 512), ispe(1000, 700), hvcc(1, 10), irot(3)};
  file.items = {{9, "grid", {2, 4}, false, {}, {}, false}};
  file.references = {{"dimg", 9, {1, 2, 3, 4}}};
  for (unsigned id = 1; id <= 4; ++id) file.items.push_back({id, "hvc1", {1, 3}, true, {}, {}, false});
  file.primary = 9;
  const Outcome outcome = probe_at_once(file.file().span());
  ASSERT_EQ(outcome.step.status, Status::kOk);
  EXPECT_EQ(outcome.facts.width, 1000U);
  EXPECT_EQ(outcome.facts.orientation, 6);
  EXPECT_EQ(outcome.facts.bit_depth, 10);
  EXPECT_EQ(outcome.facts.frames, 1U) << "hidden tiles are no pictures";
  file.items[0].properties = {4};
  EXPECT_NE(probe_at_once(file.file().span()).step.status, Status::kOk) << "a tile's size is not the grid's";
}

TEST(ProbeHeif, AnIdentityAddsItsTransformationsToItsSource) {
  HeifFile file;
  file.properties = {ispe(40, 30), clap(20, 10), irot(1), imir(1)};
  file.items = {{1, "hvc1", {1, 2, 3}, false, {}, {}, false}, {2, "iden", {4}, false, {}, {}, false}};
  file.references = {{"dimg", 2, {1}}};
  file.primary = 2;
  const Outcome outcome = probe_at_once(file.file().span());
  ASSERT_EQ(outcome.step.status, Status::kOk);
  EXPECT_EQ(outcome.facts.upright_width, 10U);
  EXPECT_EQ(outcome.facts.upright_height, 20U);
  EXPECT_EQ(outcome.facts.orientation, 7);
  file.references = {{"dimg", 2, {2}}};
  EXPECT_NE(probe_at_once(file.file().span()).step.status, Status::kNeed) << "derived from itself: an end all the same";
}

/// An Exif item in `idat`, in one piece or cut at `cut`.
HeifFile with_exif(std::size_t cut) {
  HeifFile file = one_picture({ispe(40, 30)});
  const Blob exif = testing::media::exif(6, true);
  file.idat = Blob("??").big32(6).add(std::string_view("Exif\0\0", 6));
  const std::uint64_t head = file.idat.size() - 2;
  file.idat.add(exif);
  const std::uint64_t length = head + exif.size();
  file.items.push_back({2, "Exif", {}, false, {}, {{2, cut}, {2 + cut, length - cut}}, true});
  file.items.push_back({3, "mime", {}, true, "application/rdf+xml", {}, false});
  return file;
}

TEST(ProbeHeif, ReadsExifFromPiecesAndDoesNotApplyItsOrientation) {
  for (std::size_t cut = 1; cut < 100; ++cut) {
    const Outcome outcome = probe_at_once(with_exif(cut).file().span());
    ASSERT_EQ(outcome.step.status, Status::kOk) << cut;
    EXPECT_TRUE(outcome.facts.exif);
    EXPECT_TRUE(outcome.facts.gps) << cut;
    EXPECT_TRUE(outcome.facts.xmp);
    EXPECT_EQ(outcome.facts.orientation, 1);
  }
}

TEST(ProbeHeif, AnExtentOutsideTheFileIsTruncatedOutsideIdatMalformed) {
  HeifFile file = one_picture({ispe(40, 30)});
  file.items[0].pieces = {{1000000, 5}};
  EXPECT_TRUE(probe_at_once(file.file().span()).facts.truncated);
  file.items[0].in_idat = true;
  EXPECT_EQ(probe_at_once(file.file().span()).step.status, Status::kMalformed);
}

TEST(ProbeHeif, ALargeMetaBoxIsReadInWindowsThatMayBeDropped) {
  HeifFile file;
  file.properties = {ispe(512, 512), ispe(60000, 60000), hvcc(1, 10)};
  file.items = {{9000, "grid", {2}, false, {}, {}, false}};
  testing::media::Reference tiles{"dimg", 9000, {}};
  for (unsigned id = 1; id <= 4000; ++id) {
    file.items.push_back({id, "hvc1", {1, 3}, true, {}, {{id, 1}}, false});
    tiles.to.push_back(id);
  }
  file.references = {tiles};
  file.primary = 9000;
  const Blob blob = file.file();
  ASSERT_GT(blob.size(), 16 * limits::kMaxKeptMetaBytes / 8);
  const Outcome outcome = probe_in_windows(blob.span());
  EXPECT_FALSE(outcome.stuck);
  ASSERT_EQ(outcome.step.status, Status::kOk);
  EXPECT_EQ(outcome.facts.width, 60000U);
  EXPECT_EQ(outcome.facts.bit_depth, 10);
  EXPECT_EQ(outcome.facts.frames, 1U);
  EXPECT_LT(outcome.windows, 3 * blob.size() / limits::kWindowBytes);
}

TEST(ProbeHeif, MetaMayStandBehindTheData) {
  const HeifFile file = one_picture({ispe(40, 30)});
  const Blob large = Blob().big32(1).add("mdat").big64(16 + 100000).zeros(100000);
  const Outcome outcome = probe_in_windows(file.ftyp().add(large).add(file.meta()).span());
  ASSERT_EQ(outcome.step.status, Status::kOk);
  EXPECT_EQ(outcome.facts.width, 40U);
  EXPECT_EQ(outcome.windows, 2U);
  const Blob endless = Blob().big32(0).add("mdat").zeros(100);
  EXPECT_EQ(probe_at_once(file.ftyp().add(endless).add(file.meta()).span()).step.status, Status::kTruncated);
}

TEST(ProbeHeif, EveryCutAndEveryFlippedByteEnds) {
  const Blob file = with_exif(7).file();
  for (std::size_t length = 0; length < file.size(); ++length) {
    const Outcome outcome = probe_in_windows(file.first(length));
    EXPECT_FALSE(outcome.stuck) << length;
    EXPECT_TRUE(outcome.step.status == Status::kTruncated || outcome.facts.truncated) << length;
  }
  std::vector<std::uint8_t> bytes(file.span().begin(), file.span().end());
  for (std::uint8_t& byte : bytes) {
    for (const unsigned flip : {0x01U, 0x80U, 0xffU}) {
      byte ^= static_cast<std::uint8_t>(flip);
      const Outcome outcome = probe_in_windows(bytes, 16);
      EXPECT_FALSE(outcome.stuck);
      EXPECT_EQ(outcome.step.status, probe_at_once(bytes).step.status);
      byte ^= static_cast<std::uint8_t>(flip);
    }
  }
}

Blob track(std::string_view handler, unsigned samples, int a, int b, int c, int d, bool auxiliary) {
  const auto fixed = [](int value) { return static_cast<std::uint32_t>(value * 65536); };
  Blob head = Blob().zeros(36);
  head.big32(fixed(a)).big32(fixed(b)).zeros(4).big32(fixed(c)).big32(fixed(d)).zeros(4 + 12 + 8);
  const Blob entry = box("hvc1", Blob().zeros(24).big16(40).big16(30).zeros(50).add(hvcc(1, 10)));
  Blob table = full_box("stsd", 0, 0, Blob().big32(1).add(entry));
  table.add(full_box("stsz", 0, 0, Blob().big32(0).big32(samples).zeros(4 * std::size_t{samples})));
  Blob media = full_box("hdlr", 0, 0, Blob().big32(0).add(handler).zeros(13));
  media.add(box("minf", box("stbl", table)));
  Blob body = full_box("tkhd", 0, 0, head);
  if (auxiliary) body.add(box("tref", box("auxl", Blob().big32(1))));
  return box("trak", body.add(box("mdia", media)));
}

TEST(ProbeHeif, ASequenceWithoutItemsIsReadFromItsTrack) {
  HeifFile file;
  file.brands = {"msf1", "hevc"};
  const Blob tracks = track("soun", 9, 1, 0, 0, 1, false)
                          .add(track("auxv", 16, 1, 0, 0, 1, true))
                          .add(track("pict", 16, 0, 1, -1, 0, false));
  const Outcome outcome = probe_in_windows(file.ftyp().add(box("moov", tracks)).span());
  ASSERT_EQ(outcome.step.status, Status::kOk);
  EXPECT_EQ(outcome.facts.format, Format::kHeic);
  EXPECT_EQ(outcome.facts.width, 40U);
  EXPECT_EQ(outcome.facts.upright_width, 30U);
  EXPECT_EQ(outcome.facts.orientation, 6);
  EXPECT_EQ(outcome.facts.frames, 16U);
  EXPECT_EQ(outcome.facts.bit_depth, 10);
  EXPECT_TRUE(outcome.facts.has_alpha);
}

}  // namespace
}  // namespace gvw
