#include "strip_heif_file.h"
#include "strip_jpeg_file.h"

namespace gvw::testing {
namespace {

using namespace jpeg_file;

const std::string kIsoName = "urn:iso:std:iso:ts:21496:-1\0"s;
const std::string kXmpName = "http://ns.adobe.com/xap/1.0/\0"s;

/// ISO 21496-1 C.2.2: versions, flags, and one channel's numbers, each with its denominator.
const std::string kIsoNumbers = [] {
  std::string out = "\0\0\0\0\0"s;
  for (unsigned i = 0; i < 14; ++i) out += big(100 + i, 4);
  return out;
}();
const std::string kIso = segment(0xe2, kIsoName + kIsoNumbers);
const std::string kIsoVersions = segment(0xe2, kIsoName + "\0\0\0\0"s);

std::string xmp(const std::string& packet) { return segment(0xe1, kXmpName + packet); }

/// As phones write it, with what else they say.
const std::string kDirtyHdrgm =
    R"(<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk=")" + secrets() +
    "\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\"\n"
    "  xmlns:hdrgm=\"http://ns.adobe.com/hdr-gain-map/1.0/\"\n  hdrgm:Version=\"1.0\"\n  hdrgm:GainMapMin='-0.5'\n"
    "  hdrgm:GainMapMax = \"2.25e0\"\n  hdrgm:OffsetSDR=\"Jane Roe\"\n  hdrgm:HDRCapacityMax=\"2.25\"\n"
    "  hdrgm:BaseRenditionIsHDR=\"False\"\n  tiff:Make=\"Jane Roe\">\n<hdrgm:Gamma>\n <rdf:Seq>\n"
    "  <rdf:li>1</rdf:li>\n  <rdf:li>1.1</rdf:li>\n  <rdf:li>1.2</rdf:li></rdf:Seq></hdrgm:Gamma>\n"
    "<hdrgm:OffsetHDR>0.015625</hdrgm:OffsetHDR></rdf:Description></rdf:RDF></x:xmpmeta>";
const std::string kCleanHdrgm =
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
    "<rdf:Description rdf:about=\"\" xmlns:hdrgm=\"http://ns.adobe.com/hdr-gain-map/1.0/\" hdrgm:Version=\"1.0\" "
    "hdrgm:GainMapMax=\"2.25e0\" hdrgm:HDRCapacityMax=\"2.25\" hdrgm:GainMapMin=\"-0.5\" "
    "hdrgm:OffsetHDR=\"0.015625\" hdrgm:BaseRenditionIsHDR=\"False\"><hdrgm:Gamma><rdf:Seq><rdf:li>1</rdf:li>"
    "<rdf:li>1.1</rdf:li><rdf:li>1.2</rdf:li></rdf:Seq></hdrgm:Gamma></rdf:Description></rdf:RDF></x:xmpmeta>";

/// MPF in little-endian, its list in front of its directory.
std::string mpf(const std::vector<std::pair<std::size_t, std::size_t>>& pictures) {
  const std::size_t list = 16 * pictures.size();
  std::string out = "MPF\0II\x2a\0"s + little(8 + list, 4);
  for (const auto& [size, offset] : pictures) out += little(0, 4) + little(size, 4) + little(offset, 4) + little(0, 4);
  return segment(0xe2,
                 out + little(1, 2) + little(0xb002, 2) + little(7, 2) + little(list, 4) + little(8, 4) + little(0, 4));
}
/// Where the offsets of `mpf` count from, behind its segment's start.
constexpr std::size_t kMpfBase = 8;

std::string gain_map(const std::string& description) {
  return kSoi + kJfif + camera_exif(3) + description + kIcc + segment(0xfe, secrets()) + kBody;
}

/// Picture, other pictures, gain map, video: as phones lay them out.
std::string phone_file(const std::string& description, const std::string& between, bool listed = true) {
  const std::string front = kSoi + kJfif + camera_exif(6) + xmp(kDirtyHdrgm) + kIsoVersions;
  const auto list = [&](std::size_t place) {
    const std::size_t base = front.size() + kMpfBase;
    return mpf({{front.size(), 0},
                {between.size(), place - gain_map(description).size() - between.size() - base},
                {gain_map(description).size(), place - gain_map(description).size() - base}});
  };
  const std::size_t end =
      front.size() + list(1000).size() + kBody.size() + between.size() + gain_map(description).size();
  return front + (listed ? list(end) : "") + kBody + between + gain_map(description) + secrets();
}

std::string clean_map(const std::string& description) { return kSoi + description + kJfif + kIcc + kBody; }

/// Numbers of the MPF that is written: the size of the picture, size and place of the gain map.
void expect_places(const std::string& file, std::size_t map_bytes) {
  const std::size_t mpf_at = file.find("MPF\0"s);
  ASSERT_NE(mpf_at, std::string::npos);
  const auto number = [&](std::size_t at) {
    return load<std::uint32_t>(bytes_of(file).data() + mpf_at + 4 + at, Endian::kBig);
  };
  const std::size_t start = file.size() - map_bytes;
  EXPECT_EQ(number(54), start);
  EXPECT_EQ(number(58), 0U);
  EXPECT_EQ(number(70), map_bytes);
  EXPECT_EQ(number(74) + mpf_at + 4, start);
  const std::size_t length_at = file.find("Item:Length=\"");
  if (length_at == std::string::npos) return;
  EXPECT_EQ(std::stoul(file.substr(length_at + 13, 10)), map_bytes);
  EXPECT_EQ(file.substr(length_at + 13 + std::to_string(map_bytes).size(), 1), "\"");
}

Outcome expect_kept(const std::string& dirty, const std::string& map, std::uint32_t removed, unsigned orientation) {
  Outcome outcome = strip_file(dirty, Format::kJpeg, orientation, true);
  EXPECT_EQ(outcome.status, Status::kOk) << "at " << outcome.at;
  EXPECT_EQ(outcome.removed, removed);
  EXPECT_TRUE(outcome.gain_map.there);
  EXPECT_EQ(outcome.gain_map.at, outcome.file.size() - map.size());
  EXPECT_EQ(outcome.file.substr(outcome.gain_map.at), map);
  expect_places(outcome.file, map.size());
  expect_no_secrets(outcome.file);
  EXPECT_EQ(probed_orientation(outcome.file), orientation);
  const Outcome again = strip_file(outcome.file, Format::kJpeg, orientation, true);
  EXPECT_FALSE(again.changed);
  EXPECT_EQ(again.gain_map.at, outcome.gain_map.at);
  EXPECT_EQ(again.gain_map.header_bytes, outcome.gain_map.header_bytes);
  return outcome;
}

struct Description {
  const char* name;
  std::string dirty;
  std::string clean;
};

const Description kDescriptions[] = {
    {"ISO", kIso, kIso},
    {"ISO with something behind it", segment(0xe2, kIsoName + kIsoNumbers + secrets()), kIso},
    {"XMP", xmp(kDirtyHdrgm), xmp(kCleanHdrgm)},
    {"both, twice", kIso + xmp(kDirtyHdrgm) + xmp(kDirtyHdrgm) + kIso, kIso + xmp(kCleanHdrgm)},
};

TEST(StripGainMap, StaysWithTheNumbersThatApplyIt) {
  constexpr RemovedKind kExif = RemovedKind::kExif;
  const std::uint32_t usual = kinds({kExif, RemovedKind::kXmp, RemovedKind::kComment, RemovedKind::kTrailer});
  for (const Description& description : kDescriptions) {
    SCOPED_TRACE(description.name);
    const std::string map = clean_map(description.clean);
    const std::string preview = kSoi + camera_exif(1) + kBody;
    for (const unsigned orientation : {1U, 6U}) {
      const Outcome outcome = expect_kept(phone_file(description.dirty, preview), map,
                                          usual | kinds({RemovedKind::kSecondImages}), orientation);
      EXPECT_EQ(outcome.gain_map.header_bytes, description.clean.size());
      // Nothing lists it, but it follows directly.
      expect_kept(phone_file(description.dirty, "", false), map, usual, orientation);
    }
    // Nobody wants it.
    expect_stripped(
        phone_file(description.dirty, preview), kSoi + kJfif + kBody, Format::kJpeg,
        kinds({kExif, RemovedKind::kXmp, RemovedKind::kTrailer, RemovedKind::kSecondImages, RemovedKind::kOther}));
  }
}

TEST(StripGainMap, IsNamedByThePictureAsItIsDescribed) {
  const std::string with_iso = strip_file(phone_file(kIso, ""), Format::kJpeg, 1, true).file;
  EXPECT_NE(with_iso.find(kIsoVersions), std::string::npos);
  EXPECT_EQ(with_iso.find("xmpmeta"), std::string::npos);
  const std::string with_xmp = strip_file(phone_file(xmp(kDirtyHdrgm), ""), Format::kJpeg, 1, true).file;
  EXPECT_EQ(with_xmp.find(kIsoName), std::string::npos);
  EXPECT_NE(with_xmp.find("Item:Semantic=\"GainMap\""), std::string::npos);
}

TEST(StripGainMap, WhatIsWrittenAgainIsNotWorthAWord) {
  const std::string clean = strip_file(phone_file(kIso + xmp(kDirtyHdrgm), ""), Format::kJpeg, 1, true).file;
  const std::string dirty = kSoi + segment(0xfe, secrets()) + clean.substr(2);
  const Outcome outcome = strip_file(dirty, Format::kJpeg, 1, true);
  EXPECT_EQ(outcome.file, clean);
  EXPECT_EQ(outcome.removed, kinds({RemovedKind::kComment}));
}

TEST(StripGainMap, OtherSecondPicturesGo) {
  const std::string numbers = kIsoNumbers;
  const std::string missing = R"(<x hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0")";
  const std::pair<const char*, std::string> others[] = {
      {"a preview", ""},
      {"a depth map", xmp("<x:xmpmeta GDepth:Format=\"RangeInverse\"/>")},
      {"versions alone", kIsoVersions},
      {"numbers cut short", segment(0xe2, kIsoName + numbers.substr(0, numbers.size() - 1))},
      {"a version to come", segment(0xe2, kIsoName + "\0\1"s + numbers.substr(2))},
      {"no most gain", xmp(missing + R"( hdrgm:HDRCapacityMax="2"/>)")},
      {"words for numbers", xmp(missing + R"( hdrgm:GainMapMax="Jane" hdrgm:HDRCapacityMax="2"/>)")},
      {"another version", xmp("http://ns.adobe.com/hdr-gain-map/1.0/ hdrgm:Version=\"2.0\" hdrgm:GainMapMax=\"1\" "
                              "hdrgm:HDRCapacityMax=\"2\"")},
  };
  for (const auto& [name, description] : others) {
    SCOPED_TRACE(name);
    const Outcome outcome = strip_file(phone_file(description, ""), Format::kJpeg, 1, true);
    EXPECT_FALSE(outcome.gain_map.there);
    EXPECT_EQ(outcome.file, kSoi + kJfif + kBody);
  }
}

