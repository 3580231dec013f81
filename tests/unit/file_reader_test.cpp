#include "base/file_reader.h"

#include <gtest/gtest.h>

#include <array>

#include "support/bytes.h"

namespace gvw {
namespace {

using testing::Bytes;

const Bytes kBytes = {0x01, 0x02, 0x83, 0x84, 0x05, 0x06, 0x07, 0x08};

TEST(FileReader, ReadsNumbersOfBothByteOrders) {
  const Window whole{0, kBytes};
  FileReader reader(kBytes.size(), {&whole, 1});
  EXPECT_EQ(reader.u8(2), 0x83);
  EXPECT_EQ(reader.u16(1, Endian::kBig), 0x0283);
  EXPECT_EQ(reader.u16(1, Endian::kLittle), 0x8302);
  EXPECT_EQ(reader.u32(2, Endian::kBig), 0x83840506U);
  EXPECT_EQ(reader.u32(2, Endian::kLittle), 0x06058483U);
  EXPECT_TRUE(reader.ok());
}

TEST(FileReader, ReadsTheLastByteAndNotOneMore) {
  const Window whole{0, kBytes};
  FileReader reader(kBytes.size(), {&whole, 1});
  EXPECT_EQ(reader.u32(4, Endian::kBig), 0x05060708U);
  EXPECT_EQ(reader.u32(5, Endian::kBig), 0U);
  EXPECT_EQ(reader.status(), Status::kTruncated);
  EXPECT_EQ(reader.at(), 5U);
}

TEST(FileReader, AsksForWhatTheFileHasAndTheWindowsHaveNot) {
  const Window first{0, std::span(kBytes).first(4)};
  FileReader reader(kBytes.size(), {&first, 1});
  EXPECT_EQ(reader.u16(3, Endian::kBig), 0);
  EXPECT_EQ(reader.status(), Status::kNeed);
  EXPECT_EQ(reader.at(), 3U);
  EXPECT_EQ(reader.need_length(), 2U);
}

TEST(FileReader, FindsTheWindowWhereverItStands) {
  const std::array<Window, 3> windows{
      {{4, std::span(kBytes).subspan(4, 2)}, {0, std::span(kBytes).first(2)}, {5, std::span(kBytes).subspan(5, 3)}}};
  FileReader reader(kBytes.size(), windows);
  EXPECT_EQ(reader.u16(0, Endian::kBig), 0x0102);
  EXPECT_EQ(reader.u16(4, Endian::kBig), 0x0506);
  EXPECT_EQ(reader.u16(6, Endian::kBig), 0x0708);
  EXPECT_EQ(reader.u16(5, Endian::kBig), 0x0607);
  EXPECT_TRUE(reader.ok());
  // Two windows that touch are not joined: a number across their border is asked for.
  EXPECT_EQ(reader.u16(1, Endian::kBig), 0);
  EXPECT_EQ(reader.status(), Status::kNeed);
}

TEST(FileReader, LooksFirstBehindTheWindowLastReadFrom) {
  // Two windows have the same place, so that it shows which was found.
  const Bytes before = {0x11};
  const Bytes behind = {0x22};
  const std::array<Window, 4> windows{
      {{7, before}, {0, std::span(kBytes).first(2)}, {2, std::span(kBytes).subspan(2, 2)}, {7, behind}}};
  FileReader reader(kBytes.size(), windows);
  EXPECT_EQ(reader.u8(2), 0x83);
  EXPECT_EQ(reader.u8(7), 0x22);
  EXPECT_EQ(reader.u8(0), 0x01);  // around the end
  EXPECT_EQ(reader.u8(7), 0x22);
  EXPECT_TRUE(reader.ok());
}

TEST(FileReader, TheFirstFailureDecidesAndEveryLaterReadIsZero) {
  const Window whole{0, std::span(kBytes).first(4)};
  FileReader reader(kBytes.size(), {&whole, 1});
  EXPECT_EQ(reader.u8(6), 0);
  EXPECT_EQ(reader.u8(0), 0);
  EXPECT_EQ(reader.u32(100, Endian::kBig), 0U);
  EXPECT_FALSE(reader.matches(0, "\x01"));
  EXPECT_EQ(reader.view(0, 1), nullptr);
  EXPECT_EQ(reader.status(), Status::kNeed);
  EXPECT_EQ(reader.at(), 6U);
}

TEST(FileReader, ComparesLiterals) {
  const Window whole{0, kBytes};
  FileReader reader(kBytes.size(), {&whole, 1});
  EXPECT_TRUE(reader.matches(4, "\x05\x06\x07\x08"));
  EXPECT_FALSE(reader.matches(4, "\x05\x06\x07\x09"));
  EXPECT_TRUE(reader.ok());
  EXPECT_FALSE(reader.matches(5, "\x06\x07\x08\x09"));
  EXPECT_EQ(reader.status(), Status::kTruncated);
}

TEST(FileReader, HugeOffsetsDoNotWrapAround) {
  const Window whole{0, kBytes};
  FileReader reader(kBytes.size(), {&whole, 1});
  EXPECT_EQ(reader.u32(UINT64_MAX - 1, Endian::kBig), 0U);
  EXPECT_EQ(reader.status(), Status::kTruncated);

  const Window far{UINT64_MAX - 9, kBytes};
  FileReader far_reader(UINT64_MAX, {&far, 1});
  EXPECT_EQ(far_reader.u8(UINT64_MAX - 2), 0x08);
  EXPECT_EQ(far_reader.u16(UINT64_MAX - 2, Endian::kBig), 0);
  EXPECT_EQ(far_reader.status(), Status::kNeed);
}

TEST(FileReader, NothingIsFoundWithoutWindows) {
  FileReader reader(10, {});
  EXPECT_EQ(reader.u8(0), 0);
  EXPECT_EQ(reader.status(), Status::kNeed);
  FileReader empty(0, {});
  EXPECT_EQ(empty.u8(0), 0);
  EXPECT_EQ(empty.status(), Status::kTruncated);
}

}  // namespace
}  // namespace gvw
