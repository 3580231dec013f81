#include "probe/isobmff.h"

#include <gtest/gtest.h>

#include "support/media_builder.h"

namespace gvw::isobmff {
namespace {

using gvw::testing::media::Blob;

struct Read {
  Failure failure;
  Status reader;
  Box box;
};

Read read(const Blob& file, std::uint64_t at, std::uint64_t parent_end) {
  const Window window{0, file.span()};
  FileReader reader(file.size(), {&window, 1});
  Read result;
  result.failure = read_box(reader, at, parent_end, result.box);
  result.reader = reader.status();
  return result;
}

TEST(Isobmff, SizesOf32And64BitsAndToTheEnd) {
  const Blob small = Blob().big32(12).add("free").zeros(8);
  EXPECT_EQ(read(small, 0, kTopLevel).box.end, 12U);
  EXPECT_EQ(read(small, 0, kTopLevel).box.type, four_cc("free"));
  const Blob large = Blob().big32(1).add("mdat").big64(0x123456789a);
  EXPECT_EQ(read(large, 0, kTopLevel).box.body, 16U);
  EXPECT_EQ(read(large, 0, kTopLevel).box.end, 0x123456789aU);
  const Blob open = Blob().big32(0).add("mdat").zeros(32);
  EXPECT_EQ(read(open, 0, kTopLevel).box.end, 40U);
  EXPECT_EQ(read(open, 0, 20).box.end, 20U);
  EXPECT_EQ(read(Blob().big32(30).add("uuid").zeros(22), 0, kTopLevel).box.body, 24U);
}

TEST(Isobmff, ABoxNeverStandsStillNorLeavesItsParent) {
  for (const std::uint32_t size : {2U, 7U}) {
    EXPECT_EQ(read(Blob().big32(size).add("free").zeros(8), 0, kTopLevel).failure.status, Status::kMalformed);
  }
  EXPECT_EQ(read(Blob().big32(1).add("free").big64(15), 0, kTopLevel).failure.status, Status::kMalformed);
  EXPECT_EQ(read(Blob().big32(1).add("free").big64(~std::uint64_t{0}), 0, 16).failure.status, Status::kMalformed);
  EXPECT_EQ(read(Blob().big32(23).add("uuid").zeros(16), 0, kTopLevel).failure.status, Status::kMalformed);
  EXPECT_EQ(read(Blob().big32(16).add("free").zeros(8), 0, 12).failure.status, Status::kMalformed);
  EXPECT_EQ(read(Blob().big32(8).add("free"), 8, 8).failure.status, Status::kMalformed);
  EXPECT_EQ(read(Blob().big32(8).add("free"), 8, kTopLevel).reader, Status::kTruncated);
  EXPECT_EQ(read(Blob().big32(1).add("free"), 0, kTopLevel).reader, Status::kTruncated);
}

}  // namespace
}  // namespace gvw::isobmff
