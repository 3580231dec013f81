#include "strip_heif_file.h"

namespace gvw::testing {
namespace {

using namespace heif_file;

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// Strips and checks what holds for every sound file: secrets gone, pixels and their offsets as before, all in order
/// for the probe, nothing left for a second strip.
Outcome expect_sound(const TestFile& file, std::uint32_t removed) {
  const std::string dirty = file.build();
  Outcome outcome = strip_file(dirty, Format::kHeic);
  EXPECT_EQ(outcome.status, Status::kOk) << "at " << outcome.at;
  EXPECT_TRUE(outcome.changed);
  EXPECT_EQ(outcome.removed, removed);
  EXPECT_LE(outcome.file.size(), dirty.size());
  expect_no_secrets(outcome.file);
  EXPECT_EQ(outcome.file.find("coded pixels of the picture"), dirty.find("coded pixels of the picture"));
  EXPECT_FALSE(strip_file(outcome.file, Format::kHeic).changed);
  const unsigned turned = probed_orientation(dirty);
  EXPECT_EQ(probed_orientation(outcome.file), turned);
  return outcome;
}

TEST(StripHeif, LeavesAPictureWithoutMetadataAlone) {
  expect_unchanged(picture().build(), Format::kHeic);
  expect_unchanged(picture().build(), Format::kHeif, 6);
  expect_unchanged(picture().build(), Format::kAvif);
}

TEST(StripHeif, RemovesExifAndXmpItems) {
  TestFile file = picture();
  file.items.push_back(exif_item(2));
  file.items.push_back(xmp_item(3));
  file.references = {{"cdsc", 2, {1}}, {"cdsc", 3, {1}}};
  const Outcome outcome = expect_sound(file, kinds({RemovedKind::kExif, RemovedKind::kXmp}));
  EXPECT_EQ(outcome.file.find("Exif"), std::string::npos);
  EXPECT_EQ(outcome.file.find("mime"), std::string::npos);
  EXPECT_EQ(outcome.file.find("cdsc"), std::string::npos);
  EXPECT_EQ(outcome.file.size(), file.build().size());
}

TEST(StripHeif, RemovesItemsInSeveralPiecesAndInIdat) {
  for (const unsigned iloc_version : {0U, 1U}) {
    TestFile file = picture();
    file.iloc_version = iloc_version;
    TestItem pieces = xmp_item(3);
    pieces.pieces = {secrets() + "first", "second" + secrets(), secrets()};
    file.items[0].pieces.emplace_back("more pixels");
    file.items.insert(file.items.begin(), pieces);
    if (iloc_version != 0) {
      TestItem inside = exif_item(2);
      inside.construction = 1;
      file.items.push_back(inside);
    }
    const std::uint32_t xmp = kinds({RemovedKind::kXmp});
    const Outcome outcome = expect_sound(file, iloc_version == 0 ? xmp : xmp | kinds({RemovedKind::kExif}));
    EXPECT_EQ(outcome.file.find("more pixels"), file.build().find("more pixels"));
    EXPECT_EQ(outcome.file.find("first"), std::string::npos);
  }
}

TEST(StripHeif, TakesMetadataOfNoLengthForEmpty) {
  TestFile file = picture();
  file.items.push_back(exif_item(2));
  file.items.back().pieces = {""};
  file.references = {{"cdsc", 2, {1}}};
  expect_sound(file, kinds({RemovedKind::kExif}));
}

TEST(StripHeif, RemovesEveryOtherKindOfItem) {
  for (const std::string type : {"uri ", "rgan", "zzzz", "sefd"}) {
    TestFile file = picture();
    file.items.push_back({9, type, secrets() + "\0"s, {secrets()}, 0, {}, false});
    file.references = {{"cdsc", 9, {1}}};
    expect_sound(file, kinds({RemovedKind::kOther}));
  }
  TestFile iptc = picture();
  iptc.items.push_back({9, "iptc", "\0"s, {secrets()}, 0, {}, false});
  expect_sound(iptc, kinds({RemovedKind::kIptc}));
  // A picture that describes another is metadata too.
  TestFile file = picture();
  file.items.push_back({9, "hvc1", "\0"s, {secrets()}, 0, {0x81}, false});
  file.references = {{"cdsc", 9, {1}}};
  expect_sound(file, kinds({RemovedKind::kSecondImages}));
}

TEST(StripHeif, RemovesThumbnailsAndGainMaps) {
  TestFile file = picture();
  file.properties.push_back(full("auxC", 0, 0, "urn:com:apple:photo:2020:aux:hdrgainmap\0"s));
  file.items.push_back({2, "hvc1", "\0"s, {secrets()}, 0, {0x81, 0x02}, false});
  file.items.push_back({3, "hvc1", "\0"s, {secrets()}, 0, {0x81, 0x02, 0x84}, false});
  file.references = {{"thmb", 2, {1}}, {"auxl", 3, {1}}};
  expect_sound(file, kinds({RemovedKind::kThumbnail, RemovedKind::kSecondImages}));
}

TEST(StripHeif, RemovesToneMappedPicturesWithTheirGroup) {
  TestFile file = picture();
  file.items.push_back({2, "hvc1", "\0"s, {secrets()}, 0, {0x81, 0x02}, true});
  file.items.push_back({3, "tmap", "\0"s, {secrets()}, 0, {0x02}, false});
  file.references = {{"dimg", 3, {1, 2}}};
  file.groups = full("altr", 0, 0, big(100, 4) + big(2, 4) + big(3, 4) + big(1, 4));
  const Outcome outcome = expect_sound(file, kinds({RemovedKind::kSecondImages, RemovedKind::kOther}));
  EXPECT_EQ(outcome.file.find("altr"), std::string::npos);
}

TEST(StripHeif, KeepsTilesAlphaAndFurtherPictures) {
  TestFile file = picture();
  file.properties.push_back(full("auxC", 0, 0, "urn:mpeg:hevc:2015:auxid:1\0"s));
  file.items[0].type = "grid";
  file.items.push_back({2, "hvc1", "\0"s, {"left tile"}, 0, {0x81}, true});
  file.items.push_back({3, "hvc1", "\0"s, {"right tile"}, 0, {0x81}, true});
  file.items.push_back({4, "hvc1", "\0"s, {"alpha"}, 0, {0x81, 0x84}, true});
  file.items.push_back({5, "hvc1", "\0"s, {"another picture"}, 0, {0x81, 0x02}, false});
  file.references = {{"dimg", 1, {2, 3}}, {"auxl", 4, {1}}};
  expect_unchanged(file.build(), Format::kHeic);

  file.items.push_back(exif_item(6));
  file.references.push_back({"cdsc", 6, {1}});
  const Outcome outcome = expect_sound(file, kinds({RemovedKind::kExif}));
  for (const char* kept : {"left tile", "right tile", "alpha", "another picture", "dimg", "auxl"}) {
    EXPECT_EQ(outcome.file.find(kept), file.build().find(kept)) << kept;
  }
}

TEST(StripHeif, RemovesThumbnailsMadeOfTiles) {
  TestFile file = picture();
  file.items.push_back({2, "grid", "\0"s, {"grid"}, 0, {0x02}, true});
  file.items.push_back({3, "hvc1", "\0"s, {secrets()}, 0, {0x81}, true});
  file.references = {{"dimg", 2, {3}}, {"thmb", 2, {1}}};
  expect_sound(file, kinds({RemovedKind::kThumbnail, RemovedKind::kSecondImages}));
}

TEST(StripHeif, RemovesAThumbnailsAlphaToo) {
  TestFile file = picture();
  file.properties.push_back(full("auxC", 0, 0, "urn:mpeg:hevc:2015:auxid:1\0"s));
  file.items.push_back({2, "hvc1", "\0"s, {"alpha"}, 0, {0x81, 0x84}, false});
  file.items.push_back({3, "hvc1", "\0"s, {secrets()}, 0, {0x81}, false});
  file.items.push_back({4, "hvc1", "\0"s, {secrets()}, 0, {0x81, 0x84}, false});
  // One that belongs to nothing known is no reason to take it away.
  file.items.push_back({5, "hvc1", "\0"s, {"lonely alpha"}, 0, {0x81, 0x84}, false});
  file.references = {{"auxl", 2, {1}}, {"auxl", 4, {3}}, {"thmb", 3, {1}}, {"auxl", 5, {0}}};
  const Outcome outcome = expect_sound(file, kinds({RemovedKind::kThumbnail, RemovedKind::kSecondImages}));
  EXPECT_NE(outcome.file.find("lonely alpha"), std::string::npos);
  EXPECT_EQ(count_of(outcome.file, "auxl"), 2U);
}

TEST(StripHeif, PutsATargetThatStaysInThePlaceOfOneThatGoes) {
  TestFile file = picture();
  file.properties.push_back(full("auxC", 0, 0, "urn:mpeg:hevc:2015:auxid:1\0"s));
  file.items.push_back({2, "hvc1", "\0"s, {"alpha"}, 0, {0x81, 0x84}, false});
  file.items.push_back({3, "hvc1", "\0"s, {secrets()}, 0, {0x81}, false});
  file.references = {{"auxl", 2, {3, 1}}, {"thmb", 3, {1}}};
  const Outcome outcome = expect_sound(file, kinds({RemovedKind::kThumbnail}));
  EXPECT_NE(outcome.file.find("auxl" + big(2, 2) + big(2, 2) + big(1, 2) + big(1, 2)), std::string::npos);
}

TEST(StripHeif, LeavesBytesAThumbnailSharesWithItsPicture) {
  TestFile file = picture();
  file.items.push_back({2, "hvc1", "\0"s, {"own"}, 0, {0x81}, false});
  file.references = {{"thmb", 2, {1}}};
  std::string bytes = file.build();
  // The thumbnail's one piece begins inside the picture's.
  const std::size_t pixels = bytes.find("coded pixels");
  const std::size_t own = bytes.find("own");
  const std::size_t place = bytes.find(big(own, 4) + big(3, 4));
  bytes.replace(place, 8, big(pixels + 4, 4) + big(3, 4));
  const Outcome outcome = strip_file(bytes, Format::kHeic);
  EXPECT_EQ(outcome.status, Status::kOk);
  EXPECT_EQ(outcome.file.find("coded pixels of the picture"), pixels);
  EXPECT_EQ(outcome.file.find("own"), std::string::npos);
}

TEST(StripHeif, RemovesPropertiesThatDescribe) {
  TestFile file = picture();
  file.properties.push_back(full("udes", 0, 0, "en\0name\0"s + secrets() + "\0tags\0"s));
  file.properties.push_back(full("crtt", 0, 0, big(0x123456789, 8)));
  file.properties.push_back(box("uuid", std::string(16, 'u') + secrets()));
  file.items[0].properties = {0x81, 0x02, 0x83, 0x04, 0x05, 0x06};
  const Outcome outcome = expect_sound(file, kinds({RemovedKind::kText, RemovedKind::kTime, RemovedKind::kOther}));
  EXPECT_EQ(count_of(outcome.file, "free"), 3U);
  // No property's number changes: the picture is still turned by the third.
  EXPECT_NE(outcome.file.find("\x06\x81\x02\x83\0\0\0"s), std::string::npos);
}

TEST(StripHeif, KeepsAnEssentialPropertyWhateverItIs) {
  TestFile file = picture();
  file.properties.push_back(box("uuid", std::string(16, 'u') + "needed"));
  file.items[0].properties.push_back(0x84);
  expect_unchanged(file.build(), Format::kHeic);
}

TEST(StripHeif, WhatGoesMakesNoPropertyEssential) {
  TestFile file = picture();
  file.properties.push_back(box("uuid", std::string(16, 'u') + secrets()));
  file.items.push_back({2, "hvc1", "\0"s, {"thumbnail"}, 0, {0x81, 0x84}, false});
  file.references = {{"thmb", 2, {1}}};
  expect_sound(file, kinds({RemovedKind::kThumbnail, RemovedKind::kOther}));
}

TEST(StripHeif, KeepsAnAlphaOfAnUnknownCodec) {
  TestFile file = picture();
  file.properties.push_back(full("auxC", 0, 0, "urn:mpeg:hevc:2015:auxid:1\0"s));
  file.items.push_back({2, "zzz1", "\0"s, {"alpha"}, 0, {0x84}, false});
  file.references = {{"auxl", 2, {1}}};
  expect_unchanged(file.build(), Format::kHeic);
}

TEST(StripHeif, KeepsAPictureThatReachesToTheEnd) {
  TestFile file = picture();
  file.items[0].type = "zzz1";
  std::string bytes = file.build();
  const std::string place = big(bytes.find("coded pixels"), 4) + big(27, 4);
  ASSERT_NE(bytes.find(place), std::string::npos);
  bytes.replace(bytes.find(place) + 4, 4, big(0, 4));
  expect_unchanged(bytes, Format::kHeic);
}

TEST(StripHeif, RemovesNamesOfPictures) {
  TestFile file = picture();
  file.items[0].names = secrets() + "\0"s;
  expect_sound(file, kinds({RemovedKind::kText}));
}

TEST(StripHeif, RemovesBoxesOfTheMetaBox) {
  for (const std::string& hidden :
       {full("xml ", 0, 0, secrets()), full("bxml", 0, 0, secrets()), box("udta", secrets()),
        box("uuid", std::string(16, 'u') + secrets()), full("meta", 0, 0, secrets()), box("ID32", secrets())}) {
    TestFile file = picture();
    file.meta_boxes = hidden;
    expect_sound(file, kinds({RemovedKind::kOther}));
  }
}

TEST(StripHeif, RemovesBoxesOfTheFile) {
  const struct {
    std::string bytes;
    RemovedKind kind;
  } boxes[] = {
      {box("uuid", "\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac"s + secrets()), RemovedKind::kXmp},
      {box("uuid", "\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81"s + secrets()),
       RemovedKind::kC2pa},
      {box("uuid", std::string(16, 'u') + secrets()), RemovedKind::kOther},
      {box("free", secrets()), RemovedKind::kOther},
      {box("skip", secrets()), RemovedKind::kOther},
      {box("udta", secrets()), RemovedKind::kOther},
      {full("meta", 0, 0, full("hdlr", 0, 0, big(0, 4) + "mdta" + secrets())), RemovedKind::kOther},
      {box("mpvd", secrets()), RemovedKind::kTrailer},
      {box("sefd", secrets()), RemovedKind::kTrailer},
      {"\0\0\0\1"s + "zzzz" + big(16 + secrets().size(), 8) + secrets(), RemovedKind::kOther},
  };
  for (const auto& place : boxes) {
    SCOPED_TRACE(place.bytes.substr(4, 4));
    TestFile file = picture();
    file.before_mdat = place.bytes;
    const Outcome blanked = expect_sound(file, kinds({place.kind}));
    EXPECT_EQ(blanked.file.size(), file.build().size());
    // At the end it is cut off.
    file.before_mdat.clear();
    const std::string clean = file.build();
    file.behind_mdat = place.bytes;
    const bool was_free = place.bytes.substr(4, 4) == "free" || place.bytes.substr(4, 4) == "skip";
    EXPECT_EQ(expect_sound(file, kinds({was_free ? RemovedKind::kOther : place.kind})).file, clean);
  }
}

TEST(StripHeif, RemovesTrailers) {
  const std::string clean = picture().build();
  for (const std::string& trailer :
       {secrets(), "x"s, box("ftyp", "mp42") + box("mdat", secrets()), "\xff\xff\xff\xffSEFH" + secrets()}) {
    expect_stripped(clean + trailer, clean, Format::kHeic, kinds({RemovedKind::kTrailer}));
  }
}

TEST(StripHeif, RemovesWhatAnotherToolOnlyTookOutOfTheLists) {
  for (const unsigned construction : {0U, 1U}) {
    TestFile file = picture();
    file.items.push_back({2, "hvc1", "\0"s, {"abc" + secrets()}, construction, {0x81}, false});
    std::string bytes = file.build();
    // The second item's piece shrinks to its first three bytes: nothing names the others any more.
    const std::size_t offset = construction == 0 ? bytes.find("abc" + secrets()) : 0;
    const std::string place = big(offset, 4) + big(3 + secrets().size(), 4);
    ASSERT_NE(bytes.find(place), std::string::npos);
    bytes.replace(bytes.find(place), 8, big(offset, 4) + big(3, 4));
    const Outcome outcome = strip_file(bytes, Format::kHeic);
    EXPECT_EQ(outcome.status, Status::kOk);
    EXPECT_EQ(outcome.removed, kinds({RemovedKind::kOther}));
    EXPECT_EQ(outcome.file.find("abc"), bytes.find("abc"));
    expect_no_secrets(outcome.file);
  }
}

TEST(StripHeif, RefusesMetadataThatSharesBytes) {
  TestFile file = picture();
  file.items.push_back(exif_item(2));
  const std::string whole = file.build();
  const std::size_t pixels = whole.find("coded pixels");
  const std::size_t exif = whole.find(
      "\0\0\0\x06"
      "Exif"s);
  const std::size_t at = whole.find(big(exif, 4));
  const auto moved = [&](std::size_t from) {
    std::string bytes = whole;
    return bytes.replace(at, 4, big(from, 4));
  };
  expect_failure(moved(pixels + 3), Format::kHeic, Status::kMalformed);              // the picture's
  expect_failure(moved(whole.find("meta") + 8), Format::kHeic, Status::kMalformed);  // the structure's
  expect_failure(moved(pixels - 4), Format::kHeic, Status::kMalformed);              // the box's header
  expect_failure(moved(whole.size() - 1), Format::kHeic, Status::kTruncated);
}

TEST(StripHeif, RefusesDamage) {
  TestFile file = picture();
  const std::string whole = file.build();
  std::string handler = whole;
  handler.replace(handler.find("pict"), 4, "pixt");
  expect_failure(handler, Format::kHeic, Status::kMalformed);
  expect_failure("", Format::kHeic, Status::kMalformed);
  expect_failure(whole.substr(8), Format::kHeic, Status::kMalformed);
  expect_failure(whole.substr(0, whole.size() - 1), Format::kHeic, Status::kTruncated);
  expect_failure(box("ftyp", "mif3") + box("mini", "bits"), Format::kAvif, Status::kUnsupported);
  file = picture();
  file.primary = 7;
  expect_failure(file.build(), Format::kHeic, Status::kMalformed);
  file = picture();
  file.items.push_back(file.items[0]);
  expect_failure(file.build(), Format::kHeic, Status::kMalformed);
  file = picture();
  file.items.push_back(exif_item(2));
  file.items[1].construction = 2;
  expect_failure(file.build(), Format::kHeic, Status::kUnsupported);
  // A sequence, and behind it a picture.
  expect_failure(box("ftyp", "msf1") + box("moov", "") + whole, Format::kHeif, Status::kMalformed);
  file = picture();
  file.meta_boxes = full("ipma", 0, 0, big(0, 4));
  expect_failure(file.build(), Format::kHeic, Status::kMalformed);
  std::string propertyless = whole;
  propertyless.replace(propertyless.find("iprp"), 4, "zzzz");
  expect_failure(propertyless, Format::kHeic, Status::kMalformed);
  file = picture();
  file.items.push_back(exif_item(2));
  file.primary = 2;
  expect_failure(file.build(), Format::kHeic, Status::kMalformed);
  file = picture();
  file.items[0].type = "grid";
  file.references = {{"dimg", 1, {5}}};
  expect_failure(file.build(), Format::kHeic, Status::kMalformed);
  file = picture();
  file.items[0].properties.push_back(9);
  expect_failure(file.build(), Format::kHeic, Status::kMalformed);
}

/// A `moov` with one track of the given handler and user data at every level.
std::string movie(const std::string& handler) {
  const std::string times = big(0xe0000001, 4) + big(0xe0000002, 4);
  const std::string mdia = box("mdia", full("mdhd", 0, 0, times + std::string(12, '\0')) +
                                           full("hdlr", 0, 0, big(0, 4) + handler + std::string(13, '\0')) +
                                           box("minf", "samples") + box("udta", secrets()));
  const std::string trak =
      box("trak", full("tkhd", 0, 3, times + std::string(72, '\0')) + mdia + full("meta", 0, 0, secrets()));
  return box("moov", full("mvhd", 1, 0, big(0xe0000001, 8) + big(0xe0000002, 8) + std::string(88, '\0')) + trak +
                         box("udta", secrets()) + box("uuid", std::string(16, 'u') + secrets()));
}

TEST(StripHeif, RemovesUserDataAndTimesOfSequences) {
  TestFile file = picture();
  file.items.push_back(exif_item(2));
  file.before_mdat = movie("pict");
  const Outcome outcome = expect_sound(file, kinds({RemovedKind::kExif, RemovedKind::kTime, RemovedKind::kOther}));
  EXPECT_EQ(outcome.file.find(big(0xe0000001, 4)), std::string::npos);
  EXPECT_EQ(outcome.file.find(big(0xe0000002, 4)), std::string::npos);
}

TEST(StripHeif, RefusesTracksItCannotLookInto) {
  for (const char* handler : {"soun", "meta", "text"}) {
    TestFile file = picture();
    file.before_mdat = movie(handler);
    expect_failure(file.build(), Format::kHeic, Status::kUnsupported);
  }
}

TEST(StripHeif, DamageIsBoring) {
  TestFile file = picture();
  file.properties.push_back(full("auxC", 0, 0, "urn:com:apple:photo:2020:aux:hdrgainmap\0"s));
  file.properties.push_back(full("udes", 0, 0, "en\0name\0"s));
  file.items[0].type = "grid";
  file.items.push_back({2, "hvc1", "name\0"s, {"tile", "more of it"}, 0, {0x81, 0x05}, true});
  file.items.push_back({3, "hvc1", "\0"s, {"gain map"}, 0, {0x81, 0x84}, false});
  file.items.push_back(exif_item(4));
  file.items.push_back(xmp_item(5));
  file.items.back().construction = 1;
  file.references = {{"dimg", 1, {2}}, {"auxl", 3, {1}}, {"cdsc", 4, {1}}, {"cdsc", 5, {1, 2}}};
  file.groups = full("altr", 0, 0, big(100, 4) + big(2, 4) + big(3, 4) + big(1, 4));
  file.meta_boxes = box("uuid", std::string(20, 'u'));
  file.behind_mdat = box("mpvd", "video");
  expect_boring_damage(file.build(), Format::kHeic);
  file.before_mdat = movie("pict");
  expect_boring_damage(file.build(), Format::kHeic);
}

}  // namespace
}  // namespace gvw::testing
