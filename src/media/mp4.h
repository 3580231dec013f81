#pragma once

#include <array>
#include <cstdint>

#include "base/file_reader.h"
#include "base/limits.h"
#include "media/facts.h"
#include "probe/isobmff.h"

/// Private to the MP4 probe: what is collected of a movie (ISO/IEC 14496-12) before it becomes facts.
namespace gvw::media {

struct Mp4Track {
  std::uint32_t id = 0;
  std::uint32_t handler = 0;
  std::uint32_t timescale = 0;
  /// In `timescale`; 0: not told.
  std::uint64_t duration = 0;
  /// Of the edit list, in the movie's time scale.
  std::uint64_t edited = 0;
  /// Of the track's header, in the movie's time scale.
  std::uint64_t presented = 0;
  std::uint32_t samples = 0;
  Codec codec = Codec::kUnknown;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t channels = 0;
  std::uint32_t sample_rate = 0;
  /// The four that turn and mirror: x' = a·x + c·y, y' = b·x + d·y. Only their signs matter here.
  std::array<std::int32_t, 4> matrix{1, 0, 0, 1};
  /// Of fragments: a sample's usual duration, and where the fragments have got to, in `timescale`.
  std::uint32_t default_duration = 0;
  std::uint64_t fragments_begin = ~std::uint64_t{0};
  std::uint64_t fragments_end = 0;
  std::uint32_t fragment_samples = 0;
};

struct Mp4Movie {
  std::uint32_t timescale = 0;
  std::uint64_t duration = 0;
  std::array<std::int32_t, 4> matrix{1, 0, 0, 1};
  std::array<Mp4Track, limits::kMaxTracks> tracks;
  std::size_t track_count = 0;
  bool found = false;
  bool fragmented = false;
  /// mehd: of the movie with all its fragments, in `timescale`.
  std::uint64_t fragments_duration = 0;
  /// Seconds from the first to the last of what the segment indexes speak of, and where in the file that ends.
  double indexed_begin = 0;
  double indexed_end = 0;
  std::uint64_t indexed_bytes_end = 0;
};

/// Collects `moov`.
Failure read_movie(FileReader& reader, const isobmff::Box& moov, Mp4Movie& movie);
/// Collects one `moof` (8.8.4): where its samples end in time.
Failure read_fragment(FileReader& reader, const isobmff::Box& moof, Mp4Movie& movie);
/// Collects one `sidx` (8.16.3).
Failure read_segment_index(FileReader& reader, const isobmff::Box& sidx, Mp4Movie& movie);
/// Of the first sample entry (8.5.2): codec, and size or sound.
Failure read_sample_entry(FileReader& reader, const isobmff::Box& stsd, Mp4Track& track);

/// Calls `visit(box)` for each box from `at` to `end`, and in place of a box for which `opens(box)` is true for the
/// boxes in it; ends at the first failure, of the reader or the visitor. Boxes that lie deeper than any honest one are
/// not opened.
template <class Opens, class Visit>
Failure each_box_within(FileReader& reader, std::uint64_t at, std::uint64_t end, const Opens& opens,
                        const Visit& visit) {
  constexpr std::uint64_t kHeaderBytes = 8;
  std::array<std::uint64_t, limits::kMaxBoxDepth> ends{end};
  std::size_t depth = 1;
  for (std::uint32_t count = 0; depth > 0;) {
    if (at >= ends[depth - 1] || ends[depth - 1] - at < kHeaderBytes) {
      // What is left of a box without room for another is skipped.
      if (--depth > 0) at = ends[depth];
      continue;
    }
    if (++count > limits::kMaxMediaSteps) return {Status::kTooLarge, at};
    isobmff::Box box;
    const Failure damaged = isobmff::read_box(reader, at, ends[depth - 1], box);
    if (!reader.ok() || damaged.status != Status::kOk) return damaged;
    if (depth < ends.size() && opens(box)) {
      ends[depth++] = box.end;
      at = box.body;
      continue;
    }
    const Failure failure = visit(box);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    at = box.end;
  }
  return {};
}

/// The same without opening any.
template <class Visit>
Failure each_box(FileReader& reader, std::uint64_t at, std::uint64_t end, const Visit& visit) {
  return each_box_within(reader, at, end, [](const isobmff::Box&) { return false; }, visit);
}

}  // namespace gvw::media
