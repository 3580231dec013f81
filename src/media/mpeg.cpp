#include <algorithm>
#include <array>

#include "base/limits.h"
#include "media/formats.h"
#include "media/mpeg_audio.h"

// MPEG program and transport streams: ISO/IEC 13818-1, 2.4.3 (packets), 2.5.3 (packs); 11172-1 for MPEG-1; sequence
// headers of pictures by 13818-2, 6.2.2.1. Neither has a place for its duration: the first and the last time stamp give
// it.
namespace gvw::media {
namespace {

constexpr double kTicks = 90000;
constexpr std::uint64_t kStampMask = (std::uint64_t{1} << 33U) - 1;
constexpr std::size_t kHeadBytes = std::size_t{64} << 10U;

/// Bytes at hand of either end of the file.
struct Piece {
  std::span<const std::uint8_t> bytes;

  [[nodiscard]] std::uint32_t u8(std::size_t at) const { return at < bytes.size() ? bytes[at] : 0U; }
  [[nodiscard]] std::uint32_t u16(std::size_t at) const { return u8(at) << 8U | u8(at + 1); }
  [[nodiscard]] std::uint32_t u32(std::size_t at) const { return u16(at) << 16U | u16(at + 2); }
};

struct Stamps {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool any = false;

  void add(std::uint64_t stamp, bool forward) {
    if (!any) first = last = stamp;
    any = true;
    // Pictures are sent before they are shown, so stamps go back and forth a little.
    const bool is_later = ((stamp - last) & kStampMask) < kStampMask / 2;
    const bool is_earlier = ((first - stamp) & kStampMask) < kStampMask / 2;
    if (is_later) last = stamp;
    if (is_earlier && forward) first = stamp;
  }
};

constexpr bool is_video(std::uint32_t id) { return id >= 0xe0 && id <= 0xef; }
constexpr bool is_audio(std::uint32_t id) { return id >= 0xc0 && id <= 0xdf; }

/// The presentation time in a PES packet's header at `at` (2.4.3.6, or MPEG-1's 11172-1, 2.4.3.3); false: none.
bool read_stamp(const Piece& piece, std::size_t at, std::uint64_t& stamp) {
  std::size_t place = at + 9;
  if (piece.u8(at + 6) >> 6U != 2) {
    place = at + 6;
    while (piece.u8(place) == 0xff && place < at + 22) ++place;  // stuffing
    if (piece.u8(place) >> 6U == 1) place += 2;                  // buffer size
    if ((piece.u8(place) & 0xe0U) != 0x20) return false;
  } else if ((piece.u8(at + 7) & 0x80U) == 0) {
    return false;
  }
  if (place + 5 > piece.bytes.size()) return false;
  stamp = std::uint64_t{piece.u8(place) >> 1U & 7U} << 30U | std::uint64_t{piece.u16(place + 1) >> 1U} << 15U |
          piece.u16(place + 3) >> 1U;
  return true;
}

constexpr std::array<double, 9> kFrameRates{0, 24000.0 / 1001, 24, 25, 30000.0 / 1001, 30, 50, 60000.0 / 1001, 60};

/// A sequence header, start code included.
void read_sequence(const Piece& piece, std::size_t at, MediaFacts& facts) {
  if (facts.width != 0 || at + 12 > piece.bytes.size()) return;
  facts.width = piece.u16(at + 4) >> 4U;
  facts.height = piece.u16(at + 5) & 0xfffU;
  const std::uint32_t rate = piece.u8(at + 7) & 15U;
  facts.frame_rate = rate < kFrameRates.size() ? kFrameRates[rate] : 0;
  constexpr std::uint32_t kSequenceExtension = 0x1b5;
  const std::uint32_t tables = piece.u8(at + 11) & 3U;
  facts.video_codec = Codec::kMpeg1;
  const std::size_t behind = at + 12 + ((tables & 2U) != 0 ? 64U : 0U) + ((tables & 1U) != 0 ? 64U : 0U);
  if (piece.u32(behind) == kSequenceExtension) facts.video_codec = Codec::kMpeg2;
}

/// The first frame of MPEG audio in a packet says the rest.
void read_sound(const Piece& piece, std::size_t at, MediaFacts& facts) {
  constexpr std::size_t kMaxSearchBytes = 64;
  const Window window{0, piece.bytes};
  FileReader reader(piece.bytes.size(), {&window, 1});
  for (std::size_t i = at + 6; i < at + kMaxSearchBytes && facts.channels == 0; ++i) {
    const AudioFrame frame = read_audio_frame(reader, i);
    if (!reader.ok()) return;
    if (frame.codec == Codec::kUnknown || frame.codec == Codec::kAac) continue;
    facts.audio_codec = frame.codec;
    facts.channels = frame.channels;
    facts.sample_rate = frame.sample_rate;
  }
}

/// Start codes one by one; those inside a packet's data are found just as well.
void scan_program(const Piece& piece, bool forward, Stamps& stamps, MediaFacts& facts) {
  constexpr std::uint32_t kSequence = 0xb3;
  for (std::size_t at = 0; at + 4 <= piece.bytes.size(); ++at) {
    if (piece.bytes[at] != 0 || piece.bytes[at + 1] != 0 || piece.bytes[at + 2] != 1) continue;
    const std::uint32_t id = piece.bytes[at + 3];
    std::uint64_t stamp = 0;
    if ((is_video(id) || is_audio(id)) && read_stamp(piece, at, stamp)) stamps.add(stamp, forward);
    if (is_audio(id)) {
      facts.has_audio = true;
      read_sound(piece, at, facts);
    }
    if (id == kSequence) read_sequence(piece, at, facts);
  }
}

Piece piece_of(FileReader& reader, std::uint64_t at, std::uint64_t bytes) {
  const std::uint8_t* view = reader.view(at, static_cast<std::size_t>(bytes));
  return {view == nullptr ? std::span<const std::uint8_t>{} : std::span{view, static_cast<std::size_t>(bytes)}};
}

void tell_duration(const Stamps& stamps, MediaFacts& facts) {
  if (!stamps.any) return;
  facts.duration_seconds = static_cast<double>((stamps.last - stamps.first) & kStampMask) / kTicks;
  // The last stamp is where the last frame begins.
  facts.duration_seconds += ratio(1, facts.frame_rate);
}

}  // namespace

Failure probe_program_stream(FileReader& reader, MediaFacts& facts) {
  const std::uint64_t size = reader.file_size();
  const std::uint64_t head = std::min<std::uint64_t>(size, kHeadBytes);
  const std::uint64_t tail = std::min<std::uint64_t>(size, limits::kMaxTailBytes);
  const Piece first = piece_of(reader, 0, head);
  if (!reader.ok()) return {};
  Stamps stamps;
  scan_program(first, true, stamps, facts);
  facts.settled = facts.width != 0 || facts.has_audio;
  const Piece last = piece_of(reader, size - tail, tail);
  if (!reader.ok()) return {};
  scan_program(last, false, stamps, facts);
  if (!facts.settled) return {Status::kUnsupported, 0};
  tell_duration(stamps, facts);
  return {};
}

namespace {

struct Program {
  std::uint32_t map_pid = 0;
  std::uint32_t video_pid = 0;
  std::uint32_t audio_pid = 0;
};

Codec stream_codec(std::uint32_t type) {
  switch (type) {  // 2.4.4.9, and ATSC's A/53
    case 0x01:
      return Codec::kMpeg1;
    case 0x02:
      return Codec::kMpeg2;
    case 0x10:
      return Codec::kMpeg4;
    case 0x1b:
      return Codec::kH264;
    case 0x24:
      return Codec::kHevc;
    case 0x33:
      return Codec::kVvc;
    case 0x03:
    case 0x04:
      return Codec::kMp2;
    case 0x0f:
    case 0x11:
      return Codec::kAac;
    case 0x81:
      return Codec::kAc3;
    case 0x87:
      return Codec::kEac3;
    default:
      return Codec::kUnknown;
  }
}

constexpr bool is_picture(Codec codec) {
  return codec == Codec::kMpeg1 || codec == Codec::kMpeg2 || codec == Codec::kMpeg4 || codec == Codec::kH264 ||
         codec == Codec::kHevc || codec == Codec::kVvc;
}

/// A program association (2.4.4.3) or map section (2.4.4.8) that begins in this packet; longer ones say enough here
/// too.
void read_section(const Piece& piece, std::size_t at, std::size_t end, Program& program, MediaFacts& facts) {
  at += 1 + piece.u8(at);  // pointer field
  const std::uint32_t table = piece.u8(at);
  const std::size_t section_end = at + 3 + (piece.u16(at + 1) & 0xfffU);
  constexpr std::size_t kCrcBytes = 4;
  const std::size_t last = std::min(section_end < kCrcBytes ? 0 : section_end - kCrcBytes, end);
  if (table == 0) {
    for (std::size_t entry = at + 8; entry + 4 <= last && program.map_pid == 0; entry += 4) {
      if (piece.u16(entry) != 0) program.map_pid = piece.u16(entry + 2) & 0x1fffU;
    }
  } else if (table == 2) {
    std::size_t entry = at + 12 + (piece.u16(at + 10) & 0xfffU);
    for (; entry + 5 <= last; entry += 5 + (piece.u16(entry + 3) & 0xfffU)) {
      const Codec codec = stream_codec(piece.u8(entry));
      const std::uint32_t pid = piece.u16(entry + 1) & 0x1fffU;
      if (is_picture(codec) && program.video_pid == 0) {
        program.video_pid = pid;
        facts.video_codec = codec;
      } else if (!is_picture(codec) && codec != Codec::kUnknown && program.audio_pid == 0) {
        program.audio_pid = pid;
        facts.has_audio = true;
        facts.audio_codec = codec;
      }
    }
  }
}

struct Packets {
  std::size_t first = 0;
  std::size_t stride = 188;
};

void scan_transport(const Piece& piece, const Packets& packets, bool forward, Program& program, Stamps& stamps,
                    MediaFacts& facts) {
  constexpr std::uint8_t kSync = 0x47;
  constexpr std::size_t kPacketBytes = 188;
  for (std::size_t at = packets.first; at + kPacketBytes <= piece.bytes.size(); at += packets.stride) {
    if (piece.bytes[at] != kSync) continue;
    const bool begins = (piece.u8(at + 1) & 0x40U) != 0;
    const std::uint32_t pid = piece.u16(at + 1) & 0x1fffU;
    const std::uint32_t control = piece.u8(at + 3) >> 4U & 3U;
    const std::size_t body = at + 4 + ((control & 2U) != 0 ? 1 + piece.u8(at + 4) : 0);
    if (!begins || (control & 1U) == 0 || body >= at + kPacketBytes) continue;
    if (pid == 0 || (pid == program.map_pid && program.map_pid != 0)) {
      read_section(piece, body, at + kPacketBytes, program, facts);
    } else if (pid == program.video_pid || pid == program.audio_pid) {
      const Piece packet{piece.bytes.subspan(body, at + kPacketBytes - body)};
      std::uint64_t stamp = 0;
      if (packet.u32(0) >> 8U == 1 && read_stamp(packet, 0, stamp)) stamps.add(stamp, forward);
      for (std::size_t i = 0; i + 4 <= packet.bytes.size() && facts.video_codec == Codec::kMpeg2; ++i) {
        if (packet.u32(i) == 0x1b3) read_sequence(packet, i, facts);
      }
    }
  }
}

}  // namespace

Failure probe_transport_stream(FileReader& reader, MediaFacts& facts) {
  const std::uint64_t size = reader.file_size();
  Packets packets;
  constexpr std::size_t kStampedBytes = 192;
  constexpr std::uint8_t kSync = 0x47;
  if (reader.u8(packets.stride) != kSync) packets = {4, kStampedBytes};
  const std::uint64_t head = std::min<std::uint64_t>(size, 4 * kHeadBytes);
  const Piece first = piece_of(reader, 0, head);
  if (!reader.ok()) return {};
  Program program;
  Stamps stamps;
  scan_transport(first, packets, true, program, stamps, facts);
  facts.settled = program.video_pid != 0 || program.audio_pid != 0;
  if (!facts.settled) return {Status::kUnsupported, 0};
  // The last piece begins where a packet does.
  const std::uint64_t tail = std::min<std::uint64_t>(size, limits::kMaxTailBytes);
  const std::uint64_t from = (size - tail) / packets.stride * packets.stride;
  const Piece last = piece_of(reader, from, size - from);
  if (!reader.ok()) return {};
  scan_transport(last, packets, false, program, stamps, facts);
  tell_duration(stamps, facts);
  return {};
}

}  // namespace gvw::media
