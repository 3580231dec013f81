#include "strip/gain_map.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "base/jpeg_markers.h"
#include "base/limits.h"
#include "strip/hdrgm.h"

// ISO 21496-1 Annex C (metadata, JPEG), CIPA DC-007 5 (MPF), Google's "Ultra HDR image format" 1.1 (XMP container).
namespace gvw::stripping {
namespace {

constexpr std::string_view kIso("urn:iso:std:iso:ts:21496:-1\0", 28);
constexpr std::string_view kXmp("http://ns.adobe.com/xap/1.0/\0", 29);
constexpr std::string_view kMpf("MPF\0", 4);
constexpr std::size_t kIsoVersionBytes = 4;
/// Marker and length.
constexpr std::size_t kSegmentHeaderBytes = 4;
/// Ten digits hold every length that MPF can name.
constexpr std::size_t kLengthDigits = 10;

/// The XMP of a picture with a gain map, before and behind the map's length.
constexpr std::string_view kDirectoryHead =
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
    "<rdf:Description rdf:about=\"\" xmlns:hdrgm=\"http://ns.adobe.com/hdr-gain-map/1.0/\" "
    "xmlns:Container=\"http://ns.google.com/photos/1.0/container/\" "
    "xmlns:Item=\"http://ns.google.com/photos/1.0/container/item/\" hdrgm:Version=\"1.0\">"
    "<Container:Directory><rdf:Seq>"
    "<rdf:li rdf:parseType=\"Resource\"><Container:Item Item:Semantic=\"Primary\" Item:Mime=\"image/jpeg\"/></rdf:li>"
    "<rdf:li rdf:parseType=\"Resource\"><Container:Item Item:Semantic=\"GainMap\" Item:Mime=\"image/jpeg\" "
    "Item:Length=\"";
constexpr std::string_view kDirectoryTail =
    "/></rdf:li></rdf:Seq></Container:Directory></rdf:Description></rdf:RDF></x:xmpmeta>";

void append_number(Buffer& out, std::uint64_t value, unsigned bytes) {
  while (bytes-- > 0) out.append(static_cast<char>(value >> (8 * bytes) & 0xffU));
}

void append_segment_header(Buffer& out, std::uint8_t marker, std::size_t payload) {
  append_number(out, 0xff, 1);
  append_number(out, marker, 1);
  append_number(out, payload + 2, 2);
}

// ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// The pictures behind the first that a file's MPF lists.
struct Listed {
  std::array<std::uint64_t, limits::kMaxMultiPictures> starts{};
  std::size_t count = 0;
  std::uint32_t pictures = 0;
};

/// A TIFF structure at `start` with one directory, whose list of pictures counts from there.
void read_mpf(std::span<const std::uint8_t> tiff, std::uint64_t start, Listed& listed) {
  constexpr std::uint16_t kEntriesTag = 0xb002;
  constexpr std::uint64_t kTagBytes = 12;
  constexpr std::uint64_t kEntryBytes = 16;
  const Window whole{0, tiff};
  FileReader reader(tiff.size(), {&whole, 1});
  const Endian endian = reader.u8(0) == 'M' ? Endian::kBig : Endian::kLittle;
  const std::uint64_t directory = reader.u32(4, endian);
  const std::uint32_t tags = reader.u16(directory, endian);
  for (std::uint32_t i = 0; i < tags && reader.ok(); ++i) {
    const std::uint64_t at = directory + 2 + i * kTagBytes;
    if (reader.u16(at, endian) != kEntriesTag) continue;
    const std::uint64_t pictures = reader.u32(at + 4, endian) / kEntryBytes;
    const std::uint64_t entries = reader.u32(at + 8, endian);
    for (std::uint64_t k = 0; k < pictures && listed.count < listed.starts.size(); ++k) {
      const std::uint64_t offset = reader.u32(entries + k * kEntryBytes + 8, endian);
      if (!reader.ok()) return;
      listed.pictures = static_cast<std::uint32_t>(pictures);
      // The first picture, which is the file's own, has none.
      if (offset != 0) listed.starts[listed.count++] = start + offset;
    }
    return;
  }
}

bool begins_with(FileReader& reader, const Segment& segment, std::string_view identifier) {
  return segment.length >= identifier.size() && reader.matches(segment.payload, identifier);
}

/// Empty for a segment of another kind.
std::span<const std::uint8_t> payload_behind(FileReader& reader, const Segment& segment, std::string_view identifier) {
  if (!begins_with(reader, segment, identifier)) return {};
  const auto length = static_cast<std::size_t>(segment.length) - identifier.size();
  const std::uint8_t* bytes = reader.view(segment.payload + identifier.size(), length);
  return {bytes, bytes == nullptr ? 0 : length};
}

void append_iso(std::span<const std::uint8_t> metadata, GainMap& map) {
  const std::size_t length = map.has_iso ? 0 : iso_metadata_bytes(metadata);
  if (length == 0) return;
  map.has_iso = true;
  map.iso_versions = load<std::uint32_t>(metadata.data(), Endian::kBig);
  append_segment_header(map.header, jpeg::kApp2, kIso.size() + length);
  map.header.append(kIso);
  map.header.append(metadata.first(length));
}

void append_xmp(std::span<const std::uint8_t> packet, GainMap& map) {
  if (map.has_xmp || packet.empty()) return;
  Buffer written;
  map.has_xmp = write_hdrgm({reinterpret_cast<const char*>(packet.data()), packet.size()}, written) && written.ok();
  if (!map.has_xmp) return;
  append_segment_header(map.header, jpeg::kApp1, kXmp.size() + written.size());
  map.header.append(kXmp);
  map.header.append(written.span());
}

/// Goes through the JPEG at `start`, calling `visit(segment)` for its application segments. Where it ends; 0 when it is
/// damaged.
template <class Visit>
std::uint64_t walk_jpeg(FileReader& reader, std::uint64_t start, Visit visit) {
  JpegWalk walk(reader, start);
  Failure failure = walk.begin();
  for (Segment segment; reader.ok() && failure.status == Status::kOk && segment.marker != jpeg::kEoi;) {
    failure = walk.next(segment);
    if (segment.marker >= jpeg::kApp0 && segment.marker <= jpeg::kApp15 && reader.ok()) visit(segment);
  }
  return reader.ok() && failure.status == Status::kOk && walk.has_picture() ? walk.at() : 0;
}

GainMap read_gain_map(std::span<const std::uint8_t> file, std::uint64_t start) {
  const Window whole{0, file};
  FileReader reader(file.size(), {&whole, 1});
  GainMap map;
  const std::uint64_t end = walk_jpeg(reader, start, [&](const Segment& segment) {
    if (segment.marker == jpeg::kApp2) append_iso(payload_behind(reader, segment, kIso), map);
    if (segment.marker == jpeg::kApp1) append_xmp(payload_behind(reader, segment, kXmp), map);
  });
  if (end != 0 && (map.has_iso || map.has_xmp)) map.start = start;
  return map;
}

}  // namespace

std::size_t iso_metadata_bytes(std::span<const std::uint8_t> bytes) {
  constexpr unsigned kThreeChannels = 0x80;
  constexpr unsigned kCommonDenominator = 0x08;
  // Two versions, flags, the headrooms; a channel has five numbers.
  constexpr std::size_t kFixedBytes = kIsoVersionBytes + 1;
  constexpr std::size_t kNumberBytes = 4;
  if (bytes.size() < kFixedBytes || load<std::uint16_t>(bytes.data(), Endian::kBig) != 0) return 0;
  const unsigned flags = bytes[kIsoVersionBytes];
  const std::size_t channels = (flags & kThreeChannels) != 0 ? 3 : 1;
  const std::size_t numbers = 2 + 5 * channels;
  const std::size_t written = (flags & kCommonDenominator) != 0 ? 1 + numbers : 2 * numbers;
  const std::size_t length = kFixedBytes + written * kNumberBytes;
  return bytes.size() < length ? 0 : length;
}

GainMap find_gain_map(FileReader& reader) {
  const auto size = static_cast<std::size_t>(reader.file_size());
  // No bytes may be at no address, which the reader takes for a window that is missing.
  const std::uint8_t* bytes = size == 0 ? nullptr : reader.view(0, size);
  if (bytes == nullptr) return {};
  const std::span<const std::uint8_t> file(bytes, size);
  const Window whole{0, file};
  FileReader own(file.size(), {&whole, 1});
  Listed listed;
  const std::uint64_t end = walk_jpeg(own, 0, [&](const Segment& segment) {
    if (segment.marker != jpeg::kApp2 || listed.pictures != 0) return;
    const auto tiff = payload_behind(own, segment, kMpf);
    read_mpf(tiff, segment.payload + kMpf.size(), listed);
  });
  if (end == 0) return {};
  const auto at = [&](std::uint64_t start) {
    GainMap map = start < end ? GainMap{} : read_gain_map(file, start);
    map.pictures = listed.pictures;
    return map;
  };
  for (std::size_t i = 0; i < listed.count; ++i) {
    GainMap map = at(listed.starts[i]);
    if (map.found()) return map;
  }
  // An editor that has changed the picture's length and not MPF.
  return at(end);
}

// ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

void append_mpf(Buffer& out, const GainMapPlaces& places) {
  constexpr std::uint8_t kDirectory[] = {
      'M',  'M', 0, 42, 0, 0, 0, 8,                       // big-endian, directory at 8
      0,    3,                                            // three entries:
      0xb0, 0,   0, 7,  0, 0, 0, 4,  '0', '1', '0', '0',  // the version,
      0xb0, 1,   0, 4,  0, 0, 0, 1,  0,   0,   0,   2,    // two pictures,
      0xb0, 2,   0, 7,  0, 0, 0, 32, 0,   0,   0,   50,   // and their list
      0,    0,   0, 0,                                    // the last directory
  };
  constexpr std::uint32_t kPrimary = 0x030000;
  constexpr std::size_t kListBytes = 32;
  append_segment_header(out, jpeg::kApp2, kMpf.size() + sizeof(kDirectory) + kListBytes);
  out.append(kMpf);
  const std::uint64_t counted_from = places.header + kSegmentHeaderBytes + kMpf.size();
  out.append(kDirectory, sizeof(kDirectory));
  append_number(out, kPrimary, 4);
  append_number(out, places.gain_map, 4);
  append_number(out, 0, 8);
  append_number(out, 0, 4);
  append_number(out, places.end - places.gain_map, 4);
  append_number(out, places.gain_map - counted_from, 4);
  append_number(out, 0, 4);
}

/// The digits, the closing quote, and spaces up to the length that is always taken.
void append_length(Buffer& out, std::uint64_t length) {
  char digits[kLengthDigits];
  std::size_t first = kLengthDigits;
  do {
    digits[--first] = static_cast<char>('0' + length % 10);
    length /= 10;
  } while (length != 0 && first != 0);
  out.append(digits + first, kLengthDigits - first);
  out.append('"');
  while (first-- > 0) out.append(' ');
}

}  // namespace

