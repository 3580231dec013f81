#pragma once

#include "base/file_reader.h"
#include "media/facts.h"

/// Private to the media probe: one file and one row a family of formats.
namespace gvw::media {

/// Each reads from the beginning through whatever windows there are; failed reads are found in the reader.
/// `facts.format` is the recogniser's guess, made exact here. Once `facts.settled`, a missing rest is no failure.
Failure probe_mp4(FileReader& reader, MediaFacts& facts);
Failure probe_matroska(FileReader& reader, MediaFacts& facts);
Failure probe_avi(FileReader& reader, MediaFacts& facts);
Failure probe_wav(FileReader& reader, MediaFacts& facts);
Failure probe_aiff(FileReader& reader, MediaFacts& facts);
Failure probe_program_stream(FileReader& reader, MediaFacts& facts);
Failure probe_transport_stream(FileReader& reader, MediaFacts& facts);
Failure probe_flv(FileReader& reader, MediaFacts& facts);
Failure probe_asf(FileReader& reader, MediaFacts& facts);
Failure probe_ogg(FileReader& reader, MediaFacts& facts);
Failure probe_flac(FileReader& reader, MediaFacts& facts);
/// MP3, MP2 and AAC without a container, and whatever an ID3v2 tag stands in front of.
Failure probe_frames(FileReader& reader, MediaFacts& facts);

/// Bytes the ID3v2 tags at `at` take (id3.org, ID3v2.4.0, 3.1), one behind the other; 0 without one.
std::uint64_t id3_bytes(FileReader& reader, std::uint64_t at);

/// a / b, or 0 where b is not a divisor.
constexpr double ratio(double a, double b) { return b > 0 ? a / b : 0; }

}  // namespace gvw::media
