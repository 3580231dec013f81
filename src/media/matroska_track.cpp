#include "media/matroska_track.h"

#include <string_view>

#include "media/formats.h"

// RFC 9559, 5.1.4.1.
namespace gvw::media::matroska {
namespace {

using ebml::each_element;
using ebml::Element;
using ebml::number;
using ebml::real;

constexpr std::uint32_t kTrackType = 0x83;
constexpr std::uint32_t kCodecId = 0x86;
constexpr std::uint32_t kDefaultDuration = 0x23e383;
constexpr std::uint32_t kVideo = 0xe0;
constexpr std::uint32_t kPixelWidth = 0xb0;
constexpr std::uint32_t kPixelHeight = 0xba;
constexpr std::uint32_t kProjection = 0x7670;
constexpr std::uint32_t kProjectionPoseRoll = 0x7675;
constexpr std::uint32_t kAudio = 0xe1;
constexpr std::uint32_t kSamplingFrequency = 0xb5;
constexpr std::uint32_t kChannels = 0x9f;

constexpr std::uint64_t kVideoTrack = 1;
constexpr std::uint64_t kAudioTrack = 2;

struct Named {
  std::string_view prefix;
  Codec codec;
};

/// RFC 9559's codec registry (draft-ietf-cellar-codec); the first prefix that fits.
constexpr Named kCodecs[] = {
    {"V_MPEG4/ISO/AVC", Codec::kH264},
    {"V_MPEGH/ISO/HEVC", Codec::kHevc},
    {"V_MPEGI/ISO/VVC", Codec::kVvc},
    {"V_AV1", Codec::kAv1},
    {"V_VP8", Codec::kVp8},
    {"V_VP9", Codec::kVp9},
    {"V_MPEG1", Codec::kMpeg1},
    {"V_MPEG2", Codec::kMpeg2},
    {"V_MPEG4", Codec::kMpeg4},
    {"V_MJPEG", Codec::kMjpeg},
    {"V_PRORES", Codec::kProres},
    {"V_THEORA", Codec::kTheora},
    {"A_AAC", Codec::kAac},
    {"A_MPEG/L3", Codec::kMp3},
    {"A_MPEG/L", Codec::kMp2},
    {"A_AC3", Codec::kAc3},
    {"A_EAC3", Codec::kEac3},
    {"A_OPUS", Codec::kOpus},
    {"A_VORBIS", Codec::kVorbis},
    {"A_FLAC", Codec::kFlac},
    {"A_ALAC", Codec::kAlac},
    {"A_PCM", Codec::kPcm},
};

Codec codec_of(FileReader& reader, const Element& element) {
  for (const Named& row : kCodecs) {
    if (element.end - element.body >= row.prefix.size() && reader.matches(element.body, row.prefix)) return row.codec;
    if (!reader.ok()) break;
  }
  return Codec::kUnknown;
}

struct Track {
  std::uint64_t type = 0;
  Codec codec = Codec::kUnknown;
  std::uint64_t width = 0;
  std::uint64_t height = 0;
  double roll = 0;
  double frame_nanoseconds = 0;
  std::uint64_t channels = 1;
  double sample_rate = 8000;
};

void read_projection(FileReader& reader, const Element& projection, Track& track) {
  static_cast<void>(each_element(reader, projection.body, projection.end, [&](const Element& element) {
    if (element.id == kProjectionPoseRoll) track.roll = real(reader, element);
    return true;
  }));
}

void read_video(FileReader& reader, const Element& video, Track& track) {
  static_cast<void>(each_element(reader, video.body, video.end, [&](const Element& element) {
    if (element.id == kPixelWidth) track.width = number(reader, element);
    if (element.id == kPixelHeight) track.height = number(reader, element);
    if (element.id == kProjection) read_projection(reader, element, track);
    return true;
  }));
}

void read_audio(FileReader& reader, const Element& audio, Track& track) {
  static_cast<void>(each_element(reader, audio.body, audio.end, [&](const Element& element) {
    if (element.id == kSamplingFrequency) track.sample_rate = real(reader, element);
    if (element.id == kChannels) track.channels = number(reader, element);
    return true;
  }));
}

Track track_of(FileReader& reader, const Element& entry) {
  Track track;
  static_cast<void>(each_element(reader, entry.body, entry.end, [&](const Element& element) {
    if (element.id == kTrackType) track.type = number(reader, element);
    if (element.id == kCodecId) track.codec = codec_of(reader, element);
    if (element.id == kDefaultDuration) track.frame_nanoseconds = static_cast<double>(number(reader, element));
    if (element.id == kVideo) read_video(reader, element, track);
    if (element.id == kAudio) read_audio(reader, element, track);
    return true;
  }));
  return track;
}

/// Degrees counter-clockwise that a projection is rolled by (RFC 9559, 5.1.4.1.28.45) as EXIF writes a quarter turn.
std::uint8_t orientation_of(double roll) {
  if (roll == 90 || roll == -270) return 8;
  if (roll == -90 || roll == 270) return 6;
  return roll == 180 || roll == -180 ? 3 : 1;
}

constexpr std::uint64_t kMaxSide = 65535;

}  // namespace

void read_track(FileReader& reader, const Element& entry, bool& has_video, MediaFacts& facts) {
  const Track track = track_of(reader, entry);
  if (!reader.ok()) return;
  const bool sized = track.width != 0 && track.width <= kMaxSide && track.height != 0 && track.height <= kMaxSide;
  if (track.type == kVideoTrack && sized && !has_video) {
    has_video = true;
    facts.width = static_cast<double>(track.width);
    facts.height = static_cast<double>(track.height);
    facts.orientation = orientation_of(track.roll);
    facts.video_codec = track.codec;
    facts.frame_rate = ratio(kNanoseconds, track.frame_nanoseconds);
  }
  if (track.type == kAudioTrack && !facts.has_audio) {
    facts.has_audio = true;
    facts.audio_codec = track.codec;
    facts.channels = static_cast<std::uint32_t>(track.channels);
    const bool plausible = track.sample_rate > 0 && track.sample_rate < 1e9;
    facts.sample_rate = plausible ? static_cast<std::uint32_t>(track.sample_rate) : 0;
  }
}

}  // namespace gvw::media::matroska
