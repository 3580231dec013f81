#pragma once

#include <array>
#include <string_view>

#include "probe/probe.h"

/// Private to the probe: one row and one file a format.
namespace gvw::probing {

enum class Match : std::uint8_t {
  kNo,
  kYes,
  /// The file ends, but as far as it goes it could be one.
  kCut,
};

struct FormatProbe {
  /// Looks at the first bytes; on kYes it has set `format`. Reads only through the reader, whose failure decides.
  Match (*recognise)(FileReader& reader, Word<Format>& format);
  /// Fills `state.facts`. Returns ok or the format's own verdict; failed reads are found in the reader.
  Failure (*run)(FileReader& reader, ProbeState& state);
};

/// The same of a file that ends inside the literal.
Match match_cut_literal(FileReader& reader, std::uint64_t offset, std::string_view literal);

/// Does `literal` stand at `offset`? Here, so that the comparison is one with a constant.
inline Match match_literal(FileReader& reader, std::uint64_t offset, std::string_view literal) {
  const std::uint64_t size = reader.file_size();
  if (offset > size || literal.size() > size - offset) return match_cut_literal(reader, offset, literal);
  return reader.matches(offset, literal) ? Match::kYes : Match::kNo;
}

Match recognise_jpeg(FileReader& reader, Word<Format>& format);
Match recognise_png(FileReader& reader, Word<Format>& format);
Match recognise_webp(FileReader& reader, Word<Format>& format);
Match recognise_heif(FileReader& reader, Word<Format>& format);
Match recognise_gif(FileReader& reader, Word<Format>& format);
Match recognise_bmp(FileReader& reader, Word<Format>& format);
Match recognise_tiff(FileReader& reader, Word<Format>& format);
Match recognise_svg(FileReader& reader, Word<Format>& format);
/// Documents, films and sound by their first bytes alone: the core knows them, media.wasm reads them. Of a family of
/// formats (ISOBMFF, Matroska, ASF, Ogg) a frequent member is named; only reading the file tells which it is.
Match recognise_media(FileReader& reader, Word<Format>& format);

Failure probe_jpeg(FileReader& reader, ProbeState& state);
Failure probe_png(FileReader& reader, ProbeState& state);
Failure probe_webp(FileReader& reader, ProbeState& state);
Failure probe_heif(FileReader& reader, ProbeState& state);
Failure probe_gif(FileReader& reader, ProbeState& state);
Failure probe_bmp(FileReader& reader, ProbeState& state);
Failure probe_tiff(FileReader& reader, ProbeState& state);
Failure probe_svg(FileReader& reader, ProbeState& state);
/// Nothing to do: what is no picture is recognised here, and read by media.wasm.
Failure probe_media(FileReader& reader, ProbeState& state);

/// In the order they are tried: the frequent ones first, then the one that has to read text to know, and last what is
/// no picture, because some signatures there are as short as one byte that has to be repeated.
inline constexpr std::array<FormatProbe, 9> kFormatProbes{{
    {recognise_jpeg, probe_jpeg},
    {recognise_png, probe_png},
    {recognise_webp, probe_webp},
    {recognise_heif, probe_heif},
    {recognise_gif, probe_gif},
    {recognise_tiff, probe_tiff},
    {recognise_bmp, probe_bmp},
    {recognise_svg, probe_svg},
    {recognise_media, probe_media},
}};

}  // namespace gvw::probing
