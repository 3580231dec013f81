#pragma once

#include <array>
#include <string_view>

#include "probe/probe.h"

/// Private to the probe: one row and one file a format.
namespace gvw::probing {

struct FormatProbe {
  Format format;
  /// The file's first bytes.
  std::string_view signature;
  /// Fills `state.facts`. Returns ok or the format's own verdict; failed reads are found in the reader.
  Failure (*run)(FileReader& reader, ProbeState& state);
};

Failure probe_jpeg(FileReader& reader, ProbeState& state);
Failure probe_png(FileReader& reader, ProbeState& state);

inline constexpr std::array<FormatProbe, 2> kFormatProbes{{
    {Format::kJpeg, "\xff\xd8\xff", probe_jpeg},
    {Format::kPng, "\x89PNG\r\n\x1a\n", probe_png},
}};

}  // namespace gvw::probing
