#pragma once

#include "base/file_reader.h"
#include "media/ebml.h"
#include "media/facts.h"

/// Private to the probe of Matroska.
namespace gvw::media::matroska {

/// In a second.
inline constexpr double kNanoseconds = 1e9;

/// Reads a TrackEntry. The first video track that has a size, and the first audio track, are told to `facts`;
/// `has_video` is set with the former. Failed reads are found in the reader.
void read_track(FileReader& reader, const ebml::Element& entry, bool& has_video, MediaFacts& facts);

}  // namespace gvw::media::matroska
