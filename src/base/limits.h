#pragma once

#include <cstddef>
#include <cstdint>

/// Every cap of the core, each with its unit in its name.
namespace gvw::limits {

/// Bytes of one probe window. A header of nearly every picture fits into one.
inline constexpr std::size_t kWindowBytes = 4096;
/// Windows one probe call may look at together: a 64 KiB JPEG segment in 4 KiB pieces, and as many again.
inline constexpr std::size_t kWindowSlots = 32;

/// Bytes that are not a marker which a JPEG may have between two segments; libjpeg skips them, so do we, to a limit.
inline constexpr std::uint64_t kMaxJpegGarbageBytes = 65536;
/// Entries of one TIFF directory that are looked at.
inline constexpr std::uint32_t kMaxTiffDirectoryEntries = 1024;
/// PNG chunk and image sides must stay below 2^31 (PNG specification, third edition, 5.3 and 11.2.1).
inline constexpr std::uint32_t kMaxPngNumber = 0x7fffffff;

/// JSON nesting of a request; the service itself refuses deeper ones.
inline constexpr int kMaxJsonDepth = 100;
/// Bytes of request JSON without its payloads.
inline constexpr std::size_t kMaxJsonBytes = std::size_t{32} << 20U;
/// Payload bytes that are encoded in one go: a multiple of 3, so that only the last piece is padded.
inline constexpr std::size_t kBase64WindowBytes = std::size_t{48} << 10U;

/// Pixels a decode may allocate for, unless the caller says otherwise.
inline constexpr std::uint64_t kDefaultMaxPixels = 100'000'000;
/// Items of a HEIF file, and tiles of a grid in it: ten times what cameras write.
inline constexpr std::uint32_t kMaxHeifItems = 10'000;
inline constexpr std::uint64_t kMaxHeifTiles = 4096;
/// A side longer than this overflows what stb_image computes with.
inline constexpr int kMaxImageSide = 1 << 24;

}  // namespace gvw::limits