Buffer picture_header(const GainMap& map, const GainMapPlaces& places) {
  Buffer out;
  append_mpf(out, places);
  if (map.has_iso) {
    append_segment_header(out, jpeg::kApp2, kIso.size() + kIsoVersionBytes);
    out.append(kIso);
    append_number(out, map.iso_versions, kIsoVersionBytes);
  }
  if (map.has_xmp) {
    constexpr std::size_t kPacket = kDirectoryHead.size() + kLengthDigits + 1 + kDirectoryTail.size();
    append_segment_header(out, jpeg::kApp1, kXmp.size() + kPacket);
    out.append(kXmp);
    out.append(kDirectoryHead);
    append_length(out, places.end - places.gain_map);
    out.append(kDirectoryTail);
  }
  return out;
}

bool is_rewritten(FileReader& reader, const Segment& segment, std::span<const std::uint8_t> header) {
  if (header.empty()) return false;
  if (segment.marker == jpeg::kApp2) return begins_with(reader, segment, kMpf) || begins_with(reader, segment, kIso);
  if (segment.marker != jpeg::kApp1) return false;
  const auto bytes = payload_behind(reader, segment, kXmp);
  const std::string_view packet(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::string_view written(reinterpret_cast<const char*>(header.data()), header.size());
  return !packet.empty() && (written.find(packet) != std::string_view::npos || packet.starts_with(kDirectoryHead));
}

}  // namespace gvw::stripping
