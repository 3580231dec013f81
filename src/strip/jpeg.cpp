#include <algorithm>
#include <cstring>

#include "base/jpeg_markers.h"
#include "base/limits.h"
#include "strip/containers.h"
#include "strip/orientation.h"

// ITU-T T.81 Annex B (syntax, markers), JFIF 1.02 (APP0), EXIF 2.32 4.7 (APP1), CIPA DC-007 (MPF), ICC.1 Annex B.4,
// Adobe TN 5116 (APP14), ISO/IEC 19566-5 (JUMBF in APP11).
namespace gvw::stripping {
namespace {

using namespace jpeg;

constexpr std::string_view kExif("Exif\0\0", 6);
constexpr std::string_view kExifStart("Exif\0", 5);
constexpr std::string_view kXmpStart = "http://ns.adobe.com/x";  // xap/1.0/ and xmp/extension/
constexpr std::string_view kIcc("ICC_PROFILE\0", 12);
constexpr std::string_view kMpf("MPF\0", 4);
constexpr std::string_view kJfif("JFIF\0", 5);
constexpr std::string_view kJfxx("JFXX\0", 5);
constexpr std::string_view kAdobe = "Adobe";

constexpr std::uint64_t kSoiBytes = 2;
/// The payload's length without a thumbnail: identifier, version, units, two densities, two thumbnail sides.
constexpr std::uint64_t kJfifBytes = 14;
/// Identifier, version, two flag words, colour transform.
constexpr std::uint64_t kAdobeBytes = 12;

struct Segment {
  std::uint8_t marker = 0;
  /// Of the fill bytes in front of the marker, if there are any (T.81 B.1.1.2); they say nothing and may stay.
  std::uint64_t start = 0;
  std::uint64_t payload = 0;
  std::uint64_t length = 0;

  [[nodiscard]] std::uint64_t end() const { return payload + length; }
};

bool is_restart(std::uint8_t marker) { return marker >= kRst0 && marker <= kRst7; }

class JpegStrip {
 public:
  JpegStrip(FileReader& reader, Rewrite& out, const StripOptions& options)
      : reader_(reader), out_(out), orientation_(options.keep_orientation) {}

  Failure run();

 private:
  bool begins_with(const Segment& segment, std::string_view literal) {
    return segment.length >= literal.size() && reader_.matches(segment.payload, literal);
  }
  Failure next_segment(Segment& segment);
  Failure pass(const Segment& segment);
  void keep(const Segment& segment);
  void keep_start_of(const Segment& segment, std::uint64_t length);
  void keep_jfif(const Segment& segment);
  void put_orientation();
  RemovedKind kind_of(const Segment& segment);
  void drop(const Segment& segment);
  Failure finish();

