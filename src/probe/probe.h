#pragma once

#include <cstdint>
#include <span>
#include <type_traits>

#include "base/file_reader.h"
#include "base/word.h"
#include "probe/heif_state.h"

namespace gvw {

/// What a file's own header says of a picture. Sizes in pixels. The members are the vocabulary's `probeFields`, in
/// their order, a word each.
struct ImageFacts {
  Word<Format> format = Format::kJpeg;
  /// As stored; what an animation or an icon on a canvas calls its canvas.
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  /// EXIF's numbering, 1 to 8: what a viewer applies.
  Word<std::uint8_t> orientation = 1;
  /// As seen: after the orientation and, in HEIF, after the crop (`clap`) its properties ask for.
  std::uint32_t upright_width = 0;
  std::uint32_t upright_height = 0;
  /// Pictures of an animation, pages of a TIFF; in HEIF the pictures it offers, thumbnails and hidden ones not counted.
  std::uint32_t frames = 1;
  Word<bool> has_alpha = false;
  /// Bits a sample.
  Word<std::uint8_t> bit_depth = 8;
  Word<ColorModel> color_model = ColorModel::kUnknown;
  Word<bool> progressive = false;
  Word<bool> exif = false;
  Word<bool> xmp = false;
  Word<bool> icc = false;
  Word<bool> iptc = false;
  /// Coordinates are there, not merely an empty GPS directory.
  Word<bool> gps = false;
  /// The file ends before its header or its first data chunk does; what was there is in the other members.
  Word<bool> truncated = false;
  /// A limit ended the reading once the size was known: there may be more frames and more metadata.
  Word<bool> partial = false;
};

namespace probing {

/// How far a TIFF's chain of directories has been followed.
struct TiffState {
  /// The directory to count next or, in the stage that has counted its entries, where the offset of the one after it
  /// stands.
  std::uint64_t cursor = 0;
  /// The directory the ring check remembers, and after how many it remembers another.
  std::uint64_t remembered = 0;
  std::uint32_t until_next = 0;
  Endian endian = Endian::kBig;
  bool big = false;
};

}  // namespace probing

/// Everything a probe has found so far. A plain value: the caller keeps it between two calls, the core keeps nothing.
struct ProbeState {
  ImageFacts facts;
  /// Where the parser goes on; everything before it is in `facts`.
  std::uint64_t position = 0;
  /// Calls that asked for more.
  std::uint32_t windows_asked = 0;
  /// The format's row, once the file is recognised.
  std::uint8_t row = 0;
  bool recognised = false;
  bool sized = false;
  /// JPEG: a JFIF segment was seen.
  bool jfif = false;
  /// JPEG: the colour transform the Adobe segment names; -1 without one.
  std::int8_t adobe_transform = -1;
  /// GIF, TIFF, WebP: what the parser is at, in its own count. HEIF: 1 when `heif` has begun to live.
  std::uint8_t stage = 0;
  /// WebP: where the RIFF chunk ends.
  std::uint64_t end = 0;
  probing::TiffState tiff;
  /// Begins with the HEIF parser: clearing it would cost a probe of any other format as much as its own work.
  union {
    probing::HeifState heif;
  };

  ProbeState() {}  // NOLINT(modernize-use-equals-default): deleted, were it defaulted
};

static_assert(std::is_trivially_copyable_v<ProbeState>, "it crosses the border as bytes");
static_assert(sizeof(ProbeState) < 2048, "it is copied whenever a probe has to wait");

struct ProbeStep {
  /// ok: `state.facts` is the answer. need: bring `need_length` bytes at `at`, keep the state, call again.
  /// truncated, malformed, unsupported, too_large: at byte `at`.
  Status status = Status::kOk;
  std::uint64_t at = 0;
  std::size_t need_length = 0;
};

/// Reads as far as the windows reach. Of the windows brought for earlier calls only those that reach behind
/// `state.position` are looked at again: at most limits::kWindowSlots, the newest included.
///
/// Content alone decides the format; the first bytes are matched against the signature of each format.
/// A probe asks for at most limits::kMaxProbeWindows windows: beyond that it is too_large, or, if the size is known by
/// then, done with `facts.partial`.
ProbeStep probe(ProbeState& state, std::uint64_t file_size, std::span<const Window> windows);

/// True for the four orientations that swap width and height (EXIF 2.32, tag 0x0112).
constexpr bool orientation_transposes(unsigned orientation) { return orientation >= 5 && orientation <= 8; }

}  // namespace gvw
