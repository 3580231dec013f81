// Every fixture cut and damaged byte by byte: bad input is boring. Run under the asan preset, a read outside ends it.
#include <gtest/gtest.h>

#include <cstdint>
#include <span>

#include "pixels/decode.h"
#include "support/files.h"
#include "support/windowed_file.h"

namespace gvw {
namespace {

using testing::Bytes;
using testing::Fixture;
using testing::HeapCopy;
using testing::Probed;

/// What every answer to damage has in common.
void expect_an_answer(std::span<const std::uint8_t> file, const std::string& what) {
  const Probed probed = testing::probe_whole(file);
  switch (probed.step.status) {
    case Status::kOk:
      EXPECT_NE(probed.facts.width, 0U) << what;
      EXPECT_NE(probed.facts.height, 0U) << what;
      EXPECT_GE(probed.facts.orientation, 1) << what;
      EXPECT_LE(probed.facts.orientation, 8) << what;
      EXPECT_GE(probed.facts.frames, 1U) << what;
      break;
    case Status::kTruncated:
    case Status::kMalformed:
    case Status::kUnsupported:
      break;
    default:
      ADD_FAILURE() << what << ": status " << static_cast<int>(probed.step.status);
  }
}

void expect_no_crash(std::span<const std::uint8_t> file, const std::string& what) {
  constexpr std::uint64_t kMaxPixels = 1'000'000;
  const HeapCopy copy(file);
  const auto image = decode(copy.span(), kMaxPixels);
  if (image.ok()) {
    EXPECT_EQ(image.value().pixels.size(), std::uint64_t{image.value().width} * image.value().height * 4) << what;
    return;
  }
  switch (image.failure().status) {
    case Status::kTruncated:
    case Status::kMalformed:
    case Status::kUnsupported:
    case Status::kTooLarge:
      break;
    default:
      ADD_FAILURE() << what << ": status " << static_cast<int>(image.failure().status);
  }
}

/// Bytes a probe can come to look at; what is behind them changes nothing for it.
constexpr std::size_t kHeaderBytes = 1200;
/// Fixtures of many windows: their length is their point, and filling it says nothing new.
constexpr std::size_t kSmall = 8000;

TEST(Damage, EveryCutIsProbed) {
  for (const Fixture& fixture : testing::fixtures()) {
    const std::size_t step = fixture.bytes.size() > kSmall ? 97 : 1;
    for (std::size_t length = 0; length < fixture.bytes.size(); length += step) {
      expect_an_answer(std::span(fixture.bytes).first(length), fixture.name + " cut to " + std::to_string(length));
    }
  }
}

TEST(Damage, EveryChangedByteOfAHeaderIsProbed) {
  for (const Fixture& fixture : testing::fixtures()) {
    Bytes damaged = fixture.bytes;
    for (std::size_t at = 0; at < std::min(damaged.size(), kHeaderBytes); ++at) {
      const std::uint8_t was = damaged[at];
      // One bit at either end, all of them, and a byte of zeros.
      const std::uint8_t changed[] = {static_cast<std::uint8_t>(was ^ 1U), static_cast<std::uint8_t>(was ^ 0x80U),
                                      static_cast<std::uint8_t>(~was), 0};
      for (const std::uint8_t value : changed) {
        damaged[at] = value;
        expect_an_answer(damaged, fixture.name + " changed at " + std::to_string(at));
      }
      damaged[at] = was;
    }
  }
}

TEST(Damage, TheWayOfReadingChangesNoAnswer) {
  for (const std::string name : {"everything.jpg", "gps.png", "far-frame-header.jpg", "animated.png"}) {
    Bytes damaged = testing::fixture(name);
    for (std::size_t at = 0; at < std::min<std::size_t>(damaged.size(), 600); ++at) {
      damaged[at] ^= 0xffU;
      const Probed whole = testing::probe_whole(damaged);
      const Probed windowed = testing::WindowedFile(damaged).run();
      EXPECT_FALSE(windowed.stuck) << name << " at " << at;
      EXPECT_EQ(windowed.step.status, whole.step.status) << name << " at " << at;
      EXPECT_EQ(windowed.step.at, whole.step.at) << name << " at " << at;
      damaged[at] ^= 0xffU;
    }
  }
}

TEST(Damage, EveryCutIsDecodedOrRefused) {
  for (const Fixture& fixture : testing::fixtures()) {
    if (fixture.bytes.size() > kSmall) continue;
    for (std::size_t length = 0; length < fixture.bytes.size(); ++length) {
      expect_no_crash(std::span(fixture.bytes).first(length), fixture.name + " cut to " + std::to_string(length));
    }
  }
}

TEST(Damage, EveryChangedByteIsDecodedOrRefused) {
  for (const Fixture& fixture : testing::fixtures()) {
    if (fixture.bytes.size() > kSmall) continue;
    Bytes damaged = fixture.bytes;
    for (std::size_t at = 0; at < damaged.size(); ++at) {
      damaged[at] ^= 0xffU;
      expect_no_crash(damaged, fixture.name + " changed at " + std::to_string(at));
      damaged[at] ^= 0xffU;
    }
  }
}

}  // namespace
}  // namespace gvw
