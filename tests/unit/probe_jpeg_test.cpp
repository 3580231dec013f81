#include <gtest/gtest.h>

#include <string_view>

#include "support/jpeg_builder.h"
#include "support/tiff_builder.h"
#include "support/windowed_file.h"

namespace gvw {
namespace {

using testing::Bytes;
using testing::joined;
using testing::jpeg_of;
using testing::jpeg_segment;
using testing::probe_whole;
using testing::Probed;
using testing::WindowedFile;

constexpr std::string_view kXmp("http://ns.adobe.com/xap/1.0/\0", 29);
constexpr std::string_view kExtendedXmp("http://ns.adobe.com/xmp/extension/\0", 35);

ImageFacts facts_of(const Bytes& file) {
  const Probed probed = probe_whole(file);
  EXPECT_EQ(probed.step.status, Status::kOk);
  return probed.facts;
}

Status status_of(const Bytes& file) { return probe_whole(file).step.status; }

Bytes text_segment(std::uint8_t marker, std::string_view text) { return jpeg_segment(marker, testing::bytes_of(text)); }

Bytes adobe_segment(std::uint8_t transform) {
  return jpeg_segment(0xee, joined({testing::bytes_of("Adobe"), {0, 100, 0, 0, 0, 0, transform}}));
}

Bytes jfif_segment() {
  return jpeg_segment(0xe0, joined({testing::bytes_of(std::string_view("JFIF\0", 5)), {1, 1, 0, 0, 1, 0, 1, 0, 0}}));
}

TEST(ProbeJpeg, EveryProcessThatHasAFrameHeader) {
  for (unsigned marker = 0xc0; marker <= 0xcf; ++marker) {
    if (marker == 0xc4 || marker == 0xc8 || marker == 0xcc) continue;
    const ImageFacts facts = facts_of(jpeg_of({}, {.marker = static_cast<std::uint8_t>(marker), .depth = 12}));
    EXPECT_EQ(facts.width, 30U);
    EXPECT_EQ(facts.height, 20U);
    EXPECT_EQ(facts.bit_depth, 12);
    EXPECT_EQ(facts.progressive, (marker & 3U) == 2) << marker;
    EXPECT_EQ(facts.format, Format::kJpeg);
  }
}

TEST(ProbeJpeg, TheFirstFrameHeaderCounts) {
  const Bytes second = testing::frame_header({.marker = 0xc2, .height = 7, .width = 7});
  const ImageFacts facts = facts_of(jpeg_of({}, {}, second));
  EXPECT_EQ(facts.width, 30U);
  EXPECT_FALSE(facts.progressive);
  const Bytes whole = jpeg_of({}, {}, second);
  const Probed cut = probe_whole(std::span(whole).first(2 + testing::frame_header().size() + 6));
  EXPECT_EQ(cut.step.status, Status::kOk);
  EXPECT_EQ(cut.facts.width, 30U);
}

TEST(ProbeJpeg, TablesThatLookLikeFrameHeadersAreNone) {
  for (const std::uint8_t marker : {std::uint8_t{0xc4}, std::uint8_t{0xc8}, std::uint8_t{0xcc}}) {
    const Bytes decoy = testing::frame_header({.marker = marker, .height = 7, .width = 7});
    EXPECT_EQ(facts_of(jpeg_of(decoy)).width, 30U);
  }
}

TEST(ProbeJpeg, ColorModels) {
  const auto model = [](const Bytes& ids, const Bytes& before = {}) {
    return facts_of(jpeg_of(before, {.component_ids = ids})).color_model;
  };
  EXPECT_EQ(model({1}), ColorModel::kGray);
  EXPECT_EQ(model({1, 2, 3}), ColorModel::kYcbcr);
  EXPECT_EQ(model({'R', 'G', 'B'}), ColorModel::kRgb);
  EXPECT_EQ(model({'R', 'G', 'A'}), ColorModel::kYcbcr);
  EXPECT_EQ(model({1, 2, 3}, adobe_segment(0)), ColorModel::kRgb);
  EXPECT_EQ(model({1, 2, 3}, adobe_segment(1)), ColorModel::kYcbcr);
  EXPECT_EQ(model({'R', 'G', 'B'}, adobe_segment(1)), ColorModel::kYcbcr);
  EXPECT_EQ(model({1, 2, 3, 4}), ColorModel::kCmyk);
  EXPECT_EQ(model({1, 2, 3, 4}, adobe_segment(0)), ColorModel::kCmyk);
  EXPECT_EQ(model({1, 2, 3, 4}, adobe_segment(2)), ColorModel::kYcck);
  EXPECT_EQ(model({1, 2}), ColorModel::kUnknown);
  // A JFIF file is YCbCr by definition, and decoders go by that before they look at Adobe's segment.
  EXPECT_EQ(model({1, 2, 3}, joined({jfif_segment(), adobe_segment(0)})), ColorModel::kYcbcr);
}

TEST(ProbeJpeg, AnAdobeSegmentTooShortForATransformIsNotRead) {
  const Bytes cut = jpeg_segment(0xee, joined({testing::bytes_of("Adobe"), {0, 100, 0, 0, 0, 0}}));
  EXPECT_EQ(facts_of(jpeg_of(cut)).color_model, ColorModel::kYcbcr);
}

TEST(ProbeJpeg, MetadataIsToldByItsSignature) {
  const auto facts = [](const Bytes& segment) { return facts_of(jpeg_of(segment)); };
  EXPECT_TRUE(facts(text_segment(0xe1, kXmp)).xmp);
  EXPECT_TRUE(facts(text_segment(0xe1, kExtendedXmp)).xmp);
  EXPECT_TRUE(facts(text_segment(0xe2, std::string_view("ICC_PROFILE\0\1\1", 14))).icc);
  EXPECT_FALSE(facts(text_segment(0xe2, std::string_view("MPF\0", 4))).icc);
  EXPECT_FALSE(facts(text_segment(0xe1, kXmp.substr(0, 28))).xmp);
  EXPECT_FALSE(facts(text_segment(0xe3, kXmp)).xmp);
  const ImageFacts plain = facts(text_segment(0xfe, "a comment"));
  EXPECT_FALSE(plain.exif || plain.xmp || plain.icc || plain.iptc || plain.gps);
}

TEST(ProbeJpeg, MetadataBehindTheFrameHeaderCountsToo) {
  const Bytes exif = testing::exif_segment(testing::tiff_with_orientation(6, 3, Endian::kBig));
  const ImageFacts facts = facts_of(jpeg_of({}, {}, joined({exif, text_segment(0xe1, kXmp)})));
  EXPECT_EQ(facts.orientation, 6);
  EXPECT_TRUE(facts.xmp);
}

TEST(ProbeJpeg, MetadataBehindTheFirstScanIsNotLookedFor) {
  const Bytes file = joined({jpeg_of({}), text_segment(0xe1, kXmp)});
  EXPECT_FALSE(facts_of(file).xmp);
}

TEST(ProbeJpeg, TheFirstExifSegmentCounts) {
  const auto oriented = [](unsigned orientation) {
    return testing::exif_segment(testing::tiff_with_orientation(orientation, 3, Endian::kLittle));
  };
  EXPECT_EQ(facts_of(jpeg_of(joined({oriented(6), oriented(3)}))).orientation, 6);
  const ImageFacts damaged = facts_of(jpeg_of(testing::exif_segment({})));
  EXPECT_TRUE(damaged.exif);
  EXPECT_EQ(damaged.orientation, 1);
}

Bytes photoshop(const Bytes& resources) {
  return jpeg_segment(0xed, joined({testing::bytes_of(std::string_view("Photoshop 3.0\0", 14)), resources}));
}

Bytes resource(std::uint16_t id, std::string_view name, std::uint32_t size, const Bytes& data) {
  Bytes bytes = testing::bytes_of("8BIM");
  testing::append_number(bytes, id, 2);
  bytes.push_back(static_cast<std::uint8_t>(name.size()));
  testing::append(bytes, name);
  if (name.size() % 2 == 0) bytes.push_back(0);
  testing::append_number(bytes, size, 4);
  testing::append(bytes, data);
  return bytes;
}

TEST(ProbeJpeg, IptcIsAPhotoshopResource) {
  const auto has_iptc = [](const Bytes& resources) { return facts_of(jpeg_of(photoshop(resources))).iptc; };
  const Bytes iptc = resource(0x0404, "", 2, {1, 2});
  EXPECT_TRUE(has_iptc(iptc));
  EXPECT_TRUE(has_iptc(joined({resource(0x03ed, "", 3, {1, 2, 3, 0}), iptc}))) << "data padded to even";
  EXPECT_TRUE(has_iptc(joined({resource(0x03ed, "name", 0, {}), iptc})));
  EXPECT_TRUE(has_iptc(joined({resource(0x03ed, "odd", 0, {}), iptc})));
  EXPECT_FALSE(has_iptc(resource(0x040c, "", 2, {1, 2})));
  EXPECT_FALSE(has_iptc({}));
  EXPECT_FALSE(has_iptc(joined({resource(0x03ed, "", 0xffffffff, {}), iptc}))) << "a size that leaves the segment";
  EXPECT_FALSE(has_iptc(joined({{'8', 'B', 'I', 'M', 4, 4 + 8, 255, 0, 0, 0, 0, 0}, iptc}))) << "a name that does";
  EXPECT_FALSE(has_iptc(joined({testing::bytes_of("8BIX"), iptc})));
}

TEST(ProbeJpeg, FillBytesAndGarbageBetweenSegmentsAreSkipped) {
  const Bytes comment = text_segment(0xfe, "x");
  EXPECT_EQ(facts_of(jpeg_of(joined({Bytes(50, 0xff), comment, Bytes(3, 0xff)}))).width, 30U);
  EXPECT_EQ(facts_of(jpeg_of(joined({comment, {1, 2, 0xff, 0x00, 3}, comment}))).width, 30U);
  EXPECT_EQ(facts_of(jpeg_of(Bytes{0xff, 0x01, 0xff, 0xd0, 0xff, 0xd7, 0xff, 0xd8})).width, 30U)
      << "markers that stand alone";
}

TEST(ProbeJpeg, GarbageIsSkippedToALimit) {
  // The signature wants FF behind SOI, so the garbage stands behind a comment.
  const auto with = [](std::size_t count, std::uint8_t byte) {
    return jpeg_of(joined({text_segment(0xfe, "x"), Bytes(count, byte)}));
  };
  EXPECT_EQ(facts_of(with(limits::kMaxJpegGarbageBytes, 0)).width, 30U);
  EXPECT_EQ(status_of(with(limits::kMaxJpegGarbageBytes + 1, 0)), Status::kMalformed);
  EXPECT_EQ(status_of(with(4 * limits::kMaxJpegGarbageBytes, 0xff)), Status::kMalformed) << "fill bytes count";
  const Probed windowed = WindowedFile(with(4 * limits::kMaxJpegGarbageBytes, 0xff)).run();
  EXPECT_FALSE(windowed.stuck);
  EXPECT_EQ(windowed.step.status, Status::kMalformed);
}

TEST(ProbeJpeg, BadFrameHeadersAreMalformed) {
  EXPECT_EQ(status_of(jpeg_of({}, {.height = 0})), Status::kMalformed);
  EXPECT_EQ(status_of(jpeg_of({}, {.width = 0})), Status::kMalformed);
  EXPECT_EQ(status_of(jpeg_of({}, {.component_ids = {}})), Status::kMalformed);
  const Bytes short_frame = {0xff, 0xd8, 0xff, 0xc0, 0, 8, 8, 0, 20, 0, 30, 3};
  EXPECT_EQ(status_of(joined({short_frame, Bytes(20)})), Status::kMalformed) << "no room for its components";
  EXPECT_EQ(status_of({0xff, 0xd8, 0xff, 0xc0, 0, 7, 8, 0, 20, 0, 30, 3}), Status::kMalformed);
  EXPECT_EQ(status_of({0xff, 0xd8, 0xff, 0xc0, 0, 1, 0, 0}), Status::kMalformed) << "a length below its own two bytes";
}

TEST(ProbeJpeg, AScanOrAnEndBeforeTheFrameHeaderIsMalformed) {
  EXPECT_EQ(status_of({0xff, 0xd8, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0}), Status::kMalformed);
  EXPECT_EQ(status_of({0xff, 0xd8, 0xff, 0xd9}), Status::kMalformed);
}

TEST(ProbeJpeg, EveryCutBeforeTheFrameHeaderIsTruncated) {
  const Bytes before = joined({jfif_segment(), testing::exif_segment(testing::tiff_with_gps(Endian::kBig, 1))});
  const Bytes file = jpeg_of(before);
  const std::size_t frame_end = 2 + before.size() + testing::frame_header().size();
  // The sizes and the name of the first component tell everything; eight bytes of the components are behind it.
  const std::size_t sized_at = frame_end - 8;
  for (std::size_t length = 0; length < file.size(); ++length) {
    const Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length));
    const Probed probed = probe_whole(cut);
    if (length < sized_at) {
      EXPECT_EQ(probed.step.status, Status::kTruncated) << length;
    } else {
      EXPECT_EQ(probed.step.status, Status::kOk) << length;
      EXPECT_EQ(probed.facts.width, 30U);
      // The marker of the scan is all a probe has to see.
      EXPECT_EQ(probed.facts.truncated, length < frame_end + 2) << length;
    }
  }
}

