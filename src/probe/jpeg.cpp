#include <algorithm>
#include <array>
#include <span>

#include "base/jpeg_markers.h"
#include "base/limits.h"
#include "probe/exif.h"
#include "probe/formats.h"

// ITU-T T.81 Annex B (markers), EXIF 2.32 4.7.2 (APP1), ICC.1 Annex B.4 (APP2), Adobe TN 5116 (APP14).
namespace gvw::probing {
namespace {

using namespace jpeg;

constexpr std::string_view kJfif("JFIF\0", 5);
constexpr std::string_view kExif("Exif\0", 5);
constexpr std::uint64_t kExifHeaderBytes = 6;
/// Followed by a zero byte, but some writers put a space.
constexpr std::string_view kXmp = "http://ns.adobe.com/xap/1.0/";
constexpr std::string_view kExtendedXmp("http://ns.adobe.com/xmp/extension/\0", 35);
constexpr std::string_view kIcc("ICC_PROFILE\0", 12);
constexpr std::string_view kPhotoshop("Photoshop 3.0\0", 14);
constexpr std::string_view kAdobe = "Adobe";
constexpr std::uint64_t kAdobeTransformAt = 11;

/// Of a segment's payload the beginning is looked at: the longest of the literals, a frame header's fixed part.
constexpr std::size_t kFrontBytes = kExtendedXmp.size();
constexpr std::size_t kFrameFrontBytes = 6;

struct Segment {
  std::uint8_t marker;
  std::uint64_t start;  // of the payload, behind the length
  std::uint64_t length;
  /// The payload's first bytes: kFrontBytes or kFrameFrontBytes, or all where it is shorter. Null where nothing is
  /// read.
  const std::uint8_t* front;
};

bool may_be_skipped(std::uint8_t marker) { return (marker >= kApp0 && marker <= kApp15) || marker == kCom; }

/// A hierarchical file (T.81 J.1) says its size in DHP; the frames behind it may be smaller.
constexpr bool begins_a_frame(std::uint8_t marker) { return is_frame_header(marker) || marker == kDhp; }

bool stands_alone(std::uint8_t marker) { return marker == kTem || (marker >= kRst0 && marker <= kSoi); }

bool begins_with(const Segment& segment, std::string_view literal) {
  return segment.length >= literal.size() &&
         std::equal(literal.begin(), literal.end(), segment.front,
                    [](char wanted, std::uint8_t byte) { return static_cast<std::uint8_t>(wanted) == byte; });
}

/// True when a Photoshop resource block of the segment is IPTC (resource 0x0404).
bool has_iptc(FileReader& reader, const Segment& segment) {
  constexpr std::uint16_t kIptcResource = 0x0404;
  std::uint64_t at = segment.start + kPhotoshop.size();
  const std::uint64_t end = segment.start + segment.length;
  // "8BIM", id, Pascal string padded to even, size, data padded to even.
  while (end - at >= 12 && reader.matches(at, "8BIM")) {
    if (reader.u16(at + 4, Endian::kBig) == kIptcResource) return true;
    const std::uint64_t name_bytes = (std::uint64_t{reader.u8(at + 6)} + 2U) & ~std::uint64_t{1};
    const std::uint64_t size_at = at + 6 + name_bytes;
    if (size_at > end || end - size_at < 4) return false;
    const std::uint64_t size = reader.u32(size_at, Endian::kBig);
    if (!reader.ok() || size > end - size_at - 4) return false;
    at = std::min(end, size_at + 4 + size + (size & 1U));
  }
  return false;
}

void read_application_segment(FileReader& reader, const Segment& segment, ProbeState& state) {
  ImageFacts& facts = state.facts;
  switch (segment.marker) {
    case kApp0:
      state.jfif = state.jfif || begins_with(segment, kJfif);
      break;
    case kApp1:
      // Readers take the first EXIF segment; a second one is usually a stray thumbnail's.
      if (!facts.exif && segment.length >= kExifHeaderBytes && begins_with(segment, kExif)) {
        const ExifFacts exif = read_exif(reader, segment.start + kExifHeaderBytes, segment.length - kExifHeaderBytes);
        if (!reader.ok()) return;
        facts.exif = true;
        facts.orientation = exif.orientation;
        facts.gps = exif.gps;
      } else if ((segment.length > kXmp.size() && begins_with(segment, kXmp)) || begins_with(segment, kExtendedXmp)) {
        facts.xmp = true;
      }
      break;
    case kApp2:
      facts.icc = facts.icc || begins_with(segment, kIcc);
      break;
    case kApp13:
      if (begins_with(segment, kPhotoshop)) facts.iptc = facts.iptc || has_iptc(reader, segment);
      break;
    case kApp14:
      if (segment.length > kAdobeTransformAt && begins_with(segment, kAdobe)) {
        state.adobe_transform = static_cast<std::int8_t>(segment.front[kAdobeTransformAt] & 0x7fU);
      }
      break;
    default:
      break;
  }
}

/// As decoders decide it: a JFIF file is YCbCr by definition, then Adobe's word counts, then the components' names.
ColorModel color_model(unsigned components, const ProbeState& state, bool named_rgb) {
  const std::int8_t adobe_transform = state.adobe_transform;
  switch (components) {
    case 1:
      return ColorModel::kGray;
    case 3:
      if (state.jfif) return ColorModel::kYcbcr;
      return adobe_transform == 0 || (adobe_transform < 0 && named_rgb) ? ColorModel::kRgb : ColorModel::kYcbcr;
    case 4:
      return adobe_transform == 2 ? ColorModel::kYcck : ColorModel::kCmyk;
    default:
      return ColorModel::kUnknown;
  }
}

/// Reads the frame header. A height of 0, to be given by a DNL marker behind the first scan, is refused: no decoder
/// in use reads such a file.
Failure read_frame_header(FileReader& reader, const Segment& segment, ProbeState& state) {
  constexpr std::uint64_t kComponentBytes = 3;
  if (segment.length < kFrameFrontBytes) return {Status::kMalformed, segment.start};
  const std::uint8_t* const front = segment.front;
  ImageFacts& facts = state.facts;
  facts.bit_depth = front[0];
  facts.height = load<std::uint16_t>(front + 1, Endian::kBig);
  facts.width = load<std::uint16_t>(front + 3, Endian::kBig);
  const unsigned components = front[5];
  if (segment.length < kFrameFrontBytes + components * kComponentBytes || components == 0) {
    return {Status::kMalformed, segment.start + 5};
  }
  if (facts.width == 0 || facts.height == 0) return {Status::kMalformed, segment.start + 1};

  const auto component_id = [&](std::uint64_t index) {
    return reader.u8(segment.start + kFrameFrontBytes + index * kComponentBytes);
  };
  const bool named_rgb = components == 3 && component_id(0) == 'R' && component_id(1) == 'G' && component_id(2) == 'B';
  const unsigned process = segment.marker & 0x03U;  // 0 baseline, 1 extended, 2 progressive, 3 lossless
  facts.progressive = process == 2 && segment.marker != kDhp;
  facts.color_model = color_model(components, state, named_rgb);
  state.sized = reader.ok();
  return {};
}

/// Finds the next marker at or behind `position`, skipping fill bytes and, as libjpeg does, garbage between segments.
std::uint8_t next_marker(FileReader& reader, std::uint64_t& position, Failure& failure) {
  const std::uint64_t from = position;
  while (reader.ok()) {
    // Fill bytes count as well: a longer run of them than the limit would need more windows than there are.
    if (position - from > limits::kMaxJpegGarbageBytes) {
      failure = {Status::kMalformed, from};
      return 0;
    }
    const bool prefix = reader.u8(position) == 0xff;
    ++position;
    if (!prefix || !reader.ok()) continue;
    const std::uint8_t marker = reader.u8(position);
    if (marker == 0xff) continue;
    ++position;
    if (marker != 0) return marker;
  }
  return 0;
}

/// What is to be done at a marker.
enum class Usual : std::uint8_t {
  /// Tables, comments, the applications' own: nothing that is asked for here.
  kSkip,
  kRead,
  /// The end of the header, and whatever is odd.
  kAsk,
};

constexpr std::array<Usual, 256> kUsual = [] {
  std::array<Usual, 256> usual{};
  usual.fill(Usual::kAsk);
  for (const std::uint8_t marker : {kDht, kDac, kDqt, kDri, kCom}) usual[marker] = Usual::kSkip;
  for (std::size_t marker = kApp0; marker <= kApp15; ++marker) usual[marker] = Usual::kSkip;
  for (const std::uint8_t marker : {kApp0, kApp1, kApp2, kApp13, kApp14}) usual[marker] = Usual::kRead;
  for (std::size_t marker = kSof0; marker <= kDhp; ++marker) {
    if (begins_a_frame(static_cast<std::uint8_t>(marker))) usual[marker] = Usual::kRead;
  }
  return usual;
}();

/// Finds the next segment that says something, as long as one stands behind the other in the window at hand, and
/// moves `position` to it. A short cut: false where the long way round has to be taken.
bool next_at_hand(const FileReader& reader, std::uint64_t& position, Segment& segment) {
  constexpr std::size_t kHeaderBytes = 4;
  const std::span<const std::uint8_t> bytes = reader.at_hand(position);
  std::size_t at = 0;
  bool found = false;
  while (at + kHeaderBytes + kFrontBytes <= bytes.size() && bytes[at] == 0xff) {
    const std::uint8_t marker = bytes[at + 1];
    const Usual usual = kUsual[marker];
    const auto length = load<std::uint16_t>(&bytes[at + 2], Endian::kBig);
    if (usual == Usual::kAsk || length < 2) break;
    if (usual == Usual::kRead) {
      segment = {marker, position + at + kHeaderBytes, length - 2U, &bytes[at + kHeaderBytes]};
      found = true;
      break;
    }
    at += 2U + length;
  }
  position += at;
  return found;
}

/// The long way round: over garbage and markers that stand alone, and through all windows. False at the end of the
/// header, and where a read failed or `failure` is one.
bool next_segment(FileReader& reader, std::uint64_t& position, Segment& segment, Failure& failure) {
  constexpr std::uint64_t kMarkerBytes = 2;
  constexpr std::uint64_t kLengthBytes = 2;
  std::uint64_t at = position;
  std::uint8_t marker = 0;
  do {
    marker = next_marker(reader, at, failure);
    if (!reader.ok() || failure.status != Status::kOk) return false;
    position = at - kMarkerBytes;  // what stands in front of it is not looked at again
    if (marker == kSos || marker == kEoi) return false;
  } while (stands_alone(marker));

  const std::uint16_t length = reader.u16(at, Endian::kBig);
  if (!reader.ok()) return false;
  // A length counts itself. Of what it only has to pass over, libjpeg takes 0 and 1 for "empty".
  if (length < kLengthBytes && !may_be_skipped(marker)) {
    failure = {Status::kMalformed, at};
    return false;
  }
  segment = {marker, at + kLengthBytes, length < kLengthBytes ? 0U : length - kLengthBytes, nullptr};
  if (kUsual[marker] != Usual::kRead) return true;
  const std::uint64_t looked_at = begins_a_frame(marker) ? kFrameFrontBytes : kFrontBytes;
  segment.front = reader.view(segment.start, static_cast<std::size_t>(std::min(segment.length, looked_at)));
  return segment.front != nullptr;
}

}  // namespace

Match recognise_jpeg(FileReader& reader, Word<Format>& format) {
  // No other format begins with SOI, and decoders look for the next marker behind whatever follows it.
  const Match match = match_literal(reader, 0, "\xff\xd8");
  if (match == Match::kYes) format = Format::kJpeg;
  return match;
}

Failure probe_jpeg(FileReader& reader, ProbeState& state) {
  constexpr std::uint64_t kSoiBytes = 2;
  if (state.position == 0) state.position = kSoiBytes;
  for (;;) {
    Segment segment;
    Failure failure{Status::kOk, 0};
    if (!next_at_hand(reader, state.position, segment) && !next_segment(reader, state.position, segment, failure)) {
      if (!reader.ok() || failure.status != Status::kOk || state.sized) return failure;
      return {Status::kMalformed, state.position};
    }
    // In a file that is not hierarchical a second frame header is a fault that decoders meet with the first one's size.
    if (segment.front != nullptr && begins_a_frame(segment.marker) && !state.sized) {
      failure = read_frame_header(reader, segment, state);
    } else if (segment.front != nullptr) {
      read_application_segment(reader, segment, state);
    }
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    state.position = segment.start + segment.length;
  }
}

}  // namespace gvw::probing
