#pragma once

#include <cstdint>
#include <span>

#include "base/buffer.h"
#include "base/result.h"

/// Takes out of a picture's file what says more than the picture: who made it, where, when and with what. Pixels are
/// not touched, nothing is encoded again, and what changes how pixels look (colour profiles, gamma, transparency,
/// animation, orientation if asked for) stays.
namespace gvw {

struct StripOptions {
  /// EXIF's numbering, 1 to 8. Above 1, an EXIF block with this orientation and nothing else takes the place of what
  /// is removed, and is added where there was none (a simple WebP becomes an extended one), so that a viewer shows the
  /// picture upright. HEIF and AVIF turn by properties of the image (irot, imir), which stay in any case: there it says
  /// nothing.
  unsigned keep_orientation = 1;
  /// Of a JPEG or a HEIF file: the gain map stays, and of its description the numbers without which it cannot be
  /// applied. Says nothing where there is none.
  bool keep_gain_map = false;
};

/// A gain map that is in the stripped file.
struct KeptGainMap {
  bool there = false;
  /// Of a JPEG: where it begins, and the length of the segments behind its SOI that describe it.
  std::uint64_t at = 0;
  std::uint64_t header_bytes = 0;
};

struct Stripped {
  /// False when there was nothing to remove: the file is to be used as it is, and `bytes` is empty.
  bool changed = false;
  /// The whole new file.
  Buffer bytes;
  /// What was removed: bit `1 << RemovedKind`. Never 0 when changed: kOther where bytes were but added or moved.
  std::uint32_t removed = 0;
  /// Only when it was to be kept.
  KeptGainMap gain_map;
};

/// Removes metadata from a JPEG, PNG, WebP, HEIC, HEIF or AVIF file.
///
/// `format` is what probe() found. Bytes that decoders skip without complaint are metadata too and go: unknown segments
/// and chunks, garbage between segments, everything behind the end of the picture. The result of a strip is left
/// unchanged by another one with the same options.
///
/// Needs memory for one copy of the file, and linear time. Fails with truncated (the file ends before its picture
/// does), malformed, unsupported (another format, or a part that cannot be looked into: then nothing is known to be
/// safe), too_large (a count above its limit), out_of_memory, bad_argument (an orientation out of range); `at` is the
/// byte offset.
///
/// What it does not look into: entropy-coded data, ICC profiles, and bytes a decoder would have to run to tell from
/// pixels (behind the end of the deflate stream in the last IDAT, behind the last MCU of a scan).
Result<Stripped> strip(std::span<const std::uint8_t> file, Format format, const StripOptions& options);

}  // namespace gvw
