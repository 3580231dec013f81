#include <algorithm>
#include <array>

#include "base/limits.h"
#include "media/formats.h"

// Ogg (RFC 3533) with Vorbis (Vorbis I specification, 4.2.2), Opus (RFC 7845), FLAC (RFC 9639, 10.1), Speex and Theora
// (Theora Specification, 6.2 and A.2.3).
namespace gvw::media {
namespace {

constexpr std::uint64_t kPageHeaderBytes = 27;
constexpr std::uint8_t kFirstPage = 2;
constexpr std::size_t kMaxStreams = 8;

struct Page {
  std::uint64_t granule = 0;
  std::uint32_t serial = 0;
  std::uint8_t flags = 0;
  std::uint64_t body = 0;
  std::uint64_t end = 0;
};

struct Stream {
  std::uint32_t serial = 0;
  /// Granule units a second, and units at the beginning that are not played.
  double rate = 0;
  double skip = 0;
  /// Theora: bits of the granule that count from the last key frame.
  std::uint32_t shift = 0;
  double seconds = 0;
};

struct Streams {
  std::array<Stream, kMaxStreams> all;
  std::size_t count = 0;
};

bool read_page(FileReader& reader, std::uint64_t at, Page& page) {
  if (!reader.matches(at, "OggS")) return false;
  page.flags = reader.u8(at + 5);
  page.granule = reader.u64(at + 6, Endian::kLittle);
  page.serial = reader.u32(at + 14, Endian::kLittle);
  const std::uint8_t segments = reader.u8(at + 26);
  page.body = at + kPageHeaderBytes + segments;
  page.end = page.body;
  for (std::uint64_t i = 0; i < segments; ++i) page.end += reader.u8(at + kPageHeaderBytes + i);
  return reader.ok();
}

void describe_sound(MediaFacts& facts, Codec codec, std::uint32_t channels, std::uint32_t sample_rate) {
  if (facts.has_audio) return;
  facts.has_audio = true;
  facts.audio_codec = codec;
  facts.channels = channels;
  facts.sample_rate = sample_rate;
}

void read_theora(FileReader& reader, std::uint64_t at, Stream& stream, MediaFacts& facts) {
  const auto three = [&](std::uint64_t from) { return reader.u32(from - 1, Endian::kBig) & 0xffffffU; };
  facts.video_codec = Codec::kTheora;
  facts.width = three(at + 14);
  facts.height = three(at + 17);
  stream.rate = ratio(reader.u32(at + 22, Endian::kBig), reader.u32(at + 26, Endian::kBig));
  facts.frame_rate = stream.rate;
  stream.shift = (reader.u8(at + 40) & 3U) << 3U | reader.u8(at + 41) >> 5U;
}

/// The first packet of a stream says what it is. False: nothing that is known.
bool read_first_packet(FileReader& reader, const Page& page, Stream& stream, MediaFacts& facts) {
  const std::uint64_t at = page.body;
  const std::uint64_t size = page.end - page.body;
  const auto begins = [&](std::string_view name, std::uint64_t least) {
    return size >= least && reader.matches(at, name);
  };
  stream.serial = page.serial;
  if (begins("\x01vorbis", 16)) {
    const std::uint32_t rate = reader.u32(at + 12, Endian::kLittle);
    stream.rate = rate;
    describe_sound(facts, Codec::kVorbis, reader.u8(at + 11), rate);
  } else if (begins("OpusHead", 19)) {
    constexpr std::uint32_t kOpusRate = 48000;  // of its granules, whatever the source's rate was (RFC 7845, 4)
    stream.rate = kOpusRate;
    stream.skip = reader.u16(at + 10, Endian::kLittle);
    describe_sound(facts, Codec::kOpus, reader.u8(at + 9), kOpusRate);
  } else if (begins("\x7f"
                    "FLAC",
                    51)) {
    const std::uint64_t word = reader.u64(at + 27, Endian::kBig);
    const auto rate = static_cast<std::uint32_t>(word >> 44U);
    stream.rate = rate;
    describe_sound(facts, Codec::kFlac, static_cast<std::uint32_t>(word >> 41U & 7U) + 1, rate);
  } else if (begins("Speex   ", 52)) {
    const std::uint32_t rate = reader.u32(at + 36, Endian::kLittle);
    stream.rate = rate;
    describe_sound(facts, Codec::kSpeex, reader.u32(at + 48, Endian::kLittle), rate);
  } else if (begins("\x80theora", 42)) {
    read_theora(reader, at, stream, facts);
  } else {
    return false;
  }
  return reader.ok();
}

double seconds_at(const Stream& stream, std::uint64_t granule) {
  constexpr std::uint64_t kNone = ~std::uint64_t{0};  // no packet ends on the page
  if (granule == kNone) return 0;
  if (stream.shift == 0) return ratio(static_cast<double>(granule) - stream.skip, stream.rate);
  const std::uint64_t key = granule >> stream.shift;
  const std::uint64_t since = granule - (key << stream.shift);
  return ratio(static_cast<double>(key + since), stream.rate);
}

/// The last page of each stream carries its end; pages are found from the file's end by their first four letters.
void measure_from_end(FileReader& reader, Streams& streams) {
  const std::uint64_t size = reader.file_size();
  const std::uint64_t bytes = std::min<std::uint64_t>(size, limits::kMaxTailBytes + limits::kMediaWindowBytes);
  const std::uint8_t* tail = reader.view(size - bytes, static_cast<std::size_t>(bytes));
  if (tail == nullptr) return;
  for (std::uint64_t i = 0; i + kPageHeaderBytes <= bytes; ++i) {
    if (tail[i] != 'O' || load<std::uint32_t>(tail + i, Endian::kBig) != 0x4f676753) continue;
    const auto granule = load<std::uint64_t>(tail + i + 6, Endian::kLittle);
    const auto serial = load<std::uint32_t>(tail + i + 14, Endian::kLittle);
    for (Stream& stream : streams.all) {
      if (stream.rate == 0 || stream.serial != serial) continue;
      stream.seconds = std::max(stream.seconds, seconds_at(stream, granule));
    }
  }
}

}  // namespace

Failure probe_ogg(FileReader& reader, MediaFacts& facts) {
  Streams streams;
  std::uint64_t at = 0;
  // All streams begin before any goes on (RFC 3533, 4): pages with the flag stand in front of all others.
  while (at + kPageHeaderBytes <= reader.file_size()) {
    Page page;
    if (!read_page(reader, at, page)) break;
    if ((page.flags & kFirstPage) == 0) break;
    if (streams.count == kMaxStreams) break;
    if (read_first_packet(reader, page, streams.all[streams.count], facts)) ++streams.count;
    if (!reader.ok()) break;
    at = page.end;
  }
  if (!reader.ok()) return {};
  if (streams.count == 0) return {at == 0 ? Status::kTruncated : Status::kUnsupported, at};
  facts.format = facts.width != 0 ? Format::kOgv : Format::kOgg;
  facts.settled = true;
  measure_from_end(reader, streams);
  for (const Stream& stream : streams.all) facts.duration_seconds = std::max(facts.duration_seconds, stream.seconds);
  return {};
}

}  // namespace gvw::media
