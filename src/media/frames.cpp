#include <algorithm>

#include "base/limits.h"
#include "media/formats.h"
#include "media/mpeg_audio.h"
#include "probe/formats.h"

// MP3 (ISO/IEC 11172-3, 13818-3) with the headers encoders put into the first frame, AAC in ADTS (14496-3, 1.A.2), and
// the ID3v2 tags in front of either.
namespace gvw::media {
namespace {

constexpr std::uint64_t kId3HeaderBytes = 10;
/// A tag of 128 bytes at the end (ID3v1).
constexpr std::uint64_t kId3v1Bytes = 128;
/// Bytes without a frame that are skipped in front of the first, and where a stream was cut.
constexpr std::uint64_t kMaxGarbageBytes = std::uint64_t{64} << 10U;
/// Frames are counted one by one up to here; the rest is taken to be like them.
constexpr std::uint64_t kMaxCountedBytes = std::uint64_t{512} << 10U;

}  // namespace

std::uint64_t id3_bytes(FileReader& reader, std::uint64_t at) {
  constexpr int kMaxTags = 16;
  std::uint64_t end = at;
  for (int i = 0; i < kMaxTags && end + kId3HeaderBytes <= reader.file_size() && reader.matches(end, "ID3"); ++i) {
    std::uint64_t size = 0;
    for (std::uint64_t k = 6; k < kId3HeaderBytes; ++k) size = size << 7U | (reader.u8(end + k) & 0x7fU);
    constexpr std::uint8_t kFooter = 0x10;
    const bool footer = (reader.u8(end + 5) & kFooter) != 0;
    end += kId3HeaderBytes + size + (footer ? kId3HeaderBytes : 0);
  }
  return end - at;
}

namespace {

/// The first place from `at` on where a frame begins that another one of its kind follows, or nothing at all.
std::uint64_t find_frame(FileReader& reader, std::uint64_t at, AudioFrame& frame) {
  const std::uint64_t size = reader.file_size();
  const std::uint64_t last = std::min(size, at + kMaxGarbageBytes);
  for (; at + kAudioFrameHeaderBytes <= last; ++at) {
    frame = read_audio_frame(reader, at);
    if (!reader.ok()) return size;
    if (frame.bytes == 0) continue;
    const std::uint64_t next = at + frame.bytes;
    if (next + kAudioFrameHeaderBytes > size) return at;
    const AudioFrame second = read_audio_frame(reader, next);
    if (!reader.ok()) return size;
    if (is_same_stream(frame, second)) return at;
  }
  frame = {};
  return size;
}

/// Frames counted by the header that Xing began (LAME's, "Info" where the bit rate is constant) or Fraunhofer's VBRI.
std::uint32_t counted_frames(FileReader& reader, std::uint64_t at, const AudioFrame& frame) {
  constexpr std::uint64_t kHeaderBytes = 4;
  constexpr std::uint64_t kVbriAt = kHeaderBytes + 32;
  constexpr std::uint64_t kVbriFramesAt = 14;
  constexpr std::uint32_t kHasFrames = 1;
  const bool mono = frame.channels == 1;
  constexpr std::uint64_t kSideBytes[2][2] = {{32, 17}, {17, 9}};
  const std::uint64_t side = kSideBytes[frame.version == 1 ? 0 : 1][mono ? 1 : 0];
  const std::uint64_t xing = at + kHeaderBytes + side;
  if (frame.codec != Codec::kMp3 || at + frame.bytes > reader.file_size()) return 0;
  if (frame.bytes >= kHeaderBytes + side + 12 && (reader.matches(xing, "Xing") || reader.matches(xing, "Info"))) {
    return (reader.u32(xing + 4, Endian::kBig) & kHasFrames) != 0 ? reader.u32(xing + 8, Endian::kBig) : 0;
  }
  if (frame.bytes >= kVbriAt + kVbriFramesAt + 4 && reader.matches(at + kVbriAt, "VBRI")) {
    return reader.u32(at + kVbriAt + kVbriFramesAt, Endian::kBig);
  }
  return 0;
}

/// Samples of all frames: counted as far as kMaxCountedBytes, and beyond that by the bytes a frame has had.
double all_samples(FileReader& reader, std::uint64_t at, std::uint64_t end, const AudioFrame& first, bool& partial) {
  const std::uint64_t begin = at;
  double samples = 0;
  while (at + kAudioFrameHeaderBytes <= end) {
    if (at - begin > kMaxCountedBytes) {
      partial = true;
      return samples * static_cast<double>(end - begin) / static_cast<double>(at - begin);
    }
    AudioFrame frame = read_audio_frame(reader, at);
    if (!reader.ok()) return samples;
    if (!is_same_stream(first, frame)) {
      at = find_frame(reader, at, frame);
      if (!reader.ok() || at >= end || !is_same_stream(first, frame)) return samples;
    }
    samples += frame.samples;
    at += frame.bytes;
  }
  return samples;
}

}  // namespace

Failure probe_frames(FileReader& reader, MediaFacts& facts) {
  const std::uint64_t tags = id3_bytes(reader, 0);
  if (!reader.ok()) return {};
  if (tags >= reader.file_size()) return {Status::kTruncated, reader.file_size()};
  if (tags != 0 && reader.file_size() - tags >= 4 && reader.matches(tags, "fLaC")) {
    facts.format = Format::kFlac;
    return probe_flac(reader, facts);
  }
  AudioFrame frame;
  const std::uint64_t first = find_frame(reader, tags, frame);
  if (!reader.ok()) return {};
  if (frame.bytes == 0) return {Status::kMalformed, tags};
  facts.format = frame.codec == Codec::kAac ? Format::kAac : Format::kMp3;
  facts.has_audio = true;
  facts.audio_codec = frame.codec;
  facts.channels = frame.channels;
  facts.sample_rate = frame.sample_rate;
  const std::uint32_t counted = counted_frames(reader, first, frame);
  if (!reader.ok()) return {};
  facts.settled = true;
  if (counted != 0) {
    facts.duration_seconds = ratio(static_cast<double>(counted) * frame.samples, frame.sample_rate);
    return {};
  }
  std::uint64_t end = reader.file_size();
  if (end - first > kId3v1Bytes && reader.matches(end - kId3v1Bytes, "TAG")) end -= kId3v1Bytes;
  if (!reader.ok()) return {};
  bool estimated = false;
  const double samples = all_samples(reader, first, end, frame, estimated);
  facts.duration_seconds = ratio(samples, frame.sample_rate);
  facts.partial = estimated;
  return {};
}

Failure probe_flac(FileReader& reader, MediaFacts& facts) {
  // RFC 9639, 8.2: STREAMINFO is the first metadata block.
  constexpr std::uint64_t kInfoAt = 8;
  constexpr std::uint64_t kInfoBytes = 34;
  const std::uint64_t at = id3_bytes(reader, 0);
  if (!reader.ok()) return {};
  const std::uint32_t block = reader.u32(at + 4, Endian::kBig);
  if (!reader.ok()) return {};
  if ((block & 0x7f000000U) != 0 || (block & 0xffffffU) != kInfoBytes) return {Status::kMalformed, at + 4};
  const std::uint64_t word = reader.u64(at + kInfoAt + 10, Endian::kBig);
  if (!reader.ok()) return {};
  facts.has_audio = true;
  facts.audio_codec = Codec::kFlac;
  facts.sample_rate = static_cast<std::uint32_t>(word >> 44U);
  facts.channels = static_cast<std::uint32_t>(word >> 41U & 7U) + 1;
  constexpr std::uint64_t kSamples = (std::uint64_t{1} << 36U) - 1;
  facts.duration_seconds = ratio(static_cast<double>(word & kSamples), facts.sample_rate);
  if (facts.sample_rate == 0) return {Status::kMalformed, at + kInfoAt + 10};
  return {};
}

}  // namespace gvw::media
