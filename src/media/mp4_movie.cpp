#include <algorithm>

#include "media/mp4.h"

// ISO/IEC 14496-12; QuickTime File Format Specification where MOV differs.
namespace gvw::media {
namespace {

using isobmff::Box;
using isobmff::FullBox;

constexpr std::uint64_t kUnknown32 = 0xffffffff;
constexpr std::uint64_t kUnknown64 = ~std::uint64_t{0};

/// A number that is 4 bytes long in version 0 of a box and 8 in version 1.
std::uint64_t versioned(FileReader& reader, std::uint64_t at, std::uint8_t version) {
  return version == 0 ? reader.u32(at, Endian::kBig) : reader.u64(at, Endian::kBig);
}

/// All bits set means "not known" (8.2.2.3).
std::uint64_t known(std::uint64_t duration, std::uint8_t version) {
  return duration == (version == 0 ? kUnknown32 : kUnknown64) ? 0 : duration;
}

struct Times {
  std::uint32_t timescale = 0;
  std::uint64_t duration = 0;
  /// Behind the duration.
  std::uint64_t end = 0;
};

/// What mvhd (8.2.2) and mdhd (8.4.2) begin with: creation, modification, time scale, duration.
Failure read_times(FileReader& reader, const Box& box, Times& times) {
  FullBox full;
  const Failure failure = isobmff::read_full_box(reader, box, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  const std::uint64_t wide = full.version == 0 ? 4 : 8;
  if (box.end - full.body < 3 * wide + 4) return {Status::kMalformed, box.start};
  times.timescale = reader.u32(full.body + 2 * wide, Endian::kBig);
  times.duration = known(versioned(reader, full.body + 2 * wide + 4, full.version), full.version);
  times.end = full.body + 3 * wide + 4;
  return {};
}

/// Six of the nine numbers of a matrix (6.2.2) are a, b, u, c, d, v.
void read_matrix(FileReader& reader, std::uint64_t at, std::array<std::int32_t, 4>& matrix) {
  constexpr std::array<std::uint64_t, 4> kPlaces{0, 4, 12, 16};
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    matrix[i] = static_cast<std::int32_t>(reader.u32(at + kPlaces[i], Endian::kBig));
  }
}

Failure read_movie_header(FileReader& reader, const Box& box, Mp4Movie& movie) {
  constexpr std::uint64_t kBeforeMatrix = 16;  // rate, volume, reserved
  constexpr std::uint64_t kMatrixBytes = 36;
  Times times;
  const Failure failure = read_times(reader, box, times);
  if (failure.status != Status::kOk) return failure;
  movie.timescale = times.timescale;
  movie.duration = times.duration;
  if (box.end - times.end >= kBeforeMatrix + kMatrixBytes) {
    read_matrix(reader, times.end + kBeforeMatrix, movie.matrix);
  }
  return {};
}

/// 8.3.2.
Failure read_track_header(FileReader& reader, const Box& box, Mp4Track& track) {
  constexpr std::uint64_t kBeforeMatrix = 16;  // reserved, layer, group, volume
  constexpr std::uint64_t kMatrixBytes = 36;
  FullBox full;
  const Failure failure = isobmff::read_full_box(reader, box, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  const std::uint64_t wide = full.version == 0 ? 4 : 8;
  const std::uint64_t identity = full.body + 2 * wide;
  const std::uint64_t matrix = identity + 8 + wide + kBeforeMatrix;
  if (box.end < matrix + kMatrixBytes) return {Status::kMalformed, box.start};
  track.id = reader.u32(identity, Endian::kBig);
  track.presented = known(versioned(reader, identity + 8, full.version), full.version);
  read_matrix(reader, matrix, track.matrix);
  return {};
}

/// 8.6.6: empty edits count, for a player waits while they last.
Failure read_edit_list(FileReader& reader, const Box& box, Mp4Track& track) {
  FullBox full;
  const Failure failure = isobmff::read_full_box(reader, box, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  if (box.end - full.body < 4) return {Status::kMalformed, box.start};
  const std::uint64_t entry = full.version == 0 ? 12 : 20;
  const std::uint32_t count = reader.u32(full.body, Endian::kBig);
  std::uint64_t at = full.body + 4;
  if (count > (box.end - at) / entry) return {Status::kMalformed, box.start};
  for (std::uint32_t i = 0; i < count && i < limits::kMaxMediaSteps && reader.ok(); ++i, at += entry) {
    track.edited += known(versioned(reader, at, full.version), full.version);
  }
  return {};
}

/// stsz and stz2 (8.7.3) count the samples, stts (8.6.1.2) those of equal duration; the first is one number to read.
Failure read_sample_count(FileReader& reader, const Box& box, Mp4Track& track) {
  FullBox full;
  const Failure failure = isobmff::read_full_box(reader, box, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  if (box.end - full.body < 8) return {Status::kMalformed, box.start};
  track.samples = reader.u32(full.body + 4, Endian::kBig);
  return {};
}

Failure read_track_box(FileReader& reader, const Box& box, Mp4Track& track) {
  switch (box.type) {
    case four_cc("tkhd"):
      return read_track_header(reader, box, track);
    case four_cc("elst"):
      return read_edit_list(reader, box, track);
    case four_cc("mdhd"): {
      Times times;
      const Failure failure = read_times(reader, box, times);
      track.timescale = times.timescale;
      track.duration = times.duration;
      return failure;
    }
    case four_cc("hdlr"):
      // QuickTime has a second one, of the data, inside minf; the media's own comes first.
      if (track.handler == 0 && box.end - box.body >= 12) track.handler = reader.u32(box.body + 8, Endian::kBig);
      return {};
    case four_cc("stsd"):
      return read_sample_entry(reader, box, track);
    case four_cc("stsz"):
    case four_cc("stz2"):
      return read_sample_count(reader, box, track);
    default:
      return {};
  }
}

bool opens_in_track(const Box& box) {
  return box.type == four_cc("edts") || box.type == four_cc("mdia") || box.type == four_cc("minf") ||
         box.type == four_cc("stbl");
}

Mp4Track* track_of(Mp4Movie& movie, std::uint32_t id) {
  for (std::size_t i = 0; i < movie.track_count; ++i) {
    if (movie.tracks[i].id == id) return &movie.tracks[i];
  }
  return nullptr;
}

/// 8.8.1 to 8.8.3.
Failure read_extends(FileReader& reader, const Box& box, Mp4Movie& movie) {
  FullBox full;
  if (box.type != four_cc("mehd") && box.type != four_cc("trex")) return {};
  const Failure failure = isobmff::read_full_box(reader, box, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  const std::uint64_t room = box.end - full.body;
  if (box.type == four_cc("mehd")) {
    if (room < (full.version == 0 ? 4U : 8U)) return {Status::kMalformed, box.start};
    movie.fragments_duration = known(versioned(reader, full.body, full.version), full.version);
  } else if (room >= 12) {
    Mp4Track* track = track_of(movie, reader.u32(full.body, Endian::kBig));
    if (track != nullptr) track->default_duration = reader.u32(full.body + 8, Endian::kBig);
  }
  return {};
}

}  // namespace

Failure read_movie(FileReader& reader, const Box& moov, Mp4Movie& movie) {
  movie.found = true;
  Box extends;
  const Failure failure = each_box(reader, moov.body, moov.end, [&](const Box& box) -> Failure {
    if (box.type == four_cc("mvhd")) return read_movie_header(reader, box, movie);
    if (box.type == four_cc("mvex")) extends = box;
    if (box.type != four_cc("trak") || movie.track_count == movie.tracks.size()) return {};
    Mp4Track& track = movie.tracks[movie.track_count++];
    track = {};
    return each_box_within(reader, box.body, box.end, opens_in_track,
                           [&](const Box& inner) { return read_track_box(reader, inner, track); });
  });
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  movie.fragmented = extends.end != 0;
  // It speaks of tracks by their numbers, so it is read when they are known.
  return each_box(reader, extends.body, extends.end, [&](const Box& box) { return read_extends(reader, box, movie); });
}

Failure read_segment_index(FileReader& reader, const Box& sidx, Mp4Movie& movie) {
  FullBox full;
  const Failure failure = isobmff::read_full_box(reader, sidx, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  const std::uint64_t wide = full.version == 0 ? 4 : 8;
  const std::uint64_t counts = full.body + 8 + 2 * wide;
  if (sidx.end < counts + 4) return {Status::kMalformed, sidx.start};
  const double timescale = reader.u32(full.body + 4, Endian::kBig);
  const auto earliest = static_cast<double>(versioned(reader, full.body + 8, full.version));
  const std::uint64_t offset = versioned(reader, full.body + 8 + wide, full.version);
  const std::uint32_t count = reader.u16(counts + 2, Endian::kBig);
  constexpr std::uint64_t kEntryBytes = 12;
  constexpr std::uint32_t kSizeMask = 0x7fffffff;
  if (count > (sidx.end - counts - 4) / kEntryBytes) return {Status::kMalformed, sidx.start};
  double total = 0;
  std::uint64_t bytes = 0;
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const std::uint64_t entry = counts + 4 + i * kEntryBytes;
    bytes += reader.u32(entry, Endian::kBig) & kSizeMask;
    total += reader.u32(entry + 4, Endian::kBig);
  }
  if (!reader.ok() || timescale == 0 || offset > reader.file_size()) return {};
  // Segments of a file each have their own index, and streams too; together they reach from the first to the last.
  const bool is_first = movie.indexed_end == 0;
  const double begin = earliest / timescale;
  movie.indexed_begin = is_first || begin < movie.indexed_begin ? begin : movie.indexed_begin;
  movie.indexed_end = std::max(movie.indexed_end, begin + total / timescale);
  movie.indexed_bytes_end = std::max(movie.indexed_bytes_end, sidx.end + offset + bytes);
  return {};
}

namespace {

struct Run {
  std::uint64_t decode_time = 0;
  std::uint32_t default_duration = 0;
  Mp4Track* track = nullptr;
};

/// 8.8.8.
Failure read_track_run(FileReader& reader, const Box& box, Run& run) {
  constexpr std::uint32_t kDataOffset = 0x1;
  constexpr std::uint32_t kFirstFlags = 0x4;
  constexpr std::uint32_t kDurations = 0x100;
  constexpr std::uint32_t kPerSample[] = {kDurations, 0x200, 0x400, 0x800};
  FullBox full;
  const Failure failure = isobmff::read_full_box(reader, box, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  if (box.end - full.body < 4) return {Status::kMalformed, box.start};
  const std::uint32_t count = reader.u32(full.body, Endian::kBig);
  std::uint64_t at = full.body + 4;
  if ((full.flags & kDataOffset) != 0) at += 4;
  if ((full.flags & kFirstFlags) != 0) at += 4;
  std::uint64_t entry = 0;
  for (const std::uint32_t flag : kPerSample) entry += (full.flags & flag) != 0 ? 4 : 0;
  if (at > box.end || (entry != 0 && count > (box.end - at) / entry)) return {Status::kMalformed, box.start};
  if ((full.flags & kDurations) == 0) {
    run.decode_time += std::uint64_t{count} * run.default_duration;
  } else {
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
      run.decode_time += reader.u32(at + i * entry, Endian::kBig);
    }
  }
  run.track->fragment_samples += count;
  return {};
}

/// 8.8.7 (tfhd), 8.8.12 (tfdt).
Failure read_fragment_box(FileReader& reader, const Box& box, Mp4Movie& movie, Run& run) {
  constexpr std::uint32_t kBaseDataOffset = 0x1;
  constexpr std::uint32_t kDescription = 0x2;
  constexpr std::uint32_t kDefaultDuration = 0x8;
  FullBox full;
  if (box.type == four_cc("trun")) return run.track == nullptr ? Failure{} : read_track_run(reader, box, run);
  if (box.type != four_cc("tfhd") && box.type != four_cc("tfdt")) return {};
  const Failure failure = isobmff::read_full_box(reader, box, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  if (box.type == four_cc("tfdt")) {
    if (box.end - full.body < (full.version == 0 ? 4U : 8U)) return {Status::kMalformed, box.start};
    run.decode_time = versioned(reader, full.body, full.version);
    return {};
  }
  if (box.end - full.body < 4) return {Status::kMalformed, box.start};
  run.track = track_of(movie, reader.u32(full.body, Endian::kBig));
  if (run.track == nullptr) return {};
  run.decode_time = run.track->fragments_end;
  run.default_duration = run.track->default_duration;
  std::uint64_t at = full.body + 4;
  if ((full.flags & kBaseDataOffset) != 0) at += 8;
  if ((full.flags & kDescription) != 0) at += 4;
  if ((full.flags & kDefaultDuration) != 0 && at + 4 <= box.end) run.default_duration = reader.u32(at, Endian::kBig);
  return {};
}

}  // namespace

Failure read_fragment(FileReader& reader, const Box& moof, Mp4Movie& movie) {
  return each_box(reader, moof.body, moof.end, [&](const Box& box) -> Failure {
    if (box.type != four_cc("traf")) return {};
    Run run;
    std::uint64_t begin = 0;
    const Failure failure = each_box(reader, box.body, box.end, [&](const Box& inner) {
      if (inner.type == four_cc("trun") && begin == 0) begin = run.decode_time;
      return read_fragment_box(reader, inner, movie, run);
    });
    if (!reader.ok() || failure.status != Status::kOk || run.track == nullptr) return failure;
    Mp4Track& track = *run.track;
    track.fragments_begin = std::min(track.fragments_begin, begin);
    track.fragments_end = std::max(track.fragments_end, run.decode_time);
    return {};
  });
}

}  // namespace gvw::media
