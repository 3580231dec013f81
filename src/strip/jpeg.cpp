#include <cstring>

#include "base/jpeg_markers.h"
#include "strip/containers.h"
#include "strip/gain_map.h"
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

/// The payload's length without a thumbnail: identifier, version, units, two densities, two thumbnail sides.
constexpr std::uint64_t kJfifBytes = 14;
/// Identifier, version, two flag words, colour transform.
constexpr std::uint64_t kAdobeBytes = 12;

/// One picture of the file.
struct Picture {
  std::uint64_t start = 0;
  unsigned orientation = 1;
  /// Segments that lead to its gain map or describe it as one, to be put where the orientation is.
  std::span<const std::uint8_t> header;
};

class JpegStrip {
 public:
  JpegStrip(FileReader& reader, Rewrite& out, const Picture& picture)
      : reader_(reader), out_(out), picture_(picture), walk_(reader, picture.start) {}

  Failure run();
  /// Where the header was put.
  [[nodiscard]] std::uint64_t header_at() const { return header_at_; }
  /// Where the picture ends in the source.
  [[nodiscard]] std::uint64_t end() const { return walk_.at(); }
  /// MPF spoke of further pictures.
  [[nodiscard]] bool multi_picture() const { return multi_picture_; }

 private:
  bool begins_with(const Segment& segment, std::string_view literal) {
    return segment.length >= literal.size() && reader_.matches(segment.payload, literal);
  }
  void pass(const Segment& segment);
  void keep(const Segment& segment);
  void keep_start_of(const Segment& segment, std::uint64_t length);
  void keep_jfif(const Segment& segment);
  void put_front();
  void put_orientation();
  RemovedKind kind_of(const Segment& segment);
  void drop(const Segment& segment);

  FileReader& reader_;
  Rewrite& out_;
  Picture picture_;
  JpegWalk walk_;
  std::uint64_t header_at_ = 0;
  bool front_ = false;
  bool jfif_ = false;
  bool short_jfif_ = false;
  bool multi_picture_ = false;
};

/// Directly behind SOI or, where there is one, the JFIF segment, which wants that place for itself (JFIF 1.02, page 5).
void JpegStrip::put_front() {
  if (front_) return;
  front_ = true;
  put_orientation();
  header_at_ = out_.size();
  out_.put(picture_.header);
}

void JpegStrip::put_orientation() {
  if (picture_.orientation <= 1) return;
  const OrientationTiff tiff = orientation_tiff(picture_.orientation);
  constexpr std::uint8_t kLength = 2 + kExif.size() + sizeof(tiff);
  constexpr std::uint8_t kHeader[] = {0xff, kApp1, 0, kLength, 'E', 'x', 'i', 'f', 0, 0};
  std::uint8_t segment[sizeof(kHeader) + sizeof(tiff)];
  std::memcpy(segment, kHeader, sizeof(kHeader));
  std::memcpy(segment + sizeof(kHeader), tiff.data(), tiff.size());
  out_.put(segment);
}

void JpegStrip::keep(const Segment& segment) {
  put_front();
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
  put_front();
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
  if (is_rewritten(reader_, segment, picture_.header)) return;
  out_.removed(kind);
}

/// Decides about one segment. Of the application segments those stay without which pixels look different.
void JpegStrip::pass(const Segment& segment) {
  const std::uint8_t marker = segment.marker;
  if (is_bare(marker)) {
    out_.removed(RemovedKind::kOther);  // meaningless outside a scan
  } else if (marker == kApp0 && begins_with(segment, kJfif) && !(segment.length < kJfifBytes ? short_jfif_ : jfif_)) {
    keep_jfif(segment);
  } else if (marker == kApp2 && begins_with(segment, kIcc)) {
    keep(segment);
  } else if (marker == kApp14 && segment.length == kAdobeBytes && begins_with(segment, kAdobe)) {
    keep(segment);
  } else if (marker == kApp14 && segment.length > kAdobeBytes && begins_with(segment, kAdobe)) {
    put_front();
    keep_start_of(segment, kAdobeBytes);
    out_.removed(RemovedKind::kOther);
  } else if ((marker >= kApp0 && marker <= kApp15) || marker == kCom) {
    drop(segment);
  } else {
    keep(segment);
  }
}

Failure JpegStrip::run() {
  Failure failure = walk_.begin();
  if (failure.status != Status::kOk) return failure;
  out_.keep(picture_.start, walk_.at() - picture_.start);
  // A gain map's description is the first thing in it, so that it can be taken as one piece.
  if (picture_.start != 0) put_front();
  for (Segment segment; segment.marker != kEoi;) {
    failure = walk_.next(segment);
    if (!reader_.ok() || failure.status != Status::kOk) return failure;
    if (segment.behind_garbage) out_.removed(RemovedKind::kOther);
    pass(segment);
  }
  return walk_.has_picture() ? Failure{} : Failure{Status::kMalformed, walk_.at()};
}

/// The picture and its gain map, one behind the other.
Failure strip_with_gain_map(FileReader& reader, Rewrite& out, const StripOptions& options, const GainMap& map) {
  GainMapPlaces places;
  const Buffer placeholder = picture_header(map, places);
  if (!placeholder.ok() || !map.header.ok()) return {Status::kOutOfMemory, 0};
  JpegStrip picture(reader, out, {0, options.keep_orientation, placeholder.span()});
  Failure failure = picture.run();
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  places.header = picture.header_at();
  places.gain_map = out.size();
  JpegStrip second(reader, out, {map.start, 1, map.header.span()});
  failure = second.run();
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  places.end = out.size();
  const Buffer header = picture_header(map, places);
  if (!header.ok()) return {Status::kOutOfMemory, 0};
  out.overwrite(places.header, header.span());
  out.kept_gain_map({true, places.gain_map, map.header.size()});
  const bool more = picture.end() < map.start || second.end() < reader.file_size();
  if (more) out.removed(RemovedKind::kTrailer);
  if (more && map.pictures > 2) out.removed(RemovedKind::kSecondImages);
  return {};
}

}  // namespace

Failure strip_jpeg(FileReader& reader, Rewrite& out, const StripOptions& options) {
  if (options.keep_gain_map) {
    const GainMap map = find_gain_map(reader);
    if (map.found()) return strip_with_gain_map(reader, out, options, map);
  }
  JpegStrip picture(reader, out, {0, options.keep_orientation, {}});
  const Failure failure = picture.run();
  if (!reader.ok() || failure.status != Status::kOk || picture.end() >= reader.file_size()) return failure;
  out.removed(RemovedKind::kTrailer);
  if (picture.multi_picture()) out.removed(RemovedKind::kSecondImages);
  return {};
}

}  // namespace gvw::stripping
