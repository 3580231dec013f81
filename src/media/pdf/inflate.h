#pragma once

#include <cstdint>
#include <span>

#include "base/buffer.h"
#include "base/result.h"

namespace gvw::pdf {

/// Inflates zlib data (RFC 1950, RFC 1951) until its end, the end of `input` or `most` bytes.
///
/// An inflater of our own, since others either grow without a limit (stb_image's) or are several times the size of all
/// else here. ok: `output` is whole. truncated: the input ends first; malformed; too_large: more than `most` bytes;
/// out_of_memory. What came before the trouble is in `output` in every case. Checksums are not looked at: a reader that
/// insisted on them would read fewer files than the others do.
Status inflate(std::span<const std::uint8_t> input, std::size_t most, Buffer& output);

}  // namespace gvw::pdf