TEST(ProbeJpeg, AHeaderInTheFirstWindowTakesNoSecond) {
  const Bytes file = joined({jpeg_of(testing::exif_segment(testing::tiff_with_gps(Endian::kBig, 1))), Bytes(100'000)});
  const Probed probed = WindowedFile(file).run();
  EXPECT_EQ(probed.step.status, Status::kOk);
  EXPECT_EQ(probed.windows, 1U);
  EXPECT_LE(probed.bytes, limits::kWindowBytes);
}

TEST(ProbeJpeg, JumpsOverSegmentsWithoutReadingThem) {
  const Bytes big = text_segment(0xe2, std::string("ICC_PROFILE\0\1\1", 14) + std::string(65000, 'x'));
  const Bytes exif = testing::exif_segment(joined({testing::tiff_with_gps(Endian::kBig, 1), Bytes(60000)}));
  Bytes before = exif;
  for (int i = 0; i < 10; ++i) testing::append(before, big);
  const Probed probed = WindowedFile(jpeg_of(before)).run();
  ASSERT_EQ(probed.step.status, Status::kOk);
  EXPECT_EQ(probed.facts.width, 30U);
  EXPECT_TRUE(probed.facts.gps);
  EXPECT_TRUE(probed.facts.icc);
  EXPECT_LE(probed.windows, 12U) << "one a segment";
}

}  // namespace
}  // namespace gvw
