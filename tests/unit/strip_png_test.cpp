#include "strip_check.h"

namespace gvw::testing {
namespace {

/// The check sum bit by bit, as Annex D has it: slow and obvious.
std::uint32_t checksum(const std::string& bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      const bool set = ((static_cast<unsigned char>(byte) >> bit ^ crc) & 1U) != 0;
      crc = crc >> 1U ^ (set ? 0xedb88320U : 0U);
    }
  }
  return crc ^ 0xffffffffU;
}

std::string chunk(const std::string& type, const std::string& data) {
  return big(data.size(), 4) + type + data + big(checksum(type + data), 4);
}

const std::string kStart = "\x89PNG\r\n\x1a\n"s + chunk("IHDR", "\0\0\0\x02\0\0\0\x03\x08\x03\0\0\0"s);
const std::string kColours = chunk("cHRM", std::string(32, 'c')) + chunk("gAMA", "\0\0\xb1\x8f"s) +
                             chunk("iCCP", "name\0\0deflated"s) + chunk("sBIT", "\x08\x08\x08"s) +
                             chunk("sRGB", "\0"s) + chunk("cICP", "\x01\x0d\0\x01"s) +
                             chunk("mDCV", std::string(24, 'm')) + chunk("cLLI", std::string(8, 'l')) +
                             chunk("pHYs", "\0\0\x0b\x13\0\0\x0b\x13\x01"s) + chunk("acTL", "\0\0\0\x02\0\0\0\0"s) +
                             chunk("PLTE", "\x01\x02\x03"s) + chunk("tRNS", "\x7f"s) + chunk("bKGD", "\0"s);
const std::string kData = chunk("IDAT", "deflated one") + chunk("IDAT", "deflated two");
const std::string kFrames = chunk("fcTL", std::string(26, 'f')) + chunk("fdAT", "\0\0\0\x01more"s);
const std::string kEnd = chunk("IEND", "");

std::string exif(unsigned orientation) { return chunk("eXIf", orientation_tiff_bytes(orientation)); }

TEST(StripPng, LeavesAPictureWithoutMetadataAlone) {
  expect_unchanged(kStart + kData + kEnd, Format::kPng);
  expect_unchanged(kStart + kColours + kData + kFrames + kEnd, Format::kPng);
}

TEST(StripPng, RemovesEveryHidingPlaceWhereverItStands) {
  const std::string secret = secrets();
  const struct {
    std::string bytes;
    RemovedKind kind;
  } places[] = {
      {chunk("tEXt", "Author\0"s + secret), RemovedKind::kText},
      {chunk("zTXt", "Comment\0\0"s + secret), RemovedKind::kText},
      {chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0"s + secret), RemovedKind::kText},
      {chunk("tEXt", "Raw profile type exif\0"s + secret), RemovedKind::kText},
      {chunk("eXIf", "MM\0\x2a"s + secret), RemovedKind::kExif},
      {chunk("tIME", "\x07\xe9\x03\x11\x0c\x1e\0"s), RemovedKind::kTime},
      {chunk("caBX", secret), RemovedKind::kC2pa},
      {chunk("prVW", secret), RemovedKind::kOther},
      {chunk("mkBF", secret), RemovedKind::kOther},
      {chunk("iDOT", secret), RemovedKind::kOther},
      {chunk("sPLT", secret), RemovedKind::kOther},
      {chunk("oFFs", secret), RemovedKind::kOther},
      // Known, but with more in them than there is to know.
      {chunk("gAMA", "\0\0\xb1\x8f"s + secret), RemovedKind::kOther},
      {chunk("pHYs", "\0\0\x0b\x13\0\0\x0b\x13\x01"s + secret), RemovedKind::kOther},
  };
  for (const auto& place : places) {
    SCOPED_TRACE(place.bytes.substr(4, 4));
    const std::uint32_t removed = kinds({place.kind});
    const std::string clean = kStart + kColours + kData + kEnd;
    expect_stripped(kStart + place.bytes + kColours + kData + kEnd, clean, Format::kPng, removed);
    expect_stripped(kStart + kColours + place.bytes + kData + kEnd, clean, Format::kPng, removed);
    expect_stripped(kStart + kColours + kData + place.bytes + kEnd, clean, Format::kPng, removed);
  }
}

TEST(StripPng, RemovesWhatFollowsTheEnd) {
  expect_stripped(kStart + kData + kEnd + secrets(), kStart + kData + kEnd, Format::kPng,
                  kinds({RemovedKind::kTrailer}));
}

TEST(StripPng, KeepsTheOrientationAndNothingElse) {
  for (unsigned orientation = 2; orientation <= 8; ++orientation) {
    const std::string clean = kStart + exif(orientation) + kColours + kData + kEnd;
    const std::string camera = chunk("eXIf", orientation_tiff_bytes(orientation) + secrets());
    expect_stripped(kStart + kColours + camera + kData + kEnd, clean, Format::kPng, kinds({RemovedKind::kExif}),
                    orientation);
    expect_stripped(kStart + kColours + kData + camera + kEnd, clean, Format::kPng, kinds({RemovedKind::kExif}),
                    orientation);
    EXPECT_EQ(probed_orientation(clean), orientation);
    expect_stripped(clean, kStart + kColours + kData + kEnd, Format::kPng, kinds({RemovedKind::kOther}));
  }
}

TEST(StripPng, RefusesDamage) {
  expect_failure("", Format::kPng, Status::kTruncated);
  expect_failure("GIF89a..", Format::kPng, Status::kMalformed);
  expect_failure(kStart + kData, Format::kPng, Status::kTruncated);
  expect_failure(kStart + kEnd, Format::kPng, Status::kMalformed);
  expect_failure(kStart + chunk("teXt", "") + chunk("t Xt", "") + kData + kEnd, Format::kPng, Status::kMalformed);
  expect_failure(kStart + chunk("acTL", secrets()) + kData + kEnd, Format::kPng, Status::kMalformed);
  expect_failure(kStart + chunk("tRNS", std::string(257, 'x')) + kData + kEnd, Format::kPng, Status::kMalformed);
  expect_failure(kStart + chunk("ABCD", "") + kData + kEnd, Format::kPng, Status::kUnsupported);
  expect_failure("\x89PNG\r\n\x1a\n"s + chunk("CgBI", "\x50\0\x20\x06"s) + kData + kEnd, Format::kPng,
                 Status::kUnsupported);
}

TEST(StripPng, DamageIsBoring) {
  expect_boring_damage(kStart + exif(6) + kColours + chunk("tEXt", secrets()) + kData + kFrames +
                           chunk("iTXt", secrets()) + kEnd + secrets(),
                       Format::kPng);
}

}  // namespace
}  // namespace gvw::testing
