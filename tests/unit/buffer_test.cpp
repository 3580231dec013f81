#include "base/buffer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "support/bytes.h"

namespace gvw {
namespace {

using testing::text_of;

/// More than any machine gives, and no number a sanitizer's allocator takes for a mistake of the program.
constexpr std::size_t kTooMuch = SIZE_MAX / 2;

TEST(Buffer, BeginsEmptyAndSound) {
  const Buffer buffer;
  EXPECT_TRUE(buffer.ok());
  EXPECT_EQ(buffer.size(), 0U);
  EXPECT_TRUE(buffer.span().empty());
}

TEST(Buffer, AppendsBytesTextAndLetters) {
  Buffer buffer;
  buffer.append("ab");
  buffer.append('c');
  buffer.append(testing::bytes_of("de"));
  buffer.append(std::string_view());
  EXPECT_EQ(text_of(buffer.span()), "abcde");
}

TEST(Buffer, KeepsItsContentWhileItGrows) {
  Buffer buffer;
  std::string expected;
  for (int i = 0; i < 10'000; ++i) {
    const char letter = static_cast<char>('a' + i % 26);
    buffer.append(letter);
    expected += letter;
  }
  EXPECT_EQ(text_of(buffer.span()), expected);
}

TEST(Buffer, ReservingChangesNeitherSizeNorContent) {
  Buffer buffer;
  buffer.append("ab");
  buffer.reserve(1000);
  const std::uint8_t* place = buffer.data();
  buffer.append(std::string(998, 'x'));
  EXPECT_EQ(buffer.data(), place);
  EXPECT_EQ(buffer.size(), 1000U);
  EXPECT_EQ(text_of(buffer.span().first(3)), "abx");
  buffer.reserve(10);
  EXPECT_EQ(buffer.size(), 1000U);
}

TEST(Buffer, HasTheSizeAskedFor) {
  Buffer buffer = Buffer::of_size(7);
  ASSERT_TRUE(buffer.ok());
  EXPECT_EQ(buffer.span().size(), 7U);
  EXPECT_TRUE(Buffer::of_size(0).ok());
}

TEST(Buffer, TakesOverWhatMallocGave) {
  auto* bytes = static_cast<std::uint8_t*>(std::malloc(3));
  ASSERT_NE(bytes, nullptr);
  bytes[2] = 9;
  const Buffer buffer = Buffer::adopt(bytes, 3);
  EXPECT_TRUE(buffer.ok());
  EXPECT_EQ(buffer.data(), bytes);
  EXPECT_EQ(buffer.span().back(), 9);
  EXPECT_FALSE(Buffer::adopt(nullptr, 3).ok());
  EXPECT_EQ(Buffer::adopt(nullptr, 3).size(), 0U);
}

TEST(Buffer, SaysThatThereIsNoMemory) {
  const Buffer buffer = Buffer::of_size(kTooMuch);
  EXPECT_FALSE(buffer.ok());
  // Also keeps the compiler from leaving out an allocation that nobody looks at.
  EXPECT_EQ(buffer.data(), nullptr);
  EXPECT_EQ(buffer.size(), 0U);
}

TEST(Buffer, StaysAsItWasOnceMemoryRanOut) {
  Buffer buffer;
  buffer.append("ab");
  buffer.reserve(kTooMuch);
  EXPECT_FALSE(buffer.ok());
  buffer.append("c");
  buffer.append('d');
  buffer.reserve(100);
  EXPECT_FALSE(buffer.ok());
  EXPECT_EQ(text_of(buffer.span()), "ab");
}

TEST(Buffer, IsEmptyOnceItsContentHasMovedAway) {
  Buffer from;
  from.append("abc");
  const Buffer to = std::move(from);
  EXPECT_EQ(text_of(to.span()), "abc");
  // NOLINTNEXTLINE(bugprone-use-after-move,clang-analyzer-cplusplus.Move): what is left behind is what is tested
  EXPECT_EQ(from.size(), 0U);
  from.append("d");
  EXPECT_EQ(text_of(from.span()), "d");
}

TEST(Buffer, AssignmentFreesWhatWasThere) {
  Buffer buffer;
  buffer.append("old");
  Buffer other;
  other.append("new one");
  buffer = std::move(other);
  EXPECT_EQ(text_of(buffer.span()), "new one");
  buffer = Buffer();
  EXPECT_EQ(buffer.size(), 0U);
}

}  // namespace
}  // namespace gvw
