#include <algorithm>

#include "media/mp4.h"

// Sample entries: ISO/IEC 14496-12, 12.1.3 (visual) and 12.2.3 (sound); QuickTime's second version of the latter.
namespace gvw::media {
namespace {

using isobmff::Box;

struct Named {
  std::uint32_t type;
  Codec codec;
};

constexpr Named kCodecs[] = {
    {four_cc("avc1"), Codec::kH264},   {four_cc("avc2"), Codec::kH264},   {four_cc("avc3"), Codec::kH264},
    {four_cc("avc4"), Codec::kH264},   {four_cc("hvc1"), Codec::kHevc},   {four_cc("hev1"), Codec::kHevc},
    {four_cc("dvh1"), Codec::kHevc},   {four_cc("dvhe"), Codec::kHevc},   {four_cc("vvc1"), Codec::kVvc},
    {four_cc("vvi1"), Codec::kVvc},    {four_cc("av01"), Codec::kAv1},    {four_cc("vp08"), Codec::kVp8},
    {four_cc("vp09"), Codec::kVp9},    {four_cc("mp4v"), Codec::kMpeg4},  {four_cc("s263"), Codec::kH263},
    {four_cc("h263"), Codec::kH263},   {four_cc("jpeg"), Codec::kMjpeg},  {four_cc("mjpa"), Codec::kMjpeg},
    {four_cc("mjpb"), Codec::kMjpeg},  {four_cc("apcn"), Codec::kProres}, {four_cc("apch"), Codec::kProres},
    {four_cc("apcs"), Codec::kProres}, {four_cc("apco"), Codec::kProres}, {four_cc("ap4h"), Codec::kProres},
    {four_cc("ap4x"), Codec::kProres}, {four_cc("mp2v"), Codec::kMpeg2},  {four_cc("mp1v"), Codec::kMpeg1},
    {four_cc("vc-1"), Codec::kVc1},    {four_cc("mp4a"), Codec::kAac},    {four_cc(".mp3"), Codec::kMp3},
    {four_cc("ac-3"), Codec::kAc3},    {four_cc("ec-3"), Codec::kEac3},   {four_cc("Opus"), Codec::kOpus},
    {four_cc("fLaC"), Codec::kFlac},   {four_cc("alac"), Codec::kAlac},   {four_cc("samr"), Codec::kAmr},
    {four_cc("sawb"), Codec::kAmr},    {four_cc("sowt"), Codec::kPcm},    {four_cc("twos"), Codec::kPcm},
    {four_cc("lpcm"), Codec::kPcm},    {four_cc("raw "), Codec::kPcm},    {four_cc("in24"), Codec::kPcm},
    {four_cc("in32"), Codec::kPcm},    {four_cc("fl32"), Codec::kPcm},    {four_cc("ipcm"), Codec::kPcm},
    {four_cc("fpcm"), Codec::kPcm},    {four_cc("ima4"), Codec::kAdpcm},  {four_cc("ulaw"), Codec::kPcm},
    {four_cc("alaw"), Codec::kPcm},
};

Codec codec_of(std::uint32_t type) {
  const auto* row = std::ranges::find(kCodecs, type, &Named::type);
  return row == std::end(kCodecs) ? Codec::kUnknown : row->codec;
}

/// Bits from the first of some bytes on; zeros behind their end.
class Bits {
 public:
  explicit Bits(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  std::uint32_t take(std::uint32_t count) {
    std::uint32_t value = 0;
    for (; count > 0; --count, ++at_) {
      const std::size_t byte = at_ / 8;
      value = value << 1U | (byte < bytes_.size() ? bytes_[byte] >> (7 - at_ % 8) & 1U : 0U);
    }
    return value;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

/// AudioSpecificConfig (14496-3, 1.6.2.1): what the entry says of AAC's channels and rate is often a default.
void read_aac(std::span<const std::uint8_t> config, Mp4Track& track) {
  constexpr std::uint32_t kRates[] = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                      22050, 16000, 12000, 11025, 8000,  7350};
  constexpr std::uint32_t kEscape = 31;
  Bits bits(config);
  const auto object_type = [&] {
    const std::uint32_t type = bits.take(5);
    return type == kEscape ? 32 + bits.take(6) : type;
  };
  const auto rate = [&] {
    const std::uint32_t index = bits.take(4);
    if (index == 15) return bits.take(24);
    return index < std::size(kRates) ? kRates[index] : 0;
  };
  const std::uint32_t type = object_type();
  std::uint32_t sample_rate = rate();
  const std::uint32_t channels = bits.take(4);
  constexpr std::uint32_t kSpectralBandReplication = 5;
  constexpr std::uint32_t kParametricStereo = 29;
  if (type == kSpectralBandReplication || type == kParametricStereo) {
    sample_rate = rate();
  } else {
    // Told behind the rest in a way that older decoders do not notice (1.6.6).
    constexpr std::uint32_t kSync = 0x2b7;
    bits.take(3);
    if (bits.take(11) == kSync && bits.take(5) == kSpectralBandReplication && bits.take(1) == 1) sample_rate = rate();
  }
  if (sample_rate != 0) track.sample_rate = sample_rate;
  if (channels != 0) track.channels = channels == 7 ? 8 : channels;
  if (type == kParametricStereo) track.channels = 2;
}

/// Descriptors (14496-1, 7.2.6), each a tag, a length and a body: the stream's (3) holds the decoder's (4), that holds
/// what the decoder needs (5).
void read_descriptors(std::span<const std::uint8_t> bytes, Mp4Track& track) {
  constexpr std::uint8_t kStream = 3;
  constexpr std::uint8_t kDecoder = 4;
  constexpr std::uint8_t kSpecific = 5;
  std::size_t at = 0;
  while (at + 2 <= bytes.size()) {
    const std::uint8_t tag = bytes[at++];
    std::size_t length = 0;
    bool more = true;
    for (int i = 0; more && i < 4 && at < bytes.size(); ++i) {
      more = (bytes[at] & 0x80U) != 0;
      length = length << 7U | (bytes[at++] & 0x7fU);
    }
    if (tag == kSpecific) {
      read_aac(bytes.subspan(at, std::min(length, bytes.size() - at)), track);
      return;
    }
    if (tag == kStream) {
      at += 3;  // an identifier and flags; nothing optional is written in files
    } else if (tag == kDecoder && at < bytes.size()) {
      const std::uint8_t object = bytes[at];
      if (object == 0x69 || object == 0x6b) track.codec = Codec::kMp3;
      if (object == 0xa5) track.codec = Codec::kAc3;
      if (track.codec != Codec::kAac) return;
      at += 13;
    } else {
      at += length;
    }
  }
}

/// AC3SpecificBox (ETSI TS 102 366, F.4) and its successor's first sub-stream (F.6).
void read_dolby(std::uint32_t type, std::span<const std::uint8_t> bytes, Mp4Track& track) {
  constexpr std::uint32_t kChannels[] = {2, 1, 2, 3, 3, 4, 4, 5};
  Bits bits(bytes);
  bits.take(type == four_cc("dac3") ? 10 : 28);
  const std::uint32_t mode = bits.take(3);
  track.channels = kChannels[mode] + bits.take(1);
}

/// Boxes of an entry behind its fixed fields: the name an encrypted track had, what "mp4a" really holds.
void read_entry_boxes(FileReader& reader, std::uint64_t from, std::uint64_t end, Mp4Track& track) {
  constexpr std::uint64_t kMaxConfigBytes = 256;
  // QuickTime puts what else there is one box deeper.
  const auto opens = [](const Box& box) { return box.type == four_cc("wave"); };
  static_cast<void>(each_box_within(reader, from, end, opens, [&](const Box& box) -> Failure {
    const std::uint64_t size = std::min(box.end - box.body, kMaxConfigBytes);
    const bool is_config = box.type == four_cc("esds") || box.type == four_cc("dac3") || box.type == four_cc("dec3");
    if (box.type == four_cc("sinf") && size >= 12 && reader.u32(box.body + 4, Endian::kBig) == four_cc("frma")) {
      track.codec = codec_of(reader.u32(box.body + 8, Endian::kBig));
    }
    const std::uint8_t* view = is_config ? reader.view(box.body, static_cast<std::size_t>(size)) : nullptr;
    if (view == nullptr) return {};
    const std::span bytes(view, static_cast<std::size_t>(size));
    if (box.type == four_cc("esds") && size > 4) read_descriptors(bytes.subspan(4), track);
    if (box.type != four_cc("esds")) read_dolby(box.type, bytes, track);
    return {};
  }));
}

void read_sound(FileReader& reader, const Box& entry, Mp4Track& track) {
  constexpr std::uint64_t kFixedBytes = 28;
  if (entry.end - entry.body < kFixedBytes) return;
  const std::uint32_t version = reader.u16(entry.body + 8, Endian::kBig);
  track.channels = reader.u16(entry.body + 16, Endian::kBig);
  track.sample_rate = reader.u16(entry.body + 24, Endian::kBig);
  std::uint64_t at = entry.body + kFixedBytes;
  if (version == 1) at += 16;
  constexpr std::uint64_t kSecondBytes = 36;
  if (version == 2 && entry.end - at >= kSecondBytes) {
    // A rate as a double; whole numbers of hertz below 2^31 are all there is, so its bits are taken apart here.
    const std::uint64_t bits = reader.u64(at + 4, Endian::kBig);
    const auto exponent = static_cast<int>(bits >> 52U & 0x7ffU) - 1023;
    constexpr std::uint64_t kMantissa = (std::uint64_t{1} << 52U) - 1;
    if (exponent >= 0 && exponent < 31) {
      track.sample_rate = static_cast<std::uint32_t>(((bits & kMantissa) | (kMantissa + 1)) >> (52 - exponent));
    }
    track.channels = reader.u32(at + 12, Endian::kBig);
    at += kSecondBytes;
  }
  if (track.codec == Codec::kAmr) track.channels = 1;  // it has no other
  if (at < entry.end) read_entry_boxes(reader, at, entry.end, track);
}

void read_picture(FileReader& reader, const Box& entry, Mp4Track& track) {
  constexpr std::uint64_t kFixedBytes = 78;
  if (entry.end - entry.body < kFixedBytes) return;
  track.width = reader.u16(entry.body + 24, Endian::kBig);
  track.height = reader.u16(entry.body + 26, Endian::kBig);
  read_entry_boxes(reader, entry.body + kFixedBytes, entry.end, track);
}

}  // namespace

Failure read_sample_entry(FileReader& reader, const Box& stsd, Mp4Track& track) {
  isobmff::FullBox full;
  const Failure failure = isobmff::read_full_box(reader, stsd, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  constexpr std::uint64_t kCountBytes = 4;
  constexpr std::uint64_t kBoxHeaderBytes = 8;
  const std::uint64_t first = full.body + kCountBytes;
  if (stsd.end < first + kBoxHeaderBytes || reader.u32(full.body, Endian::kBig) == 0) return {};
  Box entry;
  const Failure damaged = isobmff::read_box(reader, first, stsd.end, entry);
  if (!reader.ok() || damaged.status != Status::kOk) return damaged;
  track.codec = codec_of(entry.type);
  if (track.handler == four_cc("vide")) read_picture(reader, entry, track);
  if (track.handler == four_cc("soun")) read_sound(reader, entry, track);
  return {};
}

}  // namespace gvw::media
