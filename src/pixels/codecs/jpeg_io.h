#pragma once

#include <cstdint>
#include <span>

#include "base/buffer.h"
#include "base/result.h"

extern "C" {
#include "jpeg_guard.h"
}

/// libjpeg-turbo's sources and targets, in memory.
namespace gvw::jpeg {

/// A whole file. Where it ends early the library is given an end-of-image marker, as its own file source does, and
/// `ended` remembers that.
struct Source {
  jpeg_source_mgr manager;  // the first member: the library only knows this part
  bool ended;
};

void set_source(j_decompress_ptr cinfo, Source& source, std::span<const std::uint8_t> file);

/// Grows `buffer` as it is written. Without memory the library gives up with JERR_OUT_OF_MEMORY.
struct Target {
  jpeg_destination_mgr manager;  // the first member
  Buffer* buffer;
};

void set_target(j_compress_ptr cinfo, Target& target, Buffer& buffer, std::size_t expected_bytes);

/// Why the library gave up.
Status status_of(const GvwJpegGuard& guard, bool source_ended);

/// Scans a decoder takes at most; see limits::kMaxJpegScans.
void limit_scans(j_decompress_ptr cinfo, jpeg_progress_mgr& progress);

}  // namespace gvw::jpeg
