#include <algorithm>

#include "base/four_cc.h"
#include "base/limits.h"
#include "media/formats.h"

// AVI and WAV: Multimedia Programming Interface and Data Specifications 1.0 (RIFF), OpenDML AVI File Format Extensions
// 1.02, EBU Tech 3306 (RF64). AIFF and AIFF-C: Apple's specifications of 1989 and 1991.
namespace gvw::media {
namespace {

struct Chunk {
  std::uint32_t type = 0;
  std::uint64_t body = 0;
  std::uint32_t size = 0;
  /// Behind it and the byte that makes its length even.
  std::uint64_t end = 0;
};

constexpr std::uint64_t kChunkHeaderBytes = 8;
constexpr std::uint64_t kFormHeaderBytes = 12;

/// Calls `visit(chunk)` for each chunk; a visitor that returns false ends the walk.
template <class Visit>
Failure each_chunk(FileReader& reader, std::uint64_t at, std::uint64_t end, Endian endian, const Visit& visit) {
  for (std::uint32_t count = 0; at < end && end - at >= kChunkHeaderBytes; ++count) {
    if (count == limits::kMaxMediaSteps) return {Status::kTooLarge, at};
    Chunk chunk;
    chunk.type = reader.u32(at, Endian::kBig);
    chunk.size = reader.u32(at + 4, endian);
    chunk.body = at + kChunkHeaderBytes;
    chunk.end = chunk.body + chunk.size + (chunk.size & 1U);
    if (!reader.ok() || !visit(chunk) || !reader.ok()) return {};
    at = chunk.end;
  }
  return {};
}

struct Named {
  std::uint32_t tag;
  Codec codec;
};

/// WAVEFORMATEX.wFormatTag (RFC 2361).
constexpr Named kSoundTags[] = {
    {0x0001, Codec::kPcm},   {0x0003, Codec::kPcm},   {0x0006, Codec::kPcm}, {0x0007, Codec::kPcm},
    {0x0002, Codec::kAdpcm}, {0x0011, Codec::kAdpcm}, {0x0050, Codec::kMp2}, {0x0055, Codec::kMp3},
    {0x00ff, Codec::kAac},   {0x2000, Codec::kAc3},   {0x0160, Codec::kWma}, {0x0161, Codec::kWma},
    {0x0162, Codec::kWma},
};

Codec sound_codec(std::uint32_t tag) {
  const auto* row = std::ranges::find(kSoundTags, tag, &Named::tag);
  return row == std::end(kSoundTags) ? Codec::kUnknown : row->codec;
}

constexpr Named kPictureCodes[] = {
    {four_cc("H264"), Codec::kH264},    {four_cc("X264"), Codec::kH264},    {four_cc("AVC1"), Codec::kH264},
    {four_cc("HEVC"), Codec::kHevc},    {four_cc("H265"), Codec::kHevc},    {four_cc("XVID"), Codec::kMpeg4},
    {four_cc("DIVX"), Codec::kMpeg4},   {four_cc("DX50"), Codec::kMpeg4},   {four_cc("FMP4"), Codec::kMpeg4},
    {four_cc("MP4V"), Codec::kMpeg4},   {four_cc("MJPG"), Codec::kMjpeg},   {four_cc("MPG4"), Codec::kMsmpeg4},
    {four_cc("MP42"), Codec::kMsmpeg4}, {four_cc("MP43"), Codec::kMsmpeg4}, {four_cc("DIV3"), Codec::kMsmpeg4},
    {four_cc("WMV1"), Codec::kWmv},     {four_cc("WMV2"), Codec::kWmv},     {four_cc("WMV3"), Codec::kWmv},
    {four_cc("WVC1"), Codec::kVc1},     {four_cc("MPG1"), Codec::kMpeg1},   {four_cc("MPG2"), Codec::kMpeg2},
};

Codec picture_codec(std::uint32_t fourcc) {
  const auto upper = [](std::uint32_t byte) { return byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte; };
  std::uint32_t name = 0;
  for (std::uint32_t shift = 0; shift < 32; shift += 8) name |= upper(fourcc >> shift & 0xffU) << shift;
  const auto* row = std::ranges::find(kPictureCodes, name, &Named::tag);
  return row == std::end(kPictureCodes) ? Codec::kUnknown : row->codec;
}

struct Stream {
  std::uint32_t type = 0;
  double seconds = 0;
  std::uint32_t length = 0;
  double rate = 0;
};

struct Avi {
  double frame_seconds = 0;
  std::uint32_t frames = 0;
  std::uint32_t all_frames = 0;
  double width = 0;
  double height = 0;
  double longest = 0;
  bool has_video = false;
};

/// strh, then strf of the same stream.
void read_stream(FileReader& reader, const Chunk& list, Avi& avi, MediaFacts& facts) {
  Stream stream;
  static_cast<void>(each_chunk(reader, list.body + 4, list.body + list.size, Endian::kLittle, [&](const Chunk& chunk) {
    if (chunk.type == four_cc("strh") && chunk.size >= 36) {
      stream.type = reader.u32(chunk.body, Endian::kBig);
      const double scale = reader.u32(chunk.body + 20, Endian::kLittle);
      stream.rate = ratio(reader.u32(chunk.body + 24, Endian::kLittle), scale);
      stream.length = reader.u32(chunk.body + 32, Endian::kLittle);
      stream.seconds = ratio(stream.length, stream.rate);
    }
    if (chunk.type == four_cc("strf") && stream.type == four_cc("vids") && chunk.size >= 20 && !avi.has_video) {
      avi.has_video = true;
      facts.video_codec = picture_codec(reader.u32(chunk.body + 16, Endian::kBig));
      facts.width = reader.u32(chunk.body + 4, Endian::kLittle);
      // A height below zero says that the rows come from the top.
      const auto rows = static_cast<std::int32_t>(reader.u32(chunk.body + 8, Endian::kLittle));
      facts.height = rows < 0 ? -static_cast<double>(rows) : rows;
      facts.frame_rate = stream.rate;
      facts.frames = stream.length;
      if (avi.all_frames > stream.length) stream.seconds = ratio(avi.all_frames, stream.rate);
    }
    if (chunk.type == four_cc("strf") && stream.type == four_cc("auds") && chunk.size >= 14 && !facts.has_audio) {
      facts.has_audio = true;
      facts.audio_codec = sound_codec(reader.u16(chunk.body, Endian::kLittle));
      facts.channels = reader.u16(chunk.body + 2, Endian::kLittle);
      facts.sample_rate = reader.u32(chunk.body + 4, Endian::kLittle);
    }
    return true;
  }));
  if (stream.type == four_cc("vids") || stream.type == four_cc("auds"))
    avi.longest = std::max(avi.longest, stream.seconds);
}

/// dmlh, the frames of all RIFF chunks of a file of more than one (OpenDML, 5.0); it follows the streams.
void read_extended_header(FileReader& reader, const Chunk& list, Avi& avi) {
  static_cast<void>(each_chunk(reader, list.body + 4, list.body + list.size, Endian::kLittle, [&](const Chunk& chunk) {
    if (chunk.type == four_cc("dmlh") && chunk.size >= 4) avi.all_frames = reader.u32(chunk.body, Endian::kLittle);
    return true;
  }));
}

void read_avi_headers(FileReader& reader, const Chunk& list, Avi& avi, MediaFacts& facts) {
  static_cast<void>(each_chunk(reader, list.body + 4, list.body + list.size, Endian::kLittle, [&](const Chunk& chunk) {
    if (chunk.type == four_cc("avih") && chunk.size >= 40) {
      avi.frame_seconds = reader.u32(chunk.body, Endian::kLittle) / 1e6;
      avi.frames = reader.u32(chunk.body + 16, Endian::kLittle);
      avi.width = reader.u32(chunk.body + 32, Endian::kLittle);
      avi.height = reader.u32(chunk.body + 36, Endian::kLittle);
    }
    if (chunk.type != four_cc("LIST") || chunk.size < 4) return true;
    const std::uint32_t type = reader.u32(chunk.body, Endian::kBig);
    if (type == four_cc("strl")) read_stream(reader, chunk, avi, facts);
    if (type == four_cc("odml")) read_extended_header(reader, chunk, avi);
    return true;
  }));
}

}  // namespace

Failure probe_avi(FileReader& reader, MediaFacts& facts) {
  Avi avi;
  bool found = false;
  const Failure failure =
      each_chunk(reader, kFormHeaderBytes, reader.file_size(), Endian::kLittle, [&](const Chunk& chunk) {
        if (chunk.type != four_cc("LIST") || chunk.size < 4) return true;
        if (reader.u32(chunk.body, Endian::kBig) != four_cc("hdrl")) return true;
        read_avi_headers(reader, chunk, avi, facts);
        found = reader.ok();
        return false;
      });
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  if (!found) return {Status::kTruncated, reader.file_size()};
  if (!avi.has_video && !facts.has_audio) return {Status::kUnsupported, 0};
  if (facts.width == 0) facts.width = avi.width;
  if (facts.height == 0) facts.height = avi.height;
  const std::uint32_t frames = std::max(facts.frames, avi.all_frames);
  facts.frames = frames != 0 ? frames : avi.frames;
  facts.duration_seconds = std::max(avi.longest, avi.all_frames > 0 ? ratio(avi.all_frames, facts.frame_rate) : 0);
  if (facts.duration_seconds == 0) facts.duration_seconds = facts.frames * avi.frame_seconds;
  facts.truncated = std::uint64_t{reader.u32(4, Endian::kLittle)} + kChunkHeaderBytes > reader.file_size();
  return {};
}

namespace {

struct Wave {
  std::uint64_t long_data = 0;
  std::uint64_t long_samples = 0;
  std::uint32_t samples = 0;
  double bytes_per_second = 0;
  std::uint32_t tag = 0;
};

void read_wave_format(FileReader& reader, const Chunk& chunk, Wave& wave, MediaFacts& facts) {
  constexpr std::uint32_t kExtensible = 0xfffe;
  constexpr std::uint32_t kSubFormatAt = 24;
  wave.tag = reader.u16(chunk.body, Endian::kLittle);
  // The sub-format is a GUID that begins with the tag it stands for.
  if (wave.tag == kExtensible && chunk.size >= kSubFormatAt + 2) {
    wave.tag = reader.u16(chunk.body + kSubFormatAt, Endian::kLittle);
  }
  facts.audio_codec = sound_codec(wave.tag);
  facts.channels = reader.u16(chunk.body + 2, Endian::kLittle);
  facts.sample_rate = reader.u32(chunk.body + 4, Endian::kLittle);
  wave.bytes_per_second = reader.u32(chunk.body + 8, Endian::kLittle);
  const std::uint32_t block = reader.u16(chunk.body + 12, Endian::kLittle);
  // Of PCM the block and the rate say what the average must be; writers have been seen to get the average wrong.
  if (facts.audio_codec == Codec::kPcm && block != 0 && facts.sample_rate != 0) {
    wave.bytes_per_second = static_cast<double>(block) * facts.sample_rate;
  }
  facts.has_audio = true;
}

}  // namespace

Failure probe_wav(FileReader& reader, MediaFacts& facts) {
  constexpr std::uint32_t kLong = 0xffffffff;
  Wave wave;
  std::uint64_t data = 0;
  bool found = false;
  const Failure failure =
      each_chunk(reader, kFormHeaderBytes, reader.file_size(), Endian::kLittle, [&](const Chunk& chunk) {
        if (chunk.type == four_cc("ds64") && chunk.size >= 24) {
          wave.long_data = reader.u64(chunk.body + 8, Endian::kLittle);
          wave.long_samples = reader.u64(chunk.body + 16, Endian::kLittle);
        }
        if (chunk.type == four_cc("fmt ") && chunk.size >= 16) read_wave_format(reader, chunk, wave, facts);
        if (chunk.type == four_cc("fact") && chunk.size >= 4) wave.samples = reader.u32(chunk.body, Endian::kLittle);
        if (chunk.type != four_cc("data")) return true;
        found = true;
        const std::uint64_t behind = reader.file_size() - std::min(reader.file_size(), chunk.body);
        const bool is_long = chunk.size == kLong || (chunk.size == 0 && behind > 0);
        const std::uint64_t long_size = wave.long_data != 0 ? wave.long_data : behind;
        const std::uint64_t told = is_long ? long_size : chunk.size;
        facts.truncated = told > behind;
        data = std::min(told, behind);
        return false;
      });
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  if (!facts.has_audio) return {found ? Status::kMalformed : Status::kTruncated, reader.file_size()};
  if (!found) return {Status::kTruncated, reader.file_size()};
  facts.settled = true;
  facts.duration_seconds = ratio(static_cast<double>(data), wave.bytes_per_second);
  const bool counted = wave.samples != 0 && wave.samples != kLong && facts.audio_codec != Codec::kPcm;
  if (counted && !facts.truncated) facts.duration_seconds = ratio(wave.samples, facts.sample_rate);
  return {};
}

namespace {

/// The ten bytes of an IEEE 754 extended number; sampling rates are whole and below 2^31.
std::uint32_t extended_rate(FileReader& reader, std::uint64_t at) {
  constexpr int kBias = 16383;
  const int exponent = (reader.u16(at, Endian::kBig) & 0x7fff) - kBias;
  const std::uint64_t mantissa = reader.u64(at + 2, Endian::kBig);
  return exponent < 0 || exponent > 30 ? 0 : static_cast<std::uint32_t>(mantissa >> (63 - exponent));
}

Codec aiff_codec(std::uint32_t type) {
  switch (type) {
    case four_cc("NONE"):
    case four_cc("sowt"):
    case four_cc("twos"):
    case four_cc("raw "):
    case four_cc("fl32"):
    case four_cc("FL32"):
    case four_cc("fl64"):
    case four_cc("in24"):
    case four_cc("in32"):
    case four_cc("alaw"):
    case four_cc("ALAW"):
    case four_cc("ulaw"):
    case four_cc("ULAW"):
      return Codec::kPcm;
    case four_cc("ima4"):
      return Codec::kAdpcm;
    default:
      return Codec::kUnknown;
  }
}

}  // namespace

Failure probe_aiff(FileReader& reader, MediaFacts& facts) {
  constexpr std::uint32_t kCommonBytes = 18;
  const Failure failure =
      each_chunk(reader, kFormHeaderBytes, reader.file_size(), Endian::kBig, [&](const Chunk& chunk) {
        if (chunk.type != four_cc("COMM") || chunk.size < kCommonBytes) return true;
        facts.has_audio = true;
        facts.channels = reader.u16(chunk.body, Endian::kBig);
        facts.sample_rate = extended_rate(reader, chunk.body + 8);
        facts.duration_seconds = ratio(reader.u32(chunk.body + 2, Endian::kBig), facts.sample_rate);
        const bool named = chunk.size >= kCommonBytes + 4;
        facts.audio_codec = named ? aiff_codec(reader.u32(chunk.body + kCommonBytes, Endian::kBig)) : Codec::kPcm;
        return false;
      });
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  if (!facts.has_audio) return {Status::kTruncated, reader.file_size()};
  facts.truncated = std::uint64_t{reader.u32(4, Endian::kBig)} + kChunkHeaderBytes > reader.file_size();
  return {};
}

}  // namespace gvw::media
