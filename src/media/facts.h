#pragma once

#include <cstdint>

#include "base/result.h"

namespace gvw {

/// What a film, a sound or a document says of itself. 0 (false, kUnknown): it does not say.
struct MediaFacts {
  Format format = Format::kMp4;
  /// As stored: pixels, or points of the first page. Pixels are not stretched where they are said not to be square:
  /// recorded bills follow the stored ratio.
  double width = 0;
  double height = 0;
  /// What turns a stored frame upright, in EXIF's numbering.
  std::uint8_t orientation = 1;
  double upright_width = 0;
  double upright_height = 0;
  std::uint32_t frames = 0;
  double duration_seconds = 0;
  double frame_rate = 0;
  Codec video_codec = Codec::kUnknown;
  bool has_audio = false;
  Codec audio_codec = Codec::kUnknown;
  std::uint32_t channels = 0;
  std::uint32_t sample_rate = 0;
  std::uint32_t pages = 0;
  bool encrypted = false;
  /// The file ends before what was read does.
  bool truncated = false;
  /// A limit ended the reading: a later part of the file may say more.
  bool partial = false;
  /// The document's table of objects is damaged, and was made anew by looking at all of the file.
  bool repaired = false;
  /// For the parsers: what is known by now is an answer, should the file end or a limit be reached.
  bool settled = false;
};

struct PageSize {
  /// Points (1/72 inch), as seen: after the page's rotation and its unit.
  double width = 0;
  double height = 0;
};

}  // namespace gvw
