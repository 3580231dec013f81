#pragma once

#include <cstdint>
#include <span>

#include "base/file_reader.h"

namespace gvw {

/// What a file's own header says of a picture. Sizes in pixels, as stored.
struct ImageFacts {
  Format format = Format::kJpeg;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  /// EXIF's numbering, 1 to 8: what a viewer applies.
  std::uint8_t orientation = 1;
  std::uint32_t frames = 1;
  bool has_alpha = false;
  /// Bits a sample.
  std::uint8_t bit_depth = 8;
  ColorModel color_model = ColorModel::kUnknown;
  bool progressive = false;
  bool exif = false;
  bool xmp = false;
  bool icc = false;
  bool iptc = false;
  /// Coordinates are there, not merely an empty GPS directory.
  bool gps = false;
  /// The file ends before its header or its first data chunk does; what was there is in the other members.
  bool truncated = false;
};

/// Everything a probe has found so far. A plain value: the caller keeps it between two calls, the core keeps nothing.
struct ProbeState {
  ImageFacts facts;
  /// Where the parser goes on; everything before it is in `facts`.
  std::uint64_t position = 0;
  bool recognised = false;
  bool sized = false;
  bool jfif = false;
  std::int8_t adobe_transform = -1;
};

struct ProbeStep {
  /// ok: `state.facts` is the answer. need: bring `need_length` bytes at `at`, keep the state, call again.
  /// truncated, malformed, unsupported: at byte `at`.
  Status status = Status::kOk;
  std::uint64_t at = 0;
  std::size_t need_length = 0;
};

/// Reads as far as the windows reach. Of the windows brought for earlier calls only those behind `state.position` are
/// looked at again.
///
/// Content alone decides the format; the first bytes are matched against the signature of each format.
ProbeStep probe(ProbeState& state, std::uint64_t file_size, std::span<const Window> windows);

/// True for the four orientations that swap width and height (EXIF 2.32, tag 0x0112).
constexpr bool orientation_transposes(unsigned orientation) { return orientation >= 5 && orientation <= 8; }

}  // namespace gvw
