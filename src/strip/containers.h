#pragma once

#include <array>

#include "base/file_reader.h"
#include "strip/rewrite.h"

/// Private to the strip: one row and one file a container.
namespace gvw::stripping {

struct Container {
  Format format;
  /// Writes what stays. The reader has the whole file as one window. Returns ok or the container's own verdict; failed
  /// reads are found in the reader, a failed allocation in the rewrite.
  Failure (*run)(FileReader& reader, Rewrite& out, const StripOptions& options);
};

Failure strip_jpeg(FileReader& reader, Rewrite& out, const StripOptions& options);
Failure strip_png(FileReader& reader, Rewrite& out, const StripOptions& options);
Failure strip_webp(FileReader& reader, Rewrite& out, const StripOptions& options);
/// AVIF too: the same boxes around other pixels.
Failure strip_heif(FileReader& reader, Rewrite& out, const StripOptions& options);

inline constexpr std::array<Container, 6> kContainers{{
    {Format::kJpeg, strip_jpeg},
    {Format::kPng, strip_png},
    {Format::kWebp, strip_webp},
    {Format::kHeic, strip_heif},
    {Format::kHeif, strip_heif},
    {Format::kAvif, strip_heif},
}};

}  // namespace gvw::stripping