TEST(StripGainMap, DamagedOnesGoAndThePictureStays) {
  const std::string map = gain_map(kIso);
  const std::string clean = kSoi + kBody;
  for (const std::size_t length : {map.size() - 1, map.size() / 2, std::size_t{1}}) {
    const Outcome outcome = strip_file(clean + map.substr(0, length), Format::kJpeg, 1, true);
    EXPECT_EQ(outcome.file, clean);
    EXPECT_FALSE(outcome.gain_map.there);
  }
  // A place in the picture itself, or beyond the file.
  for (const std::size_t place : {std::size_t{1}, std::size_t{0xffffffff}}) {
    const Outcome outcome = strip_file(kSoi + mpf({{9, 0}, {9, place}}) + kBody + map, Format::kJpeg, 1, true);
    EXPECT_TRUE(outcome.gain_map.there);
  }
}

TEST(StripGainMap, OneInsideThePictureIsNone) {
  const std::string thumbnail = gain_map(kIso);
  const std::string front = kSoi + exif(thumbnail);
  const std::size_t place = front.find(thumbnail);
  const std::string list = mpf({{9, 0}, {thumbnail.size(), 0}});
  const std::string offset = little(list.size() + place - 2 - kMpfBase, 4);
  std::string dirty = kSoi + list + front.substr(2) + kBody;
  const std::size_t offset_at = 2 + kMpfBase + 8 + 16 + 8;
  dirty.replace(offset_at, 4, offset);
  ASSERT_EQ(dirty.find(thumbnail),
            load<std::uint32_t>(bytes_of(dirty).data() + offset_at, Endian::kLittle) + 2 + kMpfBase);
  const Outcome outcome = strip_file(dirty, Format::kJpeg, 1, true);
  EXPECT_FALSE(outcome.gain_map.there);
  EXPECT_EQ(outcome.file, kSoi + kBody);
}

