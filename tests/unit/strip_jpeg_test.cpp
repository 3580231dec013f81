#include "strip_jpeg_file.h"

namespace gvw::testing {
namespace {

using namespace jpeg_file;

TEST(StripJpeg, LeavesAPictureWithoutMetadataAlone) {
  expect_unchanged(kSoi + kBody, Format::kJpeg);
  expect_unchanged(kSoi + kJfif + kIcc + kIcc + kAdobe + kBody, Format::kJpeg);
  // Fill bytes say nothing.
  expect_unchanged(kSoi + "\xff\xff"s + kJfif + kTables + kFrame + "\xff"s + kScan + "\xff\xff"s + kEoi, Format::kJpeg);
}

struct HidingPlace {
  const char* name;
  std::string bytes;
  RemovedKind kind;
};

std::vector<HidingPlace> hiding_places() {
  const std::string secret = secrets();
  return {
      {"EXIF", camera_exif(1), RemovedKind::kExif},
      {"EXIF without its padding byte", segment(0xe1, "Exif\0"s + secret), RemovedKind::kExif},
      {"XMP", segment(0xe1, "http://ns.adobe.com/xap/1.0/\0"s + secret), RemovedKind::kXmp},
      {"extended XMP", segment(0xe1, "http://ns.adobe.com/xmp/extension/\0"s + secret), RemovedKind::kXmp},
      {"unknown APP1", segment(0xe1, secret), RemovedKind::kOther},
      {"IPTC", segment(0xed, "Photoshop 3.0\0008BIM\x04\x04\0\0"s + secret), RemovedKind::kIptc},
      {"comment", segment(0xfe, secret), RemovedKind::kComment},
      {"JFIF extension thumbnail", segment(0xe0, "JFXX\0\x10"s + secret), RemovedKind::kThumbnail},
      {"CIFF", segment(0xe0, "II\x1a\0\0\0HEAPJPGM"s + secret), RemovedKind::kOther},
      {"MPF", segment(0xe2, "MPF\0"s + secret), RemovedKind::kSecondImages},
      {"FlashPix", segment(0xe2, "FPXR\0"s + secret), RemovedKind::kOther},
      {"gain map description", segment(0xe2, "urn:iso:std:iso:ts:21496:-1\0"s + secret), RemovedKind::kOther},
      {"C2PA", segment(0xeb, "JP\0\x01\0\0\0\x01"s + secret), RemovedKind::kC2pa},
      {"Ducky", segment(0xec, "Ducky\0"s + secret), RemovedKind::kOther},
      {"APP14 that is not Adobe's", segment(0xee, secret), RemovedKind::kOther},
      {"APP15", segment(0xef, secret), RemovedKind::kOther},
      {"garbage", secret, RemovedKind::kOther},
      {"garbage with stuffed FFs", "\xff\0"s + secret + "\xff\xff\0"s + secret, RemovedKind::kOther},
      {"restart marker outside a scan", "\xff\xd3"s, RemovedKind::kOther},
  };
}

TEST(StripJpeg, RemovesEveryHidingPlaceWhereverItStands) {
  const std::string front = kSoi + kJfif + kTables;
  const std::string clean = front + kFrame + kScan + kScan + kEoi;
  for (const HidingPlace& place : hiding_places()) {
    SCOPED_TRACE(place.name);
    const std::uint32_t removed = kinds({place.kind});
    expect_stripped(kSoi + place.bytes + clean.substr(2), clean, Format::kJpeg, removed);
    expect_stripped(front + place.bytes + clean.substr(front.size()), clean, Format::kJpeg, removed);
    // Between the scans of a progressive picture, where garbage would be more scan data.
    if (place.bytes.front() == '\xff' && place.bytes[1] != '\0' && place.bytes[1] != '\xd3') {
      expect_stripped(front + kFrame + kScan + place.bytes + kScan + kEoi, clean, Format::kJpeg, removed);
    }
  }
}

TEST(StripJpeg, RemovesTheThumbnailInsideJfif) {
  const std::string thumbnail = segment(0xe0, "JFIF\0\x01\x02\0\0\x01\0\x01\x05\x05"s + secrets());
  expect_stripped(kSoi + thumbnail + kBody, kSoi + kJfif + kBody, Format::kJpeg, kinds({RemovedKind::kThumbnail}));
}

TEST(StripJpeg, KeepsOneJfifOfEachKind) {
  const std::string cut = segment(0xe0, "JFIF\0\x01"s);
  const std::uint32_t other = kinds({RemovedKind::kOther});
  expect_stripped(kSoi + kJfif + kJfif + kBody, kSoi + kJfif + kBody, Format::kJpeg, other);
  expect_stripped(kSoi + cut + kJfif + cut + kBody, kSoi + cut + kJfif + kBody, Format::kJpeg, other);
  expect_stripped(kSoi + segment(0xe0, "JFI"s) + kBody, kSoi + kBody, Format::kJpeg, other);
}

TEST(StripJpeg, CutsWhatHangsOnAdobe) {
  const std::string long_adobe = segment(0xee, "Adobe\0\x64\0\0\0\0\x01"s + secrets());
  expect_stripped(kSoi + long_adobe + kBody, kSoi + kAdobe + kBody, Format::kJpeg, kinds({RemovedKind::kOther}));
}

TEST(StripJpeg, RemovesWhatFollowsTheEnd) {
  const std::string clean = kSoi + kBody;
  const std::uint32_t trailer = kinds({RemovedKind::kTrailer});
  expect_stripped(clean + "\0"s, clean, Format::kJpeg, trailer);
  expect_stripped(clean +
                      "\0\0\0\x18"
                      "ftypmp42"s +
                      secrets(),
                  clean, Format::kJpeg, trailer);
  expect_stripped(kSoi + segment(0xe2, "MPF\0MM"s) + kBody + kSoi + camera_exif(1) + kBody, clean, Format::kJpeg,
                  kinds({RemovedKind::kTrailer, RemovedKind::kSecondImages}));
}

TEST(StripJpeg, KeepsTheOrientationAndNothingElse) {
  for (unsigned orientation = 2; orientation <= 8; ++orientation) {
    SCOPED_TRACE(orientation);
    const std::string minimal = exif(orientation_tiff_bytes(orientation));
    const std::uint32_t removed = kinds({RemovedKind::kExif});
    expect_stripped(kSoi + camera_exif(orientation) + kBody, kSoi + minimal + kBody, Format::kJpeg, removed,
                    orientation);
    expect_stripped(kSoi + kJfif + camera_exif(orientation) + kBody, kSoi + kJfif + minimal + kBody, Format::kJpeg,
                    removed, orientation);
    // JFIF wants to be first, cameras put it second.
    expect_stripped(kSoi + camera_exif(orientation) + kJfif + kBody, kSoi + kJfif + minimal + kBody, Format::kJpeg,
                    removed, orientation);
    EXPECT_EQ(probed_orientation(kSoi + minimal + kBody), orientation);
    // Our own block goes as soon as it is not wanted any more.
    expect_stripped(kSoi + minimal + kBody, kSoi + kBody, Format::kJpeg, kinds({RemovedKind::kOther}));
    // And it is no reason to speak of EXIF when something else is removed.
    expect_stripped(kSoi + minimal + segment(0xfe, secrets()) + kBody, kSoi + minimal + kBody, Format::kJpeg,
                    kinds({RemovedKind::kComment}), orientation);
  }
}

TEST(StripJpeg, RefusesDamage) {
  expect_failure("", Format::kJpeg, Status::kTruncated);
  expect_failure("\x89PNG", Format::kJpeg, Status::kMalformed);
  expect_failure(kSoi + kTables + kFrame + kScan, Format::kJpeg, Status::kTruncated);
  expect_failure(kSoi + kTables + kEoi, Format::kJpeg, Status::kMalformed);
  expect_failure(kSoi + kFrame + kEoi, Format::kJpeg, Status::kMalformed);
  expect_failure(kSoi + kSoi + kBody, Format::kJpeg, Status::kMalformed);
  expect_failure(kSoi + "\xff\xdb\0\x01"s + kBody, Format::kJpeg, Status::kMalformed);
  expect_failure(kSoi + segment(0x55, "x") + kBody, Format::kJpeg, Status::kMalformed);
  expect_failure(kSoi + segment(0xf7, "JPEG-LS") + kBody, Format::kJpeg, Status::kUnsupported);
  expect_failure(kSoi + std::string(70000, 'x') + kBody, Format::kJpeg, Status::kMalformed);
}

TEST(StripJpeg, TakesSegmentsOfNoLengthForEmptyOnes) {
  expect_stripped(kSoi + "\xff\xfe\0\0"s + secrets() + kBody, kSoi + kBody, Format::kJpeg,
                  kinds({RemovedKind::kComment, RemovedKind::kOther}));
  expect_stripped(kSoi + "\xff\xe1\0\1"s + kBody, kSoi + kBody, Format::kJpeg, kinds({RemovedKind::kOther}));
}

TEST(StripJpeg, ThumbnailsEndIsNotThePicturesEnd) {
  const Outcome outcome = strip_file(kSoi + camera_exif(1) + kBody, Format::kJpeg);
  EXPECT_EQ(outcome.file, kSoi + kBody);
}

TEST(StripJpeg, DamageIsBoring) {
  std::string everything = kSoi + kJfif;
  for (const HidingPlace& place : hiding_places()) everything += place.bytes;
  everything += kIcc + kAdobe + camera_exif(6) + kTables + kFrame + kScan + segment(0xfe, "between") + kScan + kEoi;
  expect_boring_damage(everything + secrets(), Format::kJpeg);
}

}  // namespace
}  // namespace gvw::testing
