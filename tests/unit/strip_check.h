#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "probe/probe.h"
#include "strip/strip.h"

/// What the tests of the strip share: files are strings of bytes, put together piece by piece.
namespace gvw::testing {

using namespace std::string_literals;

inline std::string big(std::uint64_t value, unsigned bytes) {
  std::string out;
  for (unsigned i = bytes; i-- > 0;) out += static_cast<char>(value >> (8 * i));
  return out;
}
inline std::string little(std::uint64_t value, unsigned bytes) {
  std::string out;
  for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}

inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

struct Outcome {
  Status status = Status::kOk;
  std::uint64_t at = 0;
  bool changed = false;
  std::uint32_t removed = 0;
  KeptGainMap gain_map;
  /// What the caller goes on with: the new bytes, or the old ones when nothing changed.
  std::string file;
};

inline Outcome strip_file(const std::string& file, Format format, unsigned orientation = 1,
                          bool keep_gain_map = false) {
  Outcome outcome;
  auto result = strip(bytes_of(file), format, {orientation, keep_gain_map});
  outcome.status = result.failure().status;
  outcome.at = result.failure().at;
  outcome.file = file;
  if (!result.ok()) return outcome;
  outcome.changed = result.value().changed;
  outcome.removed = result.value().removed;
  outcome.gain_map = result.value().gain_map;
  if (outcome.changed) {
    const auto bytes = result.value().bytes.span();
    outcome.file.assign(bytes.begin(), bytes.end());
  }
  return outcome;
}

inline std::uint32_t kinds(std::initializer_list<RemovedKind> list) {
  std::uint32_t mask = 0;
  for (const RemovedKind kind : list) mask |= 1U << static_cast<unsigned>(kind);
  return mask;
}

/// What is planted in the fixtures: whatever place it is put in, it must not come out again.
inline constexpr std::string_view kSecrets[] = {"52.520008N,13.404954E", "Jane Roe", "SN-20250317-0042"};
inline std::string secrets() {
  std::string out;
  for (const std::string_view secret : kSecrets) (out += secret) += '\n';
  return out;
}

inline void expect_no_secrets(const std::string& file) {
  for (const std::string_view secret : kSecrets) EXPECT_EQ(file.find(secret), std::string::npos) << secret;
}

/// `dirty` becomes exactly `clean`; a second strip has nothing to do.
inline void expect_stripped(const std::string& dirty, const std::string& clean, Format format, std::uint32_t removed,
                            unsigned orientation = 1) {
  const Outcome outcome = strip_file(dirty, format, orientation);
  ASSERT_EQ(outcome.status, Status::kOk) << "at " << outcome.at;
  EXPECT_TRUE(outcome.changed);
  EXPECT_EQ(outcome.removed, removed);
  EXPECT_EQ(outcome.file, clean);
  expect_no_secrets(outcome.file);
  EXPECT_FALSE(strip_file(outcome.file, format, orientation).changed);
}

inline void expect_unchanged(const std::string& file, Format format, unsigned orientation = 1) {
  const Outcome outcome = strip_file(file, format, orientation);
  EXPECT_EQ(outcome.status, Status::kOk) << "at " << outcome.at;
  EXPECT_FALSE(outcome.changed);
  EXPECT_EQ(outcome.removed, 0U);
}

inline void expect_failure(const std::string& file, Format format, Status status, unsigned orientation = 1) {
  EXPECT_EQ(strip_file(file, format, orientation).status, status);
}

inline void expect_own_status(const std::string& file, Format format, unsigned orientation, bool keep_gain_map) {
  const Outcome outcome = strip_file(file, format, orientation, keep_gain_map);
  const Status status = outcome.status;
  ASSERT_TRUE(status == Status::kOk || status == Status::kTruncated || status == Status::kMalformed ||
              status == Status::kUnsupported || status == Status::kTooLarge)
      << static_cast<int>(status);
  if (status == Status::kOk) {
    ASSERT_FALSE(strip_file(outcome.file, format, orientation, keep_gain_map).changed);
  }
}

/// Damage is boring: the file cut at every length, and every byte turned into three others.
inline void expect_boring_damage(const std::string& file, Format format, bool keep_gain_map = false) {
  for (const unsigned orientation : {1U, 6U}) {
    for (std::size_t length = 0; length < file.size(); ++length) {
      ASSERT_NO_FATAL_FAILURE(expect_own_status(file.substr(0, length), format, orientation, keep_gain_map))
          << "cut at " << length;
    }
    for (std::size_t i = 0; i < file.size(); ++i) {
      for (const unsigned flip : {0x01U, 0x80U, 0xffU}) {
        std::string damaged = file;
        damaged[i] = static_cast<char>(static_cast<unsigned char>(damaged[i]) ^ flip);
        ASSERT_NO_FATAL_FAILURE(expect_own_status(damaged, format, orientation, keep_gain_map)) << "flipped at " << i;
      }
    }
  }
}

inline std::string orientation_tiff_bytes(unsigned orientation) {
  return "MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"s + static_cast<char>(orientation) + "\0\0\0\0\0\0"s;
}

/// The orientation the probe, which shares no code with the strip, finds.
inline unsigned probed_orientation(const std::string& file) {
  ProbeState state;
  const Window whole{0, bytes_of(file)};
  EXPECT_EQ(probe(state, file.size(), {&whole, 1}).status, Status::kOk);
  return state.facts.orientation;
}

}  // namespace gvw::testing
