#include <algorithm>
#include <string_view>

#include "base/limits.h"
#include "media/formats.h"

// WMV and WMA: Advanced Systems Format (ASF) Specification 01.20.05, sections 3.1 to 3.3 and 4.1.
namespace gvw::media {
namespace {

constexpr std::string_view kFileProperties("\xa1\xdc\xab\x8c\x47\xa9\xcf\x11\x8e\xe4\x00\xc0\x0c\x20\x53\x65", 16);
constexpr std::string_view kStreamProperties("\x91\x07\xdc\xb7\xb7\xa9\xcf\x11\x8e\xe6\x00\xc0\x0c\x20\x53\x65", 16);
constexpr std::string_view kHeaderExtension("\xb5\x03\xbf\x5f\x2e\xa9\xcf\x11\x8e\xe3\x00\xc0\x0c\x20\x53\x65", 16);
constexpr std::string_view kExtendedStream("\xcb\xa5\xe6\x14\x72\xc6\x32\x43\x83\x99\xa9\x69\x52\x06\x5b\x5a", 16);
constexpr std::string_view kAudioMedia("\x40\x9e\x69\xf8\x4d\x5b\xcf\x11\xa8\xfd\x00\x80\x5f\x5c\x44\x2b", 16);
constexpr std::string_view kVideoMedia("\xc0\xef\x19\xbc\x4d\x5b\xcf\x11\xa8\xfd\x00\x80\x5f\x5c\x44\x2b", 16);

constexpr std::uint64_t kObjectHeaderBytes = 24;
constexpr std::uint64_t kHeaderObjectBytes = 30;
constexpr double kTicks = 1e7;

struct Object {
  std::uint64_t at = 0;
  std::uint64_t body = 0;
  std::uint64_t end = 0;
};

template <class Visit>
Failure each_object(FileReader& reader, std::uint64_t at, std::uint64_t end, const Visit& visit) {
  for (std::uint32_t count = 0; at < end && end - at >= kObjectHeaderBytes; ++count) {
    if (count == limits::kMaxMediaSteps) return {Status::kTooLarge, at};
    const std::uint64_t size = reader.u64(at + 16, Endian::kLittle);
    if (!reader.ok()) return {};
    if (size < kObjectHeaderBytes || size > end - at) return {Status::kMalformed, at};
    visit(Object{at, at + kObjectHeaderBytes, at + size});
    if (!reader.ok()) return {};
    at += size;
  }
  return {};
}

void read_file_properties(FileReader& reader, const Object& object, MediaFacts& facts) {
  if (object.end - object.body < 80) return;
  const auto played = static_cast<double>(reader.u64(object.body + 40, Endian::kLittle)) / kTicks;
  const auto preroll = static_cast<double>(reader.u64(object.body + 56, Endian::kLittle)) / 1000;
  constexpr std::uint32_t kBroadcast = 1;  // the numbers mean nothing then
  const bool broadcast = (reader.u32(object.body + 64, Endian::kLittle) & kBroadcast) != 0;
  const double seconds = played - preroll;
  facts.duration_seconds = broadcast || !(seconds > 0) || seconds > 1e9 ? 0 : seconds;
}

Codec sound_codec(std::uint32_t tag) {
  if (tag >= 0x160 && tag <= 0x163) return Codec::kWma;
  return tag == 0x55 ? Codec::kMp3 : Codec::kUnknown;
}

Codec picture_codec(FileReader& reader, std::uint64_t at) {
  if (reader.matches(at, "WMV")) return Codec::kWmv;
  if (reader.matches(at, "WVC1")) return Codec::kVc1;
  return reader.matches(at, "MP4") || reader.matches(at, "mp4") ? Codec::kMsmpeg4 : Codec::kUnknown;
}

void read_stream_properties(FileReader& reader, const Object& object, MediaFacts& facts, bool& has_video) {
  constexpr std::uint64_t kSpecificAt = 54;
  const std::uint64_t data = object.body + kSpecificAt;
  if (object.end < data) return;
  if (reader.matches(object.body, kVideoMedia) && object.end - data >= 51 && !has_video) {
    has_video = true;
    facts.width = reader.u32(data, Endian::kLittle);
    facts.height = reader.u32(data + 4, Endian::kLittle);
    constexpr std::uint64_t kCompressionAt = 11 + 16;  // into the bitmap's header
    facts.video_codec = picture_codec(reader, data + kCompressionAt);
  }
  if (reader.matches(object.body, kAudioMedia) && object.end - data >= 8 && !facts.has_audio) {
    facts.has_audio = true;
    facts.audio_codec = sound_codec(reader.u16(data, Endian::kLittle));
    facts.channels = reader.u16(data + 2, Endian::kLittle);
    facts.sample_rate = reader.u32(data + 4, Endian::kLittle);
  }
}

/// The average time of a frame (4.1) is told of any stream; that of sound is 0.
void read_extension(FileReader& reader, const Object& object, MediaFacts& facts) {
  constexpr std::uint64_t kDataAt = 22;
  static_cast<void>(each_object(reader, object.body + kDataAt, object.end, [&](const Object& inner) {
    if (inner.end - inner.body < 64 || !reader.matches(inner.at, kExtendedStream)) return;
    const auto ticks = static_cast<double>(reader.u64(inner.body + 52, Endian::kLittle));
    if (facts.frame_rate == 0) facts.frame_rate = ratio(kTicks, ticks);
  }));
}

}  // namespace

Failure probe_asf(FileReader& reader, MediaFacts& facts) {
  const std::uint64_t size = reader.u64(16, Endian::kLittle);
  if (!reader.ok()) return {};
  if (size < kHeaderObjectBytes) return {Status::kMalformed, 16};
  bool has_video = false;
  const Failure failure = each_object(reader, kHeaderObjectBytes, size, [&](const Object& object) {
    if (reader.matches(object.at, kFileProperties)) read_file_properties(reader, object, facts);
    if (reader.matches(object.at, kStreamProperties)) read_stream_properties(reader, object, facts, has_video);
    if (reader.matches(object.at, kHeaderExtension)) read_extension(reader, object, facts);
    facts.settled = has_video || facts.has_audio;
  });
  if (!reader.ok()) return {};
  if (failure.status != Status::kOk && !facts.settled) return failure;
  if (!facts.settled) return {Status::kUnsupported, 0};
  facts.format = has_video ? Format::kWmv : Format::kWma;
  return {};
}

}  // namespace gvw::media
