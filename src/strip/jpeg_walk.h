#pragma once

#include <cstdint>

#include "base/file_reader.h"
#include "base/result.h"

/// Private to the strip.
namespace gvw::stripping {

struct Segment {
  std::uint8_t marker = 0;
  /// Of the fill bytes in front of the marker, if there are any (T.81 B.1.1.2); they say nothing and may stay.
  std::uint64_t start = 0;
  std::uint64_t payload = 0;
  std::uint64_t length = 0;
  /// Of the entropy-coded data behind a scan's header.
  std::uint64_t coded = 0;
  /// Bytes that are no marker stand in front, which decoders skip.
  bool behind_garbage = false;

  [[nodiscard]] std::uint64_t end() const { return payload + length + coded; }
};

/// Goes through one JPEG, marker by marker (ITU-T T.81 Annex B), from its SOI to its EOI.
class JpegWalk {
 public:
  JpegWalk(FileReader& reader, std::uint64_t start) : reader_(reader), start_(start), at_(start) {}

  /// Goes past SOI. Failures: malformed.
  Failure begin();
  /// The next one, which is EOI, an application segment, a comment, one of T.81's tables and headers, or meaningless
  /// (TEM, RST). Failures: malformed and unsupported, for what a decoder refuses too; truncated is found in the reader.
  Failure next(Segment& segment);
  /// Where the last one ended.
  [[nodiscard]] std::uint64_t at() const { return at_; }
  /// There were a frame and a scan.
  [[nodiscard]] bool has_picture() const { return frame_ && scan_; }

 private:
  Failure read_length(Segment& segment);

  FileReader& reader_;
  std::uint64_t start_;
  std::uint64_t at_;
  bool frame_ = false;
  bool scan_ = false;
};

/// A marker that stands by itself, between segments without meaning.
bool is_bare(std::uint8_t marker);

}  // namespace gvw::stripping
