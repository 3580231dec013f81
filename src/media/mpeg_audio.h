#pragma once

#include <cstdint>

#include "base/file_reader.h"

/// Headers of sound frames that stand in a file one after the other without a container.
namespace gvw::media {

inline constexpr std::uint64_t kAudioFrameHeaderBytes = 7;

struct AudioFrame {
  /// kUnknown, with `bytes` 0: no frame begins here.
  Codec codec = Codec::kUnknown;
  std::uint32_t bytes = 0;
  std::uint32_t sample_rate = 0;
  std::uint32_t channels = 0;
  /// Of each channel.
  std::uint32_t samples = 0;
  /// 1 or 2 (half the sampling rates, with its quarter), for where a header of Xing's stands.
  std::uint32_t version = 1;
};

/// The header at `at` of an MPEG audio frame (ISO/IEC 11172-3, 2.4.1.3; 13818-3) or of an ADTS frame of AAC
/// (14496-3, 1.A.2). Needs kAudioFrameHeaderBytes there. A frame of the "free" bit rate says no length and is none
/// here.
AudioFrame read_audio_frame(FileReader& reader, std::uint64_t at);

/// True when the second can follow the first: what a stream cannot change is equal.
constexpr bool is_same_stream(const AudioFrame& first, const AudioFrame& second) {
  return second.bytes != 0 && first.codec == second.codec && first.sample_rate == second.sample_rate &&
         first.version == second.version;
}

}  // namespace gvw::media
