#include "request/json_echo.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "support/files.h"

namespace gvw {
namespace {

using testing::Bytes;

Result<JsonEcho> echo(std::string_view json, std::string_view marker = "place:") {
  const Bytes bytes = testing::bytes_of(json);
  return echo_json(bytes, marker);
}

std::string echoed_text(std::string_view json) {
  const auto result = echo(json);
  return result.ok() ? testing::text_of(result.value().text.span()) : "refused";
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> places_of(const JsonEcho& echo) {
  const auto bytes = echo.places.span();
  EXPECT_EQ(bytes.size() % 8, 0U);
  const auto number = [&](std::size_t at) {
    return static_cast<std::uint32_t>(bytes[at]) | static_cast<std::uint32_t>(bytes[at + 1]) << 8U |
           static_cast<std::uint32_t>(bytes[at + 2]) << 16U | static_cast<std::uint32_t>(bytes[at + 3]) << 24U;
  };
  std::vector<std::pair<std::uint32_t, std::uint32_t>> places;
  for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) places.emplace_back(number(at), number(at + 4));
  return places;
}

Bytes input_of(const nlohmann::json& row) {
  if (row.contains("json")) return testing::bytes_of(row.at("json").get<std::string>());
  Bytes bytes;
  const std::string hex = row.at("hex");
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(at, 2), nullptr, 16)));
  }
  return bytes;
}

TEST(JsonEcho, EchoesTheVectors) {
  const auto vectors = testing::vectors("json-echo.json");
  const std::string marker = vectors.at("marker");
  for (const auto& row : vectors.at("echoed")) {
    const auto result = echo_json(input_of(row), marker);
    ASSERT_TRUE(result.ok()) << row.at("name");
    EXPECT_EQ(testing::text_of(result.value().text.span()), row.at("text").get<std::string>()) << row.at("name");
    const auto places = row.value("places", nlohmann::json::array());
    EXPECT_EQ(nlohmann::json(places_of(result.value())), places) << row.at("name");
  }
}

TEST(JsonEcho, RefusesTheVectors) {
  const auto vectors = testing::vectors("json-echo.json");
  for (const auto& row : vectors.at("refused")) {
    const auto result = echo_json(input_of(row), "place:");
    const Failure failure = result.failure();
    EXPECT_EQ(kStatusNames[static_cast<std::size_t>(failure.status)], row.at("status").get<std::string>())
        << row.at("name");
    EXPECT_EQ(failure.at, row.value("at", failure.at)) << row.at("name");
  }
}

TEST(JsonEcho, EchoingAgainChangesNothing) {
  const auto vectors = testing::vectors("json-echo.json");
  for (const auto& row : vectors.at("echoed")) {
    const std::string text = row.at("text");
    EXPECT_EQ(echoed_text(text), text) << row.at("name");
  }
}

std::string nested(std::string_view open, std::string_view close, int depth) {
  std::string json;
  for (int i = 0; i < depth; ++i) json += open;
  json += '1';
  for (int i = 0; i < depth; ++i) json += close;
  return json;
}

TEST(JsonEcho, NestsAHundredDeepAndNoDeeper) {
  static_assert(limits::kMaxJsonDepth == 100);
  const std::string arrays = nested("[", "]", 100);
  const std::string objects = nested(R"({"a":)", "}", 100);
  EXPECT_EQ(echoed_text(arrays), arrays);
  EXPECT_EQ(echoed_text(objects), objects);
  EXPECT_EQ(echo(nested("[", "]", 101)).failure().status, Status::kBadArgument);
  EXPECT_EQ(echo(nested(R"({"a":)", "}", 101)).failure().status, Status::kBadArgument);
  EXPECT_EQ(echo(nested("[", "", 1'000'000)).failure().status, Status::kBadArgument);
  // Depth is what is open, not what has been.
  std::string wide = "[";
  for (int i = 0; i < 300; ++i) wide += "[[]],";
  wide += "1]";
  EXPECT_EQ(echoed_text(wide), wide);
}

TEST(JsonEcho, RefusesMoreThanItsLimit) {
  Bytes json(limits::kMaxJsonBytes + 1, ' ');
  json[0] = '1';
  const Failure failure = echo_json(json, "place:").failure();
  EXPECT_EQ(failure.status, Status::kTooLarge);
  EXPECT_EQ(failure.at, limits::kMaxJsonBytes);
  json.pop_back();
  EXPECT_TRUE(echo_json(json, "place:").ok());
}

TEST(JsonEcho, EveryCutOfARequestIsMalformed) {
  const std::string json = R"({"a":[1,"b\n",{"c":"place:0"}],"d":-1.5e+3,"e":"é"})";
  ASSERT_TRUE(echo(json).ok());
  for (std::size_t length = 0; length < json.size(); ++length) {
    const Failure failure = echo(std::string_view(json).substr(0, length)).failure();
    EXPECT_EQ(failure.status, Status::kMalformed) << length;
    EXPECT_LE(failure.at, length);
  }
}

TEST(JsonEcho, EveryByteOfDamageIsMalformedOrValid) {
  const std::string json = R"({"a":[1,"b\n",{"c":"place:0"}],"d":-1.5e+3,"e":"é"})";
  for (std::size_t at = 0; at < json.size(); ++at) {
    for (unsigned value = 0; value < 256; ++value) {
      std::string damaged = json;
      damaged[at] = static_cast<char>(value);
      const auto result = echo(damaged);
      if (result.ok()) {
        EXPECT_TRUE(nlohmann::json::accept(damaged)) << damaged;
      } else {
        EXPECT_EQ(result.failure().status, Status::kMalformed) << damaged;
      }
    }
  }
}

TEST(JsonEcho, EveryCodePointOfTheFirstPlaneComesBackAsItIs) {
  for (unsigned code = 0x20; code < 0x10000; ++code) {
    if (code == '"' || code == '\\' || (code >= 0xd800 && code < 0xe000)) continue;
    std::string text = "\"";
    if (code < 0x80) {
      text += static_cast<char>(code);
    } else if (code < 0x800) {
      text += static_cast<char>(0xc0U | code >> 6U);
      text += static_cast<char>(0x80U | (code & 0x3fU));
    } else {
      text += static_cast<char>(0xe0U | code >> 12U);
      text += static_cast<char>(0x80U | (code >> 6U & 0x3fU));
      text += static_cast<char>(0x80U | (code & 0x3fU));
    }
    text += '"';
    ASSERT_EQ(echoed_text(text), text) << code;
  }
}

}  // namespace
}  // namespace gvw
