#include <algorithm>
#include <bit>
#include <string_view>

#include "base/limits.h"
#include "media/formats.h"

// Adobe Flash Video File Format Specification 10.1, annex E; AMF 0 for the script data.
namespace gvw::media {
namespace {

constexpr std::uint8_t kAudioTag = 8;
constexpr std::uint8_t kVideoTag = 9;
constexpr std::uint8_t kScriptTag = 18;
constexpr std::uint64_t kTagHeaderBytes = 11;
constexpr std::uint64_t kBackPointerBytes = 4;
/// Tags looked at for one of each kind.
constexpr int kMaxFirstTags = 64;

struct Tag {
  std::uint8_t type = 0;
  std::uint32_t size = 0;
  double seconds = 0;
  std::uint64_t body = 0;
};

Tag read_tag(FileReader& reader, std::uint64_t at) {
  Tag tag;
  const std::uint32_t head = reader.u32(at, Endian::kBig);
  tag.type = static_cast<std::uint8_t>(head >> 24U & 0x1fU);
  tag.size = head & 0xffffffU;
  const std::uint32_t low = reader.u32(at + 4, Endian::kBig);
  // 24 bits, and eight more that stand behind them.
  tag.seconds = ((low >> 8U) | (low & 0xffU) << 24U) / 1000.0;
  tag.body = at + kTagHeaderBytes;
  return tag;
}

struct Script {
  double duration = 0;
  double width = 0;
  double height = 0;
  double frame_rate = 0;
};

/// onMetaData is one list of named values; only numbers are wanted, so they are found by the name in front of them: two
/// bytes of length, the name, a byte 0 for "number", eight bytes.
double named_number(FileReader& reader, const Tag& tag, std::string_view name) {
  constexpr std::uint64_t kNumberBytes = 9;
  const std::uint64_t end = tag.body + std::min<std::uint64_t>(tag.size, limits::kMediaWindowBytes);
  for (std::uint64_t at = tag.body; at + name.size() + kNumberBytes + 2 <= end && reader.ok(); ++at) {
    if (reader.u16(at, Endian::kBig) != name.size() || !reader.matches(at + 2, name)) continue;
    const std::uint64_t value = at + 2 + name.size();
    if (reader.u8(value) != 0) return 0;
    const auto number = std::bit_cast<double>(reader.u64(value + 1, Endian::kBig));
    return number > 0 && number < 1e9 ? number : 0;
  }
  return 0;
}

Codec video_codec(std::uint32_t id) {
  switch (id) {
    case 2:
      return Codec::kSorenson;
    case 4:
    case 5:
      return Codec::kVp6;
    case 7:
      return Codec::kH264;
    default:
      return Codec::kUnknown;
  }
}

Codec audio_codec(std::uint32_t id) {
  switch (id) {
    case 0:
    case 3:
    case 7:
    case 8:
      return Codec::kPcm;
    case 1:
      return Codec::kAdpcm;
    case 2:
    case 14:
      return Codec::kMp3;
    case 10:
      return Codec::kAac;
    case 11:
      return Codec::kSpeex;
    default:
      return Codec::kUnknown;
  }
}

/// A Sorenson picture says its own size (annex E.4.3.2: H.263 with another header).
void read_sorenson_size(FileReader& reader, const Tag& tag, MediaFacts& facts) {
  constexpr std::uint32_t kHeaderBits = 17 + 5 + 8;
  constexpr double kSizes[][2] = {{352, 288}, {176, 144}, {128, 96}, {320, 240}, {160, 120}};
  if (tag.size < 11) return;
  const std::uint64_t bits = reader.u64(tag.body + 1, Endian::kBig);
  const auto take = [&](std::uint32_t from, std::uint32_t count) {
    return static_cast<std::uint32_t>(bits << from >> (64 - count));
  };
  const std::uint32_t kind = take(kHeaderBits, 3);
  if (kind == 0) {
    facts.width = take(kHeaderBits + 3, 8);
    facts.height = take(kHeaderBits + 11, 8);
  } else if (kind == 1) {
    facts.width = take(kHeaderBits + 3, 16);
    const std::uint64_t rest = reader.u64(tag.body + 3, Endian::kBig);
    facts.height = static_cast<double>(rest << (kHeaderBits + 3) >> 48U);
  } else if (kind - 2 < std::size(kSizes)) {
    facts.width = kSizes[kind - 2][0];
    facts.height = kSizes[kind - 2][1];
  }
}

void read_video(FileReader& reader, const Tag& tag, const Script& script, MediaFacts& facts) {
  facts.video_codec = video_codec(reader.u8(tag.body) & 15U);
  facts.width = script.width;
  facts.height = script.height;
  if (facts.width == 0 && facts.video_codec == Codec::kSorenson) read_sorenson_size(reader, tag, facts);
}

void read_audio(FileReader& reader, const Tag& tag, MediaFacts& facts) {
  constexpr std::uint32_t kRates[] = {5512, 11025, 22050, 44100};
  const std::uint32_t first = reader.u8(tag.body);
  facts.has_audio = true;
  facts.audio_codec = audio_codec(first >> 4U);
  facts.sample_rate = kRates[first >> 2U & 3U];
  facts.channels = (first & 1U) + 1;
}

/// Every tag is followed by its length, so the last one can be found from the end.
double last_seconds(FileReader& reader) {
  const std::uint64_t size = reader.file_size();
  if (size < kBackPointerBytes + kTagHeaderBytes) return 0;
  const std::uint64_t back = reader.u32(size - kBackPointerBytes, Endian::kBig);
  if (back < kTagHeaderBytes || back > size - kBackPointerBytes) return 0;
  return read_tag(reader, size - kBackPointerBytes - back).seconds;
}

}  // namespace

Failure probe_flv(FileReader& reader, MediaFacts& facts) {
  const std::uint8_t streams = reader.u8(4);
  const std::uint32_t header = reader.u32(5, Endian::kBig);
  if (!reader.ok()) return {};
  Script script;
  std::uint64_t at = std::uint64_t{header} + kBackPointerBytes;
  bool has_video = false;
  for (int i = 0; i < kMaxFirstTags && at + kTagHeaderBytes < reader.file_size(); ++i) {
    const Tag tag = read_tag(reader, at);
    if (!reader.ok()) return {};
    if (tag.type == kScriptTag && script.duration == 0) {
      script.duration = named_number(reader, tag, "duration");
      script.width = named_number(reader, tag, "width");
      script.height = named_number(reader, tag, "height");
      script.frame_rate = named_number(reader, tag, "framerate");
    }
    if (tag.type == kVideoTag && !has_video) {
      read_video(reader, tag, script, facts);
      has_video = true;
    }
    if (tag.type == kAudioTag && !facts.has_audio) read_audio(reader, tag, facts);
    if (!reader.ok()) return {};
    constexpr std::uint8_t kAudio = 4;
    constexpr std::uint8_t kVideo = 1;
    if ((has_video || (streams & kVideo) == 0) && (facts.has_audio || (streams & kAudio) == 0)) break;
    at = tag.body + tag.size + kBackPointerBytes;
  }
  if (!has_video && !facts.has_audio) return {Status::kTruncated, reader.file_size()};
  facts.settled = true;
  facts.frame_rate = script.frame_rate;
  facts.duration_seconds = script.duration;
  if (facts.duration_seconds == 0) facts.duration_seconds = last_seconds(reader);
  return {};
}

}  // namespace gvw::media