  FileReader& reader_;
  Rewrite& out_;
  /// Still to be written when above 1.
  unsigned orientation_;
  std::uint64_t at_ = 0;
  bool jfif_ = false;
  bool short_jfif_ = false;
  bool frame_ = false;
  bool scan_ = false;
  bool multi_picture_ = false;
};

/// Finds the next marker and reads its length. What stands in front of it and is no marker is skipped, as libjpeg does.
Failure JpegStrip::next_segment(Segment& segment) {
  const std::uint64_t from = at_;
  for (std::uint64_t at = from; reader_.ok(); ++at) {
    if (at - from > limits::kMaxJpegGarbageBytes) return {Status::kMalformed, from};
    if (reader_.u8(at) != 0xff) continue;
    segment.start = at;
    while (reader_.ok() && reader_.u8(at + 1) == 0xff) ++at;
    segment.marker = reader_.u8(at + 1);
    if (segment.marker == 0) {
      ++at;
      continue;
    }
    if (segment.start != from) out_.removed(RemovedKind::kOther);
    at_ = segment.payload = at + 2;
    break;
  }
  segment.length = 0;
  const std::uint8_t marker = segment.marker;
  if (!reader_.ok() || marker == kTem || is_restart(marker) || marker == kSoi || marker == kEoi) return {};
  constexpr std::uint64_t kLengthBytes = 2;
  const std::uint64_t length = reader_.u16(at_, Endian::kBig);
  const bool skipped = (marker >= kApp0 && marker <= kApp15) || marker == kCom;
  // Less than its own two bytes is no length; libjpeg takes a segment it would skip for an empty one.
  if (reader_.ok() && length < kLengthBytes && !skipped) return {Status::kMalformed, at_};
  segment.payload = at_ + kLengthBytes;
  segment.length = std::max(length, kLengthBytes) - kLengthBytes;
  at_ = segment.end();
  // Asks for the segment's last byte: a file that ends inside is truncated.
  static_cast<void>(reader_.view(segment.payload, static_cast<std::size_t>(segment.length)));
  return {};
}

/// Directly behind SOI or, where there is one, the JFIF segment, which wants that place for itself (JFIF 1.02, page 5).
void JpegStrip::put_orientation() {
  if (orientation_ <= 1) return;
  const OrientationTiff tiff = orientation_tiff(orientation_);
  constexpr std::uint8_t kLength = 2 + kExif.size() + sizeof(tiff);
  constexpr std::uint8_t kHeader[] = {0xff, kApp1, 0, kLength, 'E', 'x', 'i', 'f', 0, 0};
  std::uint8_t segment[sizeof(kHeader) + sizeof(tiff)];
  std::memcpy(segment, kHeader, sizeof(kHeader));
  std::memcpy(segment + sizeof(kHeader), tiff.data(), tiff.size());
  out_.put(segment);
  orientation_ = 1;
}

void JpegStrip::keep(const Segment& segment) {
  put_orientation();
  out_.keep(segment.start, segment.end() - segment.start);
}

/// The segment with the first `length` bytes of its payload, which has more: in what follows anything may stand.
void JpegStrip::keep_start_of(const Segment& segment, std::uint64_t length) {
  const auto total = static_cast<std::uint8_t>(2 + length);
  const std::uint8_t header[] = {0xff, segment.marker, 0, total};
  out_.put(header);
  out_.keep(segment.payload, length);
}

void JpegStrip::keep_jfif(const Segment& segment) {
  constexpr std::uint64_t kThumbnailSides = 2;
  if (segment.length < kJfifBytes) {
    // JFIF for stb_image, where it decides about the colours, not for libjpeg: of each reader's kind one stays.
    short_jfif_ = true;
    keep(segment);
    return;
  }
  jfif_ = true;
  const bool bare = segment.length == kJfifBytes && reader_.u16(segment.end() - kThumbnailSides, Endian::kBig) == 0;
  if (bare) {
    out_.keep(segment.start, segment.end() - segment.start);
  } else {
    constexpr std::uint8_t kHeader[] = {0xff, kApp0, 0, 2 + kJfifBytes};
    constexpr std::uint8_t kNoThumbnail[kThumbnailSides] = {};
    out_.put(kHeader);
    out_.keep(segment.payload, kJfifBytes - kThumbnailSides);
    out_.put(kNoThumbnail);
    out_.removed(RemovedKind::kThumbnail);
  }
  put_orientation();
}

RemovedKind JpegStrip::kind_of(const Segment& segment) {
  switch (segment.marker) {
    case kApp0:
      return begins_with(segment, kJfxx) ? RemovedKind::kThumbnail : RemovedKind::kOther;
    case kApp1:
      if (begins_with(segment, kExifStart)) return RemovedKind::kExif;
      return begins_with(segment, kXmpStart) ? RemovedKind::kXmp : RemovedKind::kOther;
    case kApp2:
      return begins_with(segment, kMpf) ? RemovedKind::kSecondImages : RemovedKind::kOther;
    case kApp11:
      return RemovedKind::kC2pa;
    case kApp13:
      return RemovedKind::kIptc;
    case kCom:
      return RemovedKind::kComment;
    default:
      return RemovedKind::kOther;
  }
}

void JpegStrip::drop(const Segment& segment) {
  const RemovedKind kind = kind_of(segment);
  if (kind == RemovedKind::kSecondImages) multi_picture_ = true;
  if (kind == RemovedKind::kExif && segment.length == kExif.size() + OrientationTiff{}.size()) {
    const std::uint8_t* tiff = reader_.view(segment.payload + kExif.size(), OrientationTiff{}.size());
    // Our own block, which is written again at its place: not worth a word.
    if (tiff != nullptr && is_orientation_tiff({tiff, OrientationTiff{}.size()})) return;
  }
  out_.removed(kind);
}

/// Decides about one segment. Of the application segments those stay without which pixels look different.
Failure JpegStrip::pass(const Segment& segment) {
  const std::uint8_t marker = segment.marker;
  if (marker == kTem || is_restart(marker)) {
    out_.removed(RemovedKind::kOther);  // meaningless outside a scan
    return {};
  }
  if (marker >= kApp0 && marker <= kApp15) {
    if (marker == kApp0 && begins_with(segment, kJfif) && !(segment.length < kJfifBytes ? short_jfif_ : jfif_)) {
      keep_jfif(segment);
    } else if (marker == kApp2 && begins_with(segment, kIcc)) {
      keep(segment);
    } else if (marker == kApp14 && segment.length == kAdobeBytes && begins_with(segment, kAdobe)) {
      keep(segment);
    } else if (marker == kApp14 && segment.length > kAdobeBytes && begins_with(segment, kAdobe)) {
      put_orientation();
      keep_start_of(segment, kAdobeBytes);
      out_.removed(RemovedKind::kOther);
    } else {
      drop(segment);
    }
    return {};
  }
  if (marker == kCom) {
    drop(segment);
    return {};
  }
  // Tables, frame and scan headers, DNL, DRI, DHP, EXP. Nothing else has a known structure: a decoder refuses it too.
  if (marker < kSof0 || marker == kJpg || marker == kSoi) return {Status::kMalformed, segment.start};
  if (marker > kExp) return {Status::kUnsupported, segment.start};
  if (is_frame_header(marker)) frame_ = true;
  keep(segment);
  return {};
}

/// The first marker behind the entropy-coded data at `at` (T.81 B.1.1.5): an FF that neither a zero nor a restart
/// marker follows. A file without one is truncated.
std::uint64_t end_of_scan(FileReader& reader, std::uint64_t at) {
  while (reader.ok() && at < reader.file_size()) {
    const auto length = static_cast<std::size_t>(reader.file_size() - at);
    const std::uint8_t* bytes = reader.view(at, length);
    if (bytes == nullptr) break;
    const void* found = std::memchr(bytes, 0xff, length);
    if (found == nullptr) break;
    at += static_cast<std::uint64_t>(static_cast<const std::uint8_t*>(found) - bytes);
    std::uint64_t behind = at + 1;
    while (reader.ok() && reader.u8(behind) == 0xff) ++behind;
    const std::uint8_t marker = reader.u8(behind);
    if (!reader.ok() || (marker != 0 && !is_restart(marker))) return at;
    at = behind + 1;
  }
  static_cast<void>(reader.view(reader.file_size(), 1));
  return at;
}

Failure JpegStrip::finish() {
  if (!frame_ || !scan_) return {Status::kMalformed, at_};
  if (at_ < reader_.file_size()) {
    out_.removed(RemovedKind::kTrailer);
    if (multi_picture_) out_.removed(RemovedKind::kSecondImages);
  }
  return {};
}

Failure JpegStrip::run() {
  if (reader_.u16(0, Endian::kBig) != (0xff00U | kSoi)) return {Status::kMalformed, 0};
  out_.keep(0, kSoiBytes);
  at_ = kSoiBytes;
  for (;;) {
    Segment segment;
    Failure failure = next_segment(segment);
    if (!reader_.ok() || failure.status != Status::kOk) return failure;
    if (segment.marker == kEoi) {
      keep(segment);
      return finish();
    }
    failure = pass(segment);
    if (!reader_.ok() || failure.status != Status::kOk) return failure;
    if (segment.marker == kSos) {
      const std::uint64_t end = end_of_scan(reader_, at_);
      if (!reader_.ok()) return {};
      out_.keep(at_, end - at_);
      at_ = end;
      scan_ = true;
    }
  }
}

}  // namespace

Failure strip_jpeg(FileReader& reader, Rewrite& out, const StripOptions& options) {
  return JpegStrip(reader, out, options).run();
}

}  // namespace gvw::stripping
