#pragma once

#include <cstdint>
#include <span>

#include "base/buffer.h"
#include "base/file_reader.h"
#include "strip/jpeg_walk.h"

/// Private to the strip: the gain map of an HDR picture, by which a bright screen shows more than the picture itself
/// has. What it needs to be applied is written anew, of numbers alone.
namespace gvw::stripping {

/// Length of the gain map metadata of ISO 21496-1 (C.2.2) that `bytes` begin with; 0 when they are none, or of a
/// version that is not known here. In a file that no longer belongs to it there is room behind.
std::size_t iso_metadata_bytes(std::span<const std::uint8_t> bytes);

/// The gain map of a JPEG (Ultra HDR): a second JPEG in the same file.
struct GainMap {
  /// Where it begins; 0 when there is none.
  std::uint64_t start = 0;
  /// Pictures that the file's MPF lists.
  std::uint32_t pictures = 0;
  /// ISO 21496-1: the two versions, which the picture repeats.
  std::uint32_t iso_versions = 0;
  bool has_iso = false;
  /// Adobe's hdrgm.
  bool has_xmp = false;
  /// Its own segments, to stand behind its SOI.
  Buffer header;

  [[nodiscard]] bool found() const { return start != 0; }
};

/// Finds the gain map behind the picture of a JPEG: one that MPF lists, or one that follows directly. It is sound from
/// SOI to EOI, and says how it is applied. `map.header` may be without memory.
GainMap find_gain_map(FileReader& reader);

/// The places that a picture's own segments name.
struct GainMapPlaces {
  /// Of the header itself.
  std::uint64_t header = 0;
  std::uint64_t gain_map = 0;
  std::uint64_t end = 0;
};

/// The segments of the picture that lead to its gain map: MPF, and what of ISO 21496-1 and XMP belongs to it. Of the
/// same length whatever the places are.
Buffer picture_header(const GainMap& map, const GainMapPlaces& places);

/// Of a picture with a gain map, or the gain map itself: whether a segment of it is written again, so that its going is
/// not worth a word.
bool is_rewritten(FileReader& reader, const Segment& segment, std::span<const std::uint8_t> header);

}  // namespace gvw::stripping
