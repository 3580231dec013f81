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

/// A file that is decoded.
struct Input {
  GvwJpegGuard guard;
  jpeg_decompress_struct cinfo;
  Source source;
  jpeg_progress_mgr progress;
};

/// Outside the step that an error jumps out of; jpeg_destroy_decompress() is right from here on.
void open(Input& input, std::span<const std::uint8_t> file);

/// The decompressor itself, inside that step.
void create(Input& input);

bool is_too_large(const jpeg_decompress_struct& cinfo, std::uint64_t max_pixels);

/// The largest of 8, 4, 2 and 1 by which the sides can be divided and still not be below the wanted ones.
unsigned scale_denominator(std::uint64_t width, std::uint64_t height, std::uint64_t least_width,
                           std::uint64_t least_height);

/// After the last row: the file ended before the picture did.
bool is_truncated(const Input& input);

/// The profile, if it is of RGB; empty otherwise.
Buffer read_icc(jpeg_decompress_struct& cinfo);

/// Grows `buffer` as it is written. Without memory the library gives up with JERR_OUT_OF_MEMORY.
struct Target {
  jpeg_destination_mgr manager;  // the first member
  Buffer* buffer;
};

void set_target(j_compress_ptr cinfo, Target& target, Buffer& buffer, std::size_t expected_bytes);

/// Why the library gave up.
Status status_of(const GvwJpegGuard& guard, bool source_ended);

/// The same for a decoder that gave up: a header that says enough decides, whatever is wrong behind it.
Status failure_of(const Input& input, std::uint64_t max_pixels);

/// Scans a decoder takes at most; see limits::kMaxJpegScans.
void limit_scans(j_decompress_ptr cinfo, jpeg_progress_mgr& progress);

}  // namespace gvw::jpeg
