#include "request/base64.h"

#include <gtest/gtest.h>

#include <string>

#include "reference/base64.h"
#include "support/files.h"

namespace gvw {
namespace {

using testing::Bytes;
using Encoder = void (*)(const std::uint8_t*, std::size_t, std::uint8_t*);

constexpr std::uint8_t kUntouched = 0x7e;

/// Encodes a copy that ends where the bytes end, into room of just the length announced, with a mark behind it.
std::string encoded(Encoder encode, const Bytes& bytes) {
  const auto length = static_cast<std::size_t>(base64_length(bytes.size()));
  Bytes out(length + 1, kUntouched);
  encode(bytes.data(), bytes.size(), out.data());
  EXPECT_EQ(out.back(), kUntouched);
  out.pop_back();
  return testing::text_of(out);
}

Bytes from_hex(const std::string& hex) {
  Bytes bytes;
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(at, 2), nullptr, 16)));
  }
  return bytes;
}

constexpr Encoder kEncoders[] = {encode_base64, encode_base64_scalar};

TEST(Base64, Vectors) {
  const auto vectors = testing::vectors("base64.json");
  for (const auto& row : vectors.at("cases")) {
    for (const Encoder encode : kEncoders)
      EXPECT_EQ(encoded(encode, from_hex(row.at("hex"))), row.at("base64").get<std::string>());
  }
}

TEST(Base64, EveryLengthAgreesWithTheReference) {
  for (std::size_t length = 0; length <= 200; ++length) {
    const Bytes bytes = testing::noise(length, static_cast<std::uint32_t>(length) + 1);
    const std::string expected = reference::base64(bytes);
    EXPECT_EQ(base64_length(length), expected.size());
    for (const Encoder encode : kEncoders) EXPECT_EQ(encoded(encode, bytes), expected) << length;
  }
}

TEST(Base64, EveryPairOfBytesAgreesWithTheReference) {
  Bytes bytes;
  for (unsigned high = 0; high < 256; ++high) {
    for (unsigned low = 0; low < 256; ++low) {
      bytes.push_back(static_cast<std::uint8_t>(high));
      bytes.push_back(static_cast<std::uint8_t>(low));
    }
  }
  const std::string expected = reference::base64(bytes);
  for (const Encoder encode : kEncoders) EXPECT_EQ(encoded(encode, bytes), expected);
}

TEST(Base64, LengthsBeyondThirtyTwoBits) {
  EXPECT_EQ(base64_length(std::uint64_t{3} << 40U), std::uint64_t{4} << 40U);
  EXPECT_EQ(base64_length((std::uint64_t{3} << 40U) + 1), (std::uint64_t{4} << 40U) + 4);
}

}  // namespace
}  // namespace gvw
