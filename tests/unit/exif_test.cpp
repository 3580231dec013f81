#include "probe/exif.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/limits.h"
#include "support/tiff_builder.h"

namespace gvw {
namespace {

using testing::Bytes;
using testing::orientation_entry;
using testing::tiff_directory;
using testing::tiff_header;
using testing::tiff_with_gps;
using testing::tiff_with_orientation;

constexpr Endian kEndians[] = {Endian::kLittle, Endian::kBig};
constexpr std::uint16_t kWholeNumberTypes[] = {1, 3, 4, 6, 8, 9};
constexpr std::uint16_t kOtherTypes[] = {0, 2, 5, 7, 10, 11, 12, 13};

/// Reads a block that stands somewhere inside a file, with other bytes around it.
ExifFacts read(const Bytes& tiff) {
  constexpr std::size_t kBefore = 5;
  const Bytes file = testing::joined({Bytes(kBefore, 0xee), tiff, Bytes(64, 0xee)});
  const Window whole{0, file};
  FileReader reader(file.size(), {&whole, 1});
  const ExifFacts facts = read_exif(reader, kBefore, tiff.size());
  EXPECT_TRUE(reader.ok()) << "an offset in the block may never lead out of it";
  return facts;
}

TEST(Exif, EveryOrientationInBothByteOrdersAndEveryWholeNumberType) {
  for (const Endian endian : kEndians) {
    for (const std::uint16_t type : kWholeNumberTypes) {
      for (unsigned orientation = 1; orientation <= 8; ++orientation) {
        EXPECT_EQ(read(tiff_with_orientation(orientation, type, endian)).orientation, orientation)
            << "type " << type << (endian == Endian::kBig ? " big" : " little");
      }
    }
  }
}

TEST(Exif, OtherValuesAndTypesAreNoOrientation) {
  for (const Endian endian : kEndians) {
    for (const std::uint64_t value : {0U, 9U, 0x0106U, 0xffffU}) {
      EXPECT_EQ(read(tiff_with_orientation(value, 3, endian)).orientation, 1) << value;
    }
    EXPECT_EQ(read(tiff_with_orientation(0x60000, 4, endian)).orientation, 1);
    for (const std::uint16_t type : kOtherTypes) {
      EXPECT_EQ(read(tiff_with_orientation(6, type, endian)).orientation, 1) << "type " << type;
    }
  }
}

TEST(Exif, TheFirstOrientationThatIsOneCounts) {
  for (const Endian endian : kEndians) {
    const auto with = [&](const std::vector<testing::TiffEntry>& entries) {
      return testing::joined({tiff_header(endian), tiff_directory(entries, endian)});
    };
    EXPECT_EQ(read(with({orientation_entry(6, 3, endian), orientation_entry(3, 3, endian)})).orientation, 6);
    EXPECT_EQ(read(with({orientation_entry(0, 3, endian), orientation_entry(3, 3, endian)})).orientation, 3);
  }
}

TEST(Exif, CoordinatesAreGps) {
  for (const Endian endian : kEndians) {
    EXPECT_TRUE(read(tiff_with_gps(endian, 1)).gps);
    EXPECT_TRUE(read(tiff_with_gps(endian, 100, 10)).gps) << "signed rationals";
  }
}

TEST(Exif, AGpsDirectoryWithoutCoordinatesIsNotGps) {
  for (const Endian endian : kEndians) {
    EXPECT_FALSE(read(tiff_with_gps(endian, 0)).gps) << "0/0 is how cameras write that they do not know";
    EXPECT_FALSE(read(tiff_with_gps(endian, 1, 5, false)).gps) << "latitude alone";
    EXPECT_FALSE(read(tiff_with_gps(endian, 1, 2)).gps) << "letters are no angle";
    const auto pointing_at = [&](std::uint64_t offset) {
      return testing::joined({tiff_header(endian),
                              tiff_directory({{0x8825, 4, 1, testing::value_bytes(offset, 4, endian)}}, endian),
                              tiff_directory({{0, 1, 4, Bytes{2, 3, 0, 0}}}, endian)});
    };
    EXPECT_FALSE(read(pointing_at(26)).gps) << "only a version";
    EXPECT_FALSE(read(pointing_at(0)).gps);
    EXPECT_FALSE(read(pointing_at(8)).gps) << "a directory that points to itself";
    EXPECT_FALSE(read(pointing_at(0xffffffff)).gps);
  }
}

TEST(Exif, OffsetsThatLeaveTheBlockEndTheReading) {
  for (const Endian endian : kEndians) {
    for (const std::uint32_t offset : {0xffffffffU, 1000U, 34U, 33U, 27U, 26U, 25U}) {
      Bytes tiff = tiff_with_orientation(6, 3, endian);
      const Bytes header = tiff_header(endian, offset);
      std::ranges::copy(header, tiff.begin());
      EXPECT_EQ(read(tiff).orientation, 1) << offset;
    }
  }
}

TEST(Exif, ACutBlockGivesWhatIsWhole) {
  const Bytes oriented = tiff_with_orientation(6, 3, Endian::kBig);
  constexpr std::size_t kEntryEnd = 8 + 2 + 12;
  for (std::size_t length = 0; length <= oriented.size(); ++length) {
    const Bytes cut(oriented.begin(), oriented.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_EQ(read(cut).orientation, length >= kEntryEnd ? 6 : 1) << length;
  }
  const Bytes placed = tiff_with_gps(Endian::kLittle, 1);
  // The last angle is read by its first rational alone; two more follow.
  constexpr std::size_t kRationalsLeft = 16;
  for (std::size_t length = 0; length <= placed.size(); ++length) {
    const Bytes cut(placed.begin(), placed.begin() + static_cast<std::ptrdiff_t>(length));
    const bool expected = length >= 26 + 2 + 24 + 4 + 24 - kRationalsLeft;
    EXPECT_EQ(read(cut).gps, expected) << length;
  }
}

TEST(Exif, IsToldByItsByteOrderAndNumber) {
  Bytes tiff = tiff_with_orientation(6, 3, Endian::kLittle);
  tiff[2] = 43;
  EXPECT_EQ(read(tiff).orientation, 1);
  tiff = tiff_with_orientation(6, 3, Endian::kLittle);
  tiff[0] = 'M';
  EXPECT_EQ(read(tiff).orientation, 1);
}

TEST(Exif, ADirectoryIsReadToALimit) {
  std::vector<testing::TiffEntry> entries(limits::kMaxTiffDirectoryEntries, {0x9000, 7, 4, Bytes(4)});
  entries.back() = orientation_entry(6, 3, Endian::kBig);
  const auto with = [&] { return testing::joined({tiff_header(Endian::kBig), tiff_directory(entries, Endian::kBig)}); };
  EXPECT_EQ(read(with()).orientation, 6);
  entries.insert(entries.begin(), {0x9000, 7, 4, Bytes(4)});
  EXPECT_EQ(read(with()).orientation, 1);
}

TEST(Exif, AsksForAWindowAndGoesOnWithIt) {
  const Bytes file = tiff_with_orientation(6, 3, Endian::kBig);
  const Window first{0, std::span(file).first(10)};
  FileReader reader(file.size(), {&first, 1});
  read_exif(reader, 0, file.size());
  EXPECT_EQ(reader.status(), Status::kNeed);
  EXPECT_EQ(reader.at(), 10U);

  const std::vector<Window> both = {first, {10, std::span(file).subspan(10)}};
  FileReader second(file.size(), both);
  EXPECT_EQ(read_exif(second, 0, file.size()).orientation, 6);
  EXPECT_TRUE(second.ok());
}

TEST(Exif, AFileThatEndsInsideTheBlockShowsInTheReader) {
  const Bytes tiff = tiff_with_orientation(6, 3, Endian::kBig);
  const Window whole{0, std::span(tiff).first(15)};
  FileReader reader(15, {&whole, 1});
  read_exif(reader, 0, tiff.size());
  EXPECT_EQ(reader.status(), Status::kTruncated);
}

}  // namespace
}  // namespace gvw
