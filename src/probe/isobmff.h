#pragma once

#include <cstdint>

#include "base/file_reader.h"
#include "base/four_cc.h"

/// Boxes of the ISO base media file format (ISO/IEC 14496-12), which HEIF, AVIF, MP4 and MOV are made of.
namespace gvw::isobmff {

struct Box {
  std::uint32_t type = 0;
  std::uint64_t start = 0;
  /// Behind the size, the type and, where there is one, the extended type.
  std::uint64_t body = 0;
  /// Behind its last byte; greater than `body` or equal, so a walk from box to box always gets on.
  std::uint64_t end = 0;
};

/// Reads the header of the box at `at` (14496-12, 4.2.2).
///
/// `parent_end` is the end of the box around it; for a box of the file itself, kTopLevel: such a box may be longer than
/// the file is, which only reading it will show. A size of 0 means "to the end". Returns malformed for a size that is
/// less than its own header or more than the parent has; the reader shows a missing window or the end of the file.
/// Nothing may begin at `parent_end` or behind: the caller's loop ends there.
Failure read_box(FileReader& reader, std::uint64_t at, std::uint64_t parent_end, Box& box);

inline constexpr std::uint64_t kTopLevel = ~std::uint64_t{0};

/// Version and flags of a FullBox (4.2.2).
struct FullBox {
  std::uint8_t version = 0;
  std::uint32_t flags = 0;
  /// Behind them.
  std::uint64_t body = 0;
};

/// Reads them at the beginning of the box's body. Malformed when the box has no room for them.
Failure read_full_box(FileReader& reader, const Box& box, FullBox& full);

}  // namespace gvw::isobmff
