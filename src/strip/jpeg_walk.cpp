#include "strip/jpeg_walk.h"

#include <algorithm>
#include <cstring>

#include "base/jpeg_markers.h"
#include "base/limits.h"

namespace gvw::stripping {
namespace {

using namespace jpeg;

bool is_restart(std::uint8_t marker) { return marker >= kRst0 && marker <= kRst7; }

bool is_skipped(std::uint8_t marker) { return (marker >= kApp0 && marker <= kApp15) || marker == kCom; }

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

}  // namespace

bool is_bare(std::uint8_t marker) { return marker == kTem || is_restart(marker); }

Failure JpegWalk::begin() {
  constexpr std::uint64_t kSoiBytes = 2;
  if (reader_.u16(start_, Endian::kBig) != (0xff00U | kSoi)) return {Status::kMalformed, start_};
  at_ = start_ + kSoiBytes;
  return {};
}

/// Behind the marker at `at_`.
Failure JpegWalk::read_length(Segment& segment) {
  constexpr std::uint64_t kLengthBytes = 2;
  const std::uint64_t length = reader_.u16(at_, Endian::kBig);
  // Less than its own two bytes is no length; libjpeg takes a segment it would skip for an empty one.
  if (reader_.ok() && length < kLengthBytes && !is_skipped(segment.marker)) return {Status::kMalformed, at_};
  segment.payload = at_ + kLengthBytes;
  segment.length = std::max(length, kLengthBytes) - kLengthBytes;
  at_ = segment.end();
  // Asks for the segment's last byte: a file that ends inside is truncated.
  static_cast<void>(reader_.view(segment.payload, static_cast<std::size_t>(segment.length)));
  return {};
}

/// Finds the next marker. What stands in front of it and is no marker is skipped, as libjpeg does.
Failure JpegWalk::next(Segment& segment) {
  segment = {};
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
    segment.behind_garbage = segment.start != from;
    at_ = segment.payload = at + 2;
    break;
  }
  const std::uint8_t marker = segment.marker;
  if (!reader_.ok() || is_bare(marker) || marker == kEoi) return {};
  if (marker != kSoi) {
    const Failure failure = read_length(segment);
    if (!reader_.ok() || failure.status != Status::kOk) return failure;
  }
  if (is_skipped(marker)) return {};
  // Tables, frame and scan headers, DNL, DRI, DHP, EXP. Nothing else has a known structure: a decoder refuses it too.
  if (marker < kSof0 || marker == kJpg || marker == kSoi) return {Status::kMalformed, segment.start};
  if (marker > kExp) return {Status::kUnsupported, segment.start};
  if (is_frame_header(marker)) frame_ = true;
  if (marker != kSos) return {};
  segment.coded = end_of_scan(reader_, at_) - at_;
  at_ = segment.end();
  scan_ = true;
  return {};
}

}  // namespace gvw::stripping
