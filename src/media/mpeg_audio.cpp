#include "media/mpeg_audio.h"

#include <array>

namespace gvw::media {
namespace {

/// kbit/s by the header's index; 0 is "free", 15 forbidden (11172-3, 2.4.2.3; 13818-3, 2.4.2.3).
constexpr std::array<std::array<std::uint16_t, 15>, 5> kKilobits{{
    {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},  // MPEG-1, layer I
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},     // layer II
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},      // layer III
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},     // MPEG-2, layer I
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},          // layers II and III
}};
constexpr std::array<std::uint32_t, 3> kSampleRates{44100, 48000, 32000};
constexpr std::array<std::uint32_t, 13> kAdtsRates{96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                                   22050, 16000, 12000, 11025, 8000,  7350};
constexpr std::uint32_t kAdtsHeaderBytes = 7;
constexpr std::uint32_t kAdtsBlockSamples = 1024;

AudioFrame adts_frame(const std::uint8_t* header) {
  const std::uint32_t rate = header[2] >> 2U & 15U;
  const std::uint32_t bytes = (header[3] & 3U) << 11U | std::uint32_t{header[4]} << 3U | header[5] >> 5U;
  if (rate >= kAdtsRates.size() || bytes < kAdtsHeaderBytes) return {};
  AudioFrame frame{.codec = Codec::kAac, .bytes = bytes, .sample_rate = kAdtsRates[rate]};
  frame.channels = (header[2] & 1U) << 2U | header[3] >> 6U;
  if (frame.channels == 7) frame.channels = 8;
  frame.samples = kAdtsBlockSamples * ((header[6] & 3U) + 1);
  return frame;
}

AudioFrame mpeg_frame(const std::uint8_t* header) {
  constexpr std::uint32_t kReservedVersion = 1;
  constexpr std::uint32_t kMono = 3;
  const std::uint32_t version_bits = header[1] >> 3U & 3U;
  const std::uint32_t layer = 4 - (header[1] >> 1U & 3U);
  const std::uint32_t index = header[2] >> 4U;
  const std::uint32_t rate = header[2] >> 2U & 3U;
  if (version_bits == kReservedVersion || layer == 4 || index == 0 || index == 15 || rate == 3) return {};
  // Versions: 0 is the later "2.5", 2 is MPEG-2, 3 MPEG-1; each halves the sampling rates of the next.
  constexpr std::uint32_t kShifts[] = {2, 0, 1, 0};
  constexpr std::uint32_t kSamples[2][3] = {{384, 1152, 1152}, {384, 1152, 576}};
  constexpr std::size_t kRows[2][3] = {{0, 1, 2}, {3, 4, 4}};
  const std::size_t version = version_bits == 3 ? 0 : 1;
  const std::uint32_t kilobits = kKilobits[kRows[version][layer - 1]][index];
  AudioFrame frame;
  frame.codec = layer == 3 ? Codec::kMp3 : Codec::kMp2;
  frame.sample_rate = kSampleRates[rate] >> kShifts[version_bits];
  frame.channels = header[3] >> 6U == kMono ? 1 : 2;
  frame.version = version == 0 ? 1 : 2;
  frame.samples = kSamples[version][layer - 1];
  const std::uint32_t padding = header[2] >> 1U & 1U;
  // Layer I counts in slots of four bytes.
  const std::uint32_t slot = layer == 1 ? 4 : 1;
  frame.bytes = (frame.samples / 8 / slot * kilobits * 1000 / frame.sample_rate + padding) * slot;
  return frame;
}

}  // namespace

AudioFrame read_audio_frame(FileReader& reader, std::uint64_t at) {
  const std::uint8_t* header = reader.view(at, kAudioFrameHeaderBytes);
  if (header == nullptr || header[0] != 0xff) return {};
  // ADTS: sync of 12 bits, layer 0. MPEG audio: sync of 11 bits (12 but for the later "2.5"), layer not 0.
  if ((header[1] & 0xf6U) == 0xf0) return adts_frame(header);
  return (header[1] & 0xe0U) == 0xe0 ? mpeg_frame(header) : AudioFrame{};
}

}  // namespace gvw::media
