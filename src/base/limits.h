#pragma once

#include <cstddef>
#include <cstdint>

/// Every cap of the core, each with its unit in its name.
namespace gvw::limits {

/// Bytes of one probe window. A header of nearly every picture fits into one.
inline constexpr std::size_t kWindowBytes = 4096;
/// Windows one probe call may look at together: a 64 KiB JPEG segment in 4 KiB pieces, and as many again.
inline constexpr std::size_t kWindowSlots = 32;

/// Windows one probe may ask for: 8 MiB of headers, which only a file made to have them has.
inline constexpr std::uint32_t kMaxProbeWindows = 2048;

/// Bytes that are not a marker which a JPEG may have between two segments; libjpeg skips them, so do we, to a limit.
inline constexpr std::uint64_t kMaxJpegGarbageBytes = 65536;
/// Entries of one TIFF directory that are looked at.
inline constexpr std::uint32_t kMaxTiffDirectoryEntries = 1024;
/// Directories (pages) of one TIFF that are counted.
inline constexpr std::uint32_t kMaxTiffDirectories = 65536;
/// Bytes an SVG may have in front of its root element, and in that element's start tag.
inline constexpr std::uint64_t kMaxSvgPrologBytes = 65536;
inline constexpr std::uint64_t kMaxSvgTagBytes = 65536;
/// Digits of an SVG number that are read; the rest is beyond any picture's precision.
inline constexpr int kMaxSvgDigits = 16;
/// Frames and chunks of one animated WebP, blocks of one GIF: a bound for a file that is all at hand.
inline constexpr std::uint32_t kMaxFrames = 1'000'000;

/// Brands of one ISOBMFF file type box.
inline constexpr std::uint32_t kMaxBrands = 64;
/// Properties of one HEIF item that are looked at; the ones in use have fewer than 12.
inline constexpr std::size_t kMaxItemProperties = 16;
/// Items a HEIF picture is derived from, one after the other, itself included.
inline constexpr std::size_t kMaxDerivations = 4;
/// Auxiliary pictures of one HEIF picture that may be its alpha.
inline constexpr std::size_t kMaxAuxiliaries = 16;
/// Thumbnails and auxiliary pictures of a HEIF file that are told apart from its pictures one by one.
inline constexpr std::size_t kMaxDependentItems = 48;
/// Pieces of one metadata item.
inline constexpr std::size_t kMaxExtents = 8;
/// A HEIF `meta` box up to this size is kept at hand while it is read; a larger one is read box by box, from the start
/// of each again. A quarter of what kWindowSlots hold, for windows overlap.
inline constexpr std::uint64_t kMaxKeptMetaBytes = 32768;
/// Tracks of an image sequence that are looked at.
inline constexpr std::uint32_t kMaxTracks = 32;

/// PNG chunk and image sides must stay below 2^31 (PNG specification, third edition, 5.3 and 11.2.1).
inline constexpr std::uint32_t kMaxPngNumber = 0x7fffffff;

/// JSON nesting of a request; the service itself refuses deeper ones.
inline constexpr int kMaxJsonDepth = 100;
/// Bytes of request JSON without its payloads.
inline constexpr std::size_t kMaxJsonBytes = std::size_t{32} << 20U;
/// Payload bytes that are encoded in one go: a multiple of 3, so that only the last piece is padded.
inline constexpr std::size_t kBase64WindowBytes = std::size_t{48} << 10U;

/// Frames or tokens that a duration may come to: more than any file has, and few enough that sums of them do not
/// overflow.
inline constexpr double kMaxCountedUnits = 1e15;

/// Scans of a progressive JPEG that are decoded: each goes over the whole picture, however few bytes it has. Encoders
/// write about ten.
inline constexpr int kMaxJpegScans = 100;

/// Pixels a decode may allocate for, unless the caller says otherwise.
inline constexpr std::uint64_t kDefaultMaxPixels = 100'000'000;
/// A side longer than this overflows what stb_image computes with.
inline constexpr int kMaxImageSide = 1 << 24;

}  // namespace gvw::limits
