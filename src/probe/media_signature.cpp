#include <algorithm>
#include <array>

#include "base/limits.h"
#include "media/mpeg_audio.h"
#include "probe/formats.h"
#include "probe/isobmff.h"

namespace gvw::probing {
namespace {

struct Signature {
  Format format;
  std::uint64_t offset;
  std::string_view literal;
  /// What must stand at the very beginning too, where `offset` is not 0.
  std::string_view container;
};

constexpr std::array<Signature, 16> kSignatures{{
    {Format::kPdf, 0, "%PDF", ""},  // the dash is left out by some, and missed by no reader
    {Format::kWebm, 0, "\x1a\x45\xdf\xa3", ""},
    {Format::kAvi, 8, "AVI ", "RIFF"},
    {Format::kAvi, 8, "AVIX", "RIFF"},
    {Format::kWav, 8, "WAVE", "RIFF"},
    {Format::kWav, 8, "WAVE", "RF64"},
    {Format::kWav, 8, "WAVE", "BW64"},
    {Format::kAiff, 8, "AIFF", "FORM"},
    {Format::kAiff, 8, "AIFC", "FORM"},
    {Format::kOgg, 0, "OggS", ""},
    {Format::kFlac, 0, "fLaC", ""},
    {Format::kFlv, 0, "FLV\x01", ""},
    {Format::kWmv, 0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", ""},
    {Format::kMpeg, 0, std::string_view("\0\0\x01\xba", 4), ""},
    {Format::kMpeg, 0, std::string_view("\0\0\x01\xb3", 4), ""},
    {Format::kMp3, 0, "ID3", ""},
}};

Match match_signature(FileReader& reader, const Signature& signature) {
  const Match outer = signature.container.empty() ? Match::kYes : match_literal(reader, 0, signature.container);
  return outer == Match::kYes ? match_literal(reader, signature.offset, signature.literal) : outer;
}

/// A file type box with any brand that no picture claimed, or a QuickTime file from before there was such a box.
Match recognise_boxes(FileReader& reader, Word<Format>& format) {
  constexpr std::array<std::uint32_t, 9> kTypes{four_cc("ftyp"), four_cc("moov"), four_cc("mdat"),
                                                four_cc("styp"), four_cc("wide"), four_cc("free"),
                                                four_cc("skip"), four_cc("pnot"), four_cc("moof")};
  constexpr std::uint64_t kHeaderBytes = 8;
  if (reader.file_size() < kHeaderBytes) return Match::kNo;
  const std::uint32_t type = reader.u32(4, Endian::kBig);
  if (!reader.ok() || std::ranges::find(kTypes, type) == kTypes.end()) return Match::kNo;
  const bool named = type == four_cc("ftyp") && reader.file_size() >= kHeaderBytes + 4;
  const std::uint32_t brand = named ? reader.u32(kHeaderBytes, Endian::kBig) : 0;
  format = type == four_cc("ftyp") || type == four_cc("styp") || type == four_cc("moof") ? Format::kMp4 : Format::kMov;
  if (brand == four_cc("qt  ")) format = Format::kMov;
  if (brand == four_cc("M4A ") || brand == four_cc("M4B ")) format = Format::kM4a;
  if (brand >> 16U == 0x3367) format = Format::k3gp;  // "3g"
  return Match::kYes;
}

/// Packets of an MPEG transport stream begin with 0x47 every 188 bytes (ISO/IEC 13818-1, 2.4.3.2), or 192 with time
/// stamps.
Match recognise_transport_stream(FileReader& reader, Word<Format>& format) {
  constexpr std::uint8_t kSync = 0x47;
  constexpr int kPackets = 5;
  const auto repeats = [&](std::uint64_t first, std::uint64_t stride) {
    if (reader.file_size() <= first + (kPackets - 1) * stride) return false;
    for (int i = 0; i < kPackets; ++i) {
      if (reader.u8(first + static_cast<std::uint64_t>(i) * stride) != kSync) return false;
    }
    return true;
  };
  if (!repeats(0, 188) && !repeats(4, 192)) return Match::kNo;
  format = Format::kMpegts;
  return Match::kYes;
}

/// Sound without a container: two frame headers that agree, where the first says the second must stand.
Match recognise_frames(FileReader& reader, Word<Format>& format) {
  if (reader.file_size() < media::kAudioFrameHeaderBytes) return Match::kNo;
  const media::AudioFrame frame = media::read_audio_frame(reader, 0);
  if (!reader.ok() || frame.bytes == 0) return Match::kNo;
  const std::uint64_t next = frame.bytes;
  if (next + media::kAudioFrameHeaderBytes <= reader.file_size()) {
    const media::AudioFrame second = media::read_audio_frame(reader, next);
    if (!reader.ok() || !media::is_same_stream(frame, second)) return Match::kNo;
  }
  format = frame.codec == Codec::kAac ? Format::kAac : Format::kMp3;
  return Match::kYes;
}

/// Acrobat takes a header anywhere in the first 1,024 bytes, and so do all other readers (ISO 32000-1, annex H, 3.4.1).
Match recognise_late_pdf(FileReader& reader, Word<Format>& format) {
  constexpr std::string_view kHeader = "%PDF-";
  const std::uint64_t size = std::min<std::uint64_t>(reader.file_size(), limits::kMaxPdfHeaderOffset);
  for (std::uint64_t at = 1; at + kHeader.size() <= size; ++at) {
    if (reader.u8(at) == '%' && reader.matches(at, kHeader)) {
      format = Format::kPdf;
      return Match::kYes;
    }
    if (!reader.ok()) return Match::kNo;
  }
  return Match::kNo;
}

}  // namespace

Match recognise_media(FileReader& reader, Word<Format>& format) {
  bool could_be_more = false;
  for (const Signature& signature : kSignatures) {
    const Match match = match_signature(reader, signature);
    if (!reader.ok()) return Match::kNo;
    if (match == Match::kYes) {
      format = signature.format;
      return Match::kYes;
    }
    could_be_more = could_be_more || match == Match::kCut;
  }
  for (auto* recognise : {recognise_boxes, recognise_frames, recognise_transport_stream, recognise_late_pdf}) {
    if (recognise(reader, format) == Match::kYes) return Match::kYes;
    if (!reader.ok()) return Match::kNo;
  }
  return could_be_more ? Match::kCut : Match::kNo;
}

Failure probe_media(FileReader& /*reader*/, ProbeState& /*state*/) { return {}; }

}  // namespace gvw::probing
