#pragma once

#include <cstdint>

#include "base/file_reader.h"
#include "probe/pieces.h"
#include "probe/tiff_directory.h"

namespace gvw {

struct ExifFacts {
  /// 1 to 8; 1 when the tag is missing or its value is not one of these.
  std::uint8_t orientation = 1;
  bool gps = false;
};

/// Reads orientation and the presence of coordinates from a TIFF structure of `length` bytes at `start`. "Exif\0\0" in
/// front of it, which only JPEG asks for but some writers put everywhere, is passed over.
///
/// Offsets that leave the structure end the reading of what they point to, never the probe: damaged EXIF is common in
/// sound pictures. Only a window that is not at hand yet, or a file that ends early, shows in the reader.
/// Source: TIFF 6.0 section 2; EXIF 2.32 sections 4.6.4 A (orientation) and 4.6.6 (GPS).
ExifFacts read_exif(FileReader& reader, std::uint64_t start, std::uint64_t length);

/// The same from pieces of a file, behind their first `skip` bytes.
ExifFacts read_exif(const Pieces& pieces, std::uint64_t skip);

/// True when the GPS directory at `directory` holds a latitude and a longitude.
bool has_coordinates(const tiff::Tiff& tiff, std::uint64_t directory);

}  // namespace gvw
