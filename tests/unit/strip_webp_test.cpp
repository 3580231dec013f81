#include "strip_check.h"

namespace gvw::testing {
namespace {

std::string chunk(const std::string& type, const std::string& data) {
  return type + little(data.size(), 4) + data + (data.size() % 2 != 0 ? "\0"s : ""s);
}
std::string riff(const std::string& chunks) { return "RIFF" + little(chunks.size() + 4, 4) + "WEBP" + chunks; }
std::string extended(unsigned flags) { return chunk("VP8X", little(flags, 4) + little(31, 3) + little(15, 3)); }

constexpr unsigned kAnimation = 0x02;
constexpr unsigned kXmp = 0x04;
constexpr unsigned kExif = 0x08;
constexpr unsigned kAlpha = 0x10;
constexpr unsigned kIcc = 0x20;

/// A key frame of 32 × 16, its data an odd number of bytes.
const std::string kLossy = chunk("VP8 ", "\x10\0\0\x9d\x01\x2a\x20\0\x10\0pixels!"s);
const std::string kLossless = chunk("VP8L", "\x2f\x1f\xc0\x03\x10pixels"s);
const std::string kProfile = chunk("ICCP", "a profile");
const std::string kAlphaData = chunk("ALPH", "\0alpha"s);

std::string frame(const std::string& chunks) { return chunk("ANMF", std::string(16, '\0') + chunks); }

TEST(StripWebp, LeavesAPictureWithoutMetadataAlone) {
  expect_unchanged(riff(kLossy), Format::kWebp);
  expect_unchanged(riff(kLossless), Format::kWebp);
  expect_unchanged(riff(extended(kIcc | kAlpha) + kProfile + kAlphaData + kLossy), Format::kWebp);
  expect_unchanged(riff(extended(kAnimation | kAlpha) + chunk("ANIM", std::string(6, '\0')) + frame(kLossless) +
                        frame(kAlphaData + kLossy)),
                   Format::kWebp);
}

TEST(StripWebp, RemovesMetadataAndItsFlags) {
  const std::string pixels = kProfile + kAlphaData + kLossy;
  const std::string clean = riff(extended(kIcc | kAlpha) + pixels);
  expect_stripped(riff(extended(kIcc | kAlpha | kExif) + pixels + chunk("EXIF", "Exif\0\0MM"s + secrets())), clean,
                  Format::kWebp, kinds({RemovedKind::kExif}));
  expect_stripped(riff(extended(kIcc | kAlpha | kXmp) + pixels + chunk("XMP ", secrets())), clean, Format::kWebp,
                  kinds({RemovedKind::kXmp}));
  expect_stripped(riff(extended(kIcc | kAlpha) + chunk("EXIF", secrets()) + pixels), clean, Format::kWebp,
                  kinds({RemovedKind::kExif}));
  expect_stripped(riff(extended(kIcc | kAlpha) + pixels + chunk("C2PA", secrets())), clean, Format::kWebp,
                  kinds({RemovedKind::kC2pa}));
  expect_stripped(riff(extended(kIcc | kAlpha) + chunk("META", secrets()) + pixels), clean, Format::kWebp,
                  kinds({RemovedKind::kOther}));
  // Nothing in it, but promised.
  expect_stripped(riff(extended(kIcc | kAlpha | kExif | kXmp) + pixels), clean, Format::kWebp,
                  kinds({RemovedKind::kOther}));
}

TEST(StripWebp, RemovesWhatDecodersPassOver) {
  const std::uint32_t second = kinds({RemovedKind::kSecondImages});
  expect_stripped(riff(kLossy + chunk("EXIF", secrets())), riff(kLossy), Format::kWebp, kinds({RemovedKind::kExif}));
  expect_stripped(riff(kLossy + chunk("VP8L", secrets())), riff(kLossy), Format::kWebp, second);
  expect_stripped(riff(extended(0) + kLossy + kLossless), riff(extended(0) + kLossy), Format::kWebp, second);
  expect_stripped(riff(extended(0) + kLossy + frame(kLossless)), riff(extended(0) + kLossy), Format::kWebp, second);
  std::string padding = kLossy;
  padding.back() = 'J';
  expect_stripped(riff(padding), riff(kLossy), Format::kWebp, kinds({RemovedKind::kOther}));
  std::string reserved = extended(0);
  reserved.replace(9, 3, "SN!");
  expect_stripped(riff(reserved + kLossy), riff(extended(0) + kLossy), Format::kWebp, kinds({RemovedKind::kOther}));
}

TEST(StripWebp, RemovesUnknownChunksInsideFrames) {
  const std::string head = extended(kAnimation) + chunk("ANIM", std::string(6, '\0'));
  expect_stripped(riff(head + frame(chunk("NOTE", secrets()) + kLossy) + frame(kLossless + chunk("NOTE", secrets()))),
                  riff(head + frame(kLossy) + frame(kLossless)), Format::kWebp, kinds({RemovedKind::kOther}));
}

TEST(StripWebp, RemovesWhatFollowsTheEnd) {
  expect_stripped(riff(kLossy) + secrets(), riff(kLossy), Format::kWebp, kinds({RemovedKind::kTrailer}));
}

TEST(StripWebp, AddsThePaddingThatIsMissing) {
  std::string file = riff(kLossy);
  file.pop_back();
  expect_stripped(file, riff(kLossy), Format::kWebp, kinds({RemovedKind::kOther}));
}

TEST(StripWebp, KeepsTheOrientationAndNothingElse) {
  for (unsigned orientation = 2; orientation <= 8; ++orientation) {
    const std::string clean =
        riff(extended(kExif | kIcc) + kProfile + kLossy + chunk("EXIF", orientation_tiff_bytes(orientation)));
    const std::string camera = chunk("EXIF", orientation_tiff_bytes(orientation) + secrets());
    expect_stripped(riff(extended(kExif | kIcc | kXmp) + kProfile + kLossy + camera + chunk("XMP ", secrets())), clean,
                    Format::kWebp, kinds({RemovedKind::kExif, RemovedKind::kXmp}), orientation);
    EXPECT_EQ(probed_orientation(clean), orientation);
    expect_stripped(clean, riff(extended(kIcc) + kProfile + kLossy), Format::kWebp, kinds({RemovedKind::kOther}));
  }
}

TEST(StripWebp, MakesASimpleFileWithAnOrientationAnExtendedOne) {
  const std::string exif = chunk("EXIF", orientation_tiff_bytes(6));
  const std::uint32_t added = kinds({RemovedKind::kOther});
  expect_stripped(riff(kLossy), riff(extended(kExif) + kLossy + exif), Format::kWebp, added, 6);
  expect_stripped(riff(kLossless), riff(extended(kExif | kAlpha) + kLossless + exif), Format::kWebp, added, 6);
  EXPECT_EQ(probed_orientation(riff(extended(kExif) + kLossy + exif)), 6);
  expect_failure(riff(chunk("VP8L", "\x2f\x1f\xc0")), Format::kWebp, Status::kMalformed, 6);
  expect_failure(riff(chunk("VP8 ", "\x10\0\0\x9d\x01\x2a\0\0\x10\0"s)), Format::kWebp, Status::kMalformed, 6);
}

TEST(StripWebp, RefusesDamage) {
  expect_failure("", Format::kWebp, Status::kTruncated);
  expect_failure("RIFF....WAVEfmt ", Format::kWebp, Status::kMalformed);
  expect_failure(riff(kLossy).substr(0, 30), Format::kWebp, Status::kTruncated);
  expect_failure(riff(kProfile + kLossy), Format::kWebp, Status::kMalformed);
  expect_failure(riff(extended(0) + kProfile), Format::kWebp, Status::kMalformed);
  expect_failure(riff(extended(kAnimation) + kLossy), Format::kWebp, Status::kMalformed);
  expect_failure(riff(extended(kAnimation) + frame(kAlphaData)), Format::kWebp, Status::kMalformed);
  expect_failure(riff(chunk("VP8X", "short")), Format::kWebp, Status::kMalformed);
}

TEST(StripWebp, DamageIsBoring) {
  const std::string metadata = chunk("EXIF", orientation_tiff_bytes(6) + secrets()) + chunk("XMP ", secrets());
  expect_boring_damage(riff(kLossy), Format::kWebp);
  expect_boring_damage(riff(kLossless), Format::kWebp);
  expect_boring_damage(riff(extended(0x3c) + kProfile + kAlphaData + kLossy + metadata) + secrets(), Format::kWebp);
  expect_boring_damage(riff(extended(kAnimation | kExif) + chunk("ANIM", "\0\0\0\0\0\0"s) + frame(kLossless) +
                            frame(chunk("NOTE", secrets()) + kAlphaData + kLossy) + metadata),
                       Format::kWebp);
}

}  // namespace
}  // namespace gvw::testing