TEST(StripGainMap, DamageIsBoring) {
  expect_boring_damage(phone_file(kIso + xmp(kDirtyHdrgm), kSoi + kBody), Format::kJpeg, true);
}

// ── HEIF ────────────────────────────────────────────────────────────────────────────────────────────────────────────

using namespace heif_file;

/// A picture whose gain map is known by a tone-mapped picture, and another by Apple's property.
TestFile hdr_picture() {
  TestFile file = picture();
  file.properties.push_back(full("auxC", 0, 0, "urn:com:apple:photo:2020:aux:hdrgainmap\0"s));
  file.items.push_back({2, "hvc1", "\0"s, {"gain map of the standard"}, 0, {0x81, 0x02}, true});
  file.items.push_back({3, "tmap", "\0"s, {"\0"s + kIsoNumbers}, 0, {0x02}, false});
  file.items.push_back({4, "grid", "\0"s, {"gain map of Apple's"}, 0, {0x02, 0x84}, true});
  file.items.push_back({5, "hvc1", "\0"s, {"its tile"}, 0, {0x81}, true});
  file.references = {{"dimg", 3, {1, 2}}, {"auxl", 4, {1}}, {"dimg", 4, {5}}};
  file.groups = full("altr", 0, 0, big(100, 4) + big(2, 4) + big(3, 4) + big(1, 4));
  return file;
}

