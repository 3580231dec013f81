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
/// Pictures behind the first that a JPEG lists (MPF) and that are looked at.
inline constexpr std::size_t kMaxMultiPictures = 16;
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

/// Boxes of one HEIF file outside all others, and in one box that is looked into.
inline constexpr std::size_t kMaxHeifBoxes = 65536;
/// Items of one HEIF file whose metadata is removed, the pieces of all of them, and the references between them: a
/// picture of 100 megapixels has 400 tiles.
inline constexpr std::size_t kMaxHeifItems = 16384;
inline constexpr std::size_t kMaxHeifExtents = 65536;
inline constexpr std::size_t kMaxHeifReferences = 65536;
/// Items of one HEIF file that are made from each other in a row: an overlay of a copy of a grid with alpha is four.
inline constexpr std::size_t kMaxHeifDerivations = 8;

/// PNG chunk and image sides must stay below 2^31 (PNG specification, third edition, 5.3 and 11.2.1).
inline constexpr std::uint32_t kMaxPngNumber = 0x7fffffff;

/// Bytes of one window of a film or a sound, and of a document, whose objects lie about.
inline constexpr std::size_t kMediaWindowBytes = 4096;
inline constexpr std::size_t kPdfWindowBytes = std::size_t{8} << 10U;
/// Windows and bytes one media probe may read; a file that has not told by then is too large or known in part.
inline constexpr std::size_t kMaxMediaWindows = 4096;
inline constexpr std::size_t kMaxMediaBytes = std::size_t{8} << 20U;
inline constexpr std::size_t kMaxPdfBytes = std::size_t{48} << 20U;
/// Boxes, chunks, elements, pages or frames one walk through a film or sound goes past.
inline constexpr std::uint32_t kMaxMediaSteps = 100'000;
/// Boxes of a film's header one inside the other; the deepest that is read is the fifth.
inline constexpr std::size_t kMaxBoxDepth = 8;
/// Bytes at a file's end in which its last time stamp is looked for.
inline constexpr std::size_t kMaxTailBytes = std::size_t{64} << 10U;
/// Bytes a PDF's scan for lost objects reads at a time.
inline constexpr std::size_t kPdfScanBytes = std::size_t{256} << 10U;
/// Bytes at a PDF's end in which `startxref` is looked for.
inline constexpr std::uint64_t kMaxPdfTailBytes = 4096;
/// Objects of a PDF: an entry of 16 bytes is kept for each.
inline constexpr std::uint32_t kMaxPdfObjects = 1U << 20U;
/// Cross-reference sections of one PDF: a saved change adds one.
inline constexpr std::size_t kMaxPdfSections = 2048;
/// Nodes of a page tree, and the levels of it.
inline constexpr std::size_t kMaxPdfNodes = 400'000;
inline constexpr std::uint32_t kMaxPdfDepth = 256;
/// References one value is behind.
inline constexpr int kMaxPdfReferences = 8;
/// Bytes of one stream, as stored and as inflated; and of all that are inflated for one probe.
inline constexpr std::size_t kMaxPdfStreamBytes = std::size_t{8} << 20U;
inline constexpr std::size_t kMaxPdfInflatedBytes = std::size_t{16} << 20U;
inline constexpr std::size_t kMaxPdfInflatedTotalBytes = std::size_t{128} << 20U;
/// Inflated object streams that are kept at hand.
inline constexpr std::size_t kPdfStreamSlots = 8;
/// Bytes the PDF lexer goes over altogether: a few seconds for a file made to keep it busy.
inline constexpr std::uint64_t kMaxPdfLexedBytes = std::uint64_t{256} << 20U;
/// Where a PDF's header may stand at the latest.
inline constexpr std::uint64_t kMaxPdfHeaderOffset = 1024;

/// Bytes of an answer that geometry is looked for in, how deep it may be nested, and how much may be found.
inline constexpr std::size_t kMaxAnswerBytes = std::size_t{64} << 20U;
inline constexpr std::size_t kMaxAnswerDepth = 32;
inline constexpr std::size_t kMaxDetections = 65536;
inline constexpr std::size_t kMaxCornerNumbers = 1U << 20U;

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
/// Tiles of a HEIF grid that is decoded, or pictures altogether that one is made of: ten times what cameras write.
inline constexpr std::uint64_t kMaxHeifTiles = 4096;
/// A side longer than this overflows what stb_image computes with.
inline constexpr int kMaxImageSide = 1 << 24;

}  // namespace gvw::limits