TEST(StripGainMap, StaysInHeif) {
  TestFile file = hdr_picture();
  const Outcome clean = strip_file(file.build(), Format::kHeic, 1, true);
  EXPECT_FALSE(clean.changed);
  EXPECT_TRUE(clean.gain_map.there);

  // What describes the gain map goes all the same, and so does a thumbnail.
  file.items.push_back(exif_item(6));
  file.items.push_back(xmp_item(7));
  file.items.push_back({8, "hvc1", "\0"s, {secrets()}, 0, {0x81, 0x02}, false});
  for (const TestReference& more : std::vector<TestReference>{{"cdsc", 6, {2}}, {"cdsc", 7, {4}}, {"thmb", 8, {4}}})
    file.references.push_back(more);
  const std::string dirty = file.build();
  const Outcome outcome = strip_file(dirty, Format::kHeic, 1, true);
  EXPECT_EQ(outcome.removed, kinds({RemovedKind::kExif, RemovedKind::kXmp, RemovedKind::kThumbnail}));
  EXPECT_TRUE(outcome.gain_map.there);
  expect_no_secrets(outcome.file);
  for (const std::string& kept :
       {"gain map of the standard"s, "gain map of Apple's"s, "its tile"s, kIsoNumbers, "altr"s}) {
    EXPECT_EQ(outcome.file.find(kept), dirty.find(kept)) << kept;
  }
  EXPECT_FALSE(strip_file(outcome.file, Format::kHeic, 1, true).changed);

  const Outcome without = strip_file(dirty, Format::kHeic);
  EXPECT_FALSE(without.gain_map.there);
  EXPECT_EQ(without.file.find("gain map"), std::string::npos);
}

TEST(StripGainMap, ToneMapsThatAreNoneGo) {
  const auto keeps = [](const TestFile& file) {
    const Outcome outcome = strip_file(file.build(), Format::kHeic, 1, true);
    EXPECT_EQ(outcome.status, Status::kOk);
    return outcome.file.find("gain map of the standard") != std::string::npos;
  };
  TestFile file = hdr_picture();
  EXPECT_TRUE(keeps(file));
  file.items[2].pieces = {"\0"s + kIsoNumbers + secrets()};
  EXPECT_FALSE(keeps(file));
  file.items[2].pieces = {"\1"s + kIsoNumbers};
  EXPECT_FALSE(keeps(file));
  file = hdr_picture();
  file.references[0].to = {1, 2, 5};
  EXPECT_FALSE(keeps(file));
  // Of a thumbnail.
  file = hdr_picture();
  file.items.push_back({8, "hvc1", "\0"s, {secrets()}, 0, {0x81, 0x02}, false});
  file.references[0].to = {8, 2};
  file.references.push_back({"thmb", 8, {1}});
  EXPECT_FALSE(keeps(file));
}

TEST(StripGainMap, DamageToHeifIsBoring) { expect_boring_damage(hdr_picture().build(), Format::kHeic, true); }

}  // namespace
}  // namespace gvw::testing
