#include <algorithm>

#include "base/limits.h"
#include "media/ebml.h"
#include "media/formats.h"
#include "media/matroska_track.h"

// Matroska and WebM: RFC 9559, on EBML, RFC 8794.
namespace gvw::media {
namespace {

using ebml::each_element;
using ebml::Element;
using ebml::number;
using ebml::read_element;
using ebml::real;
using ebml::variable_bytes;
using matroska::kNanoseconds;

constexpr std::uint32_t kDocType = 0x4282;
constexpr std::uint32_t kSegment = 0x18538067;
constexpr std::uint32_t kSeekHead = 0x114d9b74;
constexpr std::uint32_t kSeek = 0x4dbb;
constexpr std::uint32_t kSeekId = 0x53ab;
constexpr std::uint32_t kSeekPosition = 0x53ac;
constexpr std::uint32_t kInfo = 0x1549a966;
constexpr std::uint32_t kTimestampScale = 0x2ad7b1;
constexpr std::uint32_t kDuration = 0x4489;
constexpr std::uint32_t kTracks = 0x1654ae6b;
constexpr std::uint32_t kTrackEntry = 0xae;
constexpr std::uint32_t kCluster = 0x1f43b675;
constexpr std::uint32_t kTimestamp = 0xe7;
constexpr std::uint32_t kSimpleBlock = 0xa3;
constexpr std::uint32_t kBlockGroup = 0xa0;
constexpr std::uint32_t kBlock = 0xa1;

struct Movie {
  bool is_webm = false;
  double scale = 1e6;  // nanoseconds a tick (RFC 9559, 5.1.2.8)
  double duration = 0;
  bool has_info = false;
  bool has_tracks = false;
  bool has_video = false;
  std::uint64_t segment = 0;
  std::uint64_t info_at = 0;
  std::uint64_t tracks_at = 0;
  std::uint64_t first_cluster = 0;
};

void read_tracks(FileReader& reader, const Element& tracks, Movie& movie, MediaFacts& facts) {
  static_cast<void>(each_element(reader, tracks.body, tracks.end, [&](const Element& entry) {
    if (entry.id == kTrackEntry) matroska::read_track(reader, entry, movie.has_video, facts);
    return true;
  }));
  movie.has_tracks = reader.ok();
}

void read_info(FileReader& reader, const Element& info, Movie& movie) {
  static_cast<void>(each_element(reader, info.body, info.end, [&](const Element& element) {
    if (element.id == kTimestampScale) movie.scale = static_cast<double>(number(reader, element));
    if (element.id == kDuration) movie.duration = real(reader, element);
    return true;
  }));
  movie.has_info = reader.ok();
}

void read_seek_head(FileReader& reader, const Element& head, Movie& movie) {
  static_cast<void>(each_element(reader, head.body, head.end, [&](const Element& seek) {
    std::uint64_t id = 0;
    std::uint64_t position = 0;
    if (seek.id != kSeek) return true;
    static_cast<void>(each_element(reader, seek.body, seek.end, [&](const Element& element) {
      if (element.id == kSeekId) id = number(reader, element);
      if (element.id == kSeekPosition) position = number(reader, element);
      return true;
    }));
    if (position > reader.file_size()) return true;
    if (id == kInfo) movie.info_at = movie.segment + position;
    if (id == kTracks) movie.tracks_at = movie.segment + position;
    return true;
  }));
}

/// Children of the segment up to the first cluster, and on from there only where what is missing is nowhere else.
Failure read_segment(FileReader& reader, const Element& segment, Movie& movie, MediaFacts& facts) {
  movie.segment = segment.body;
  return each_element(reader, segment.body, segment.end, [&](const Element& element) {
    if (element.id == kSeekHead) read_seek_head(reader, element, movie);
    if (element.id == kInfo && !movie.has_info) read_info(reader, element, movie);
    if (element.id == kTracks && !movie.has_tracks) read_tracks(reader, element, movie, facts);
    if (element.id == kCluster) {
      if (movie.first_cluster == 0) movie.first_cluster = element.body;
      const bool promised = (movie.has_info || movie.info_at != 0) && (movie.has_tracks || movie.tracks_at != 0);
      if (promised || !element.is_sized) return false;
    }
    return !movie.has_info || !movie.has_tracks || movie.first_cluster == 0;
  });
}

/// What the seek head said lies elsewhere.
void follow_seek_head(FileReader& reader, Movie& movie, MediaFacts& facts) {
  Element element;
  if (!movie.has_tracks && movie.tracks_at != 0) {
    const Failure failure = read_element(reader, movie.tracks_at, reader.file_size(), element);
    if (failure.status == Status::kOk && element.id == kTracks) read_tracks(reader, element, movie, facts);
  }
  if (!movie.has_info && movie.info_at != 0) {
    const Failure failure = read_element(reader, movie.info_at, reader.file_size(), element);
    if (failure.status == Status::kOk && element.id == kInfo) read_info(reader, element, movie);
  }
}

std::int64_t block_time(FileReader& reader, const Element& block) {
  const std::uint32_t track_bytes = variable_bytes(reader.u8(block.body), 8);
  return track_bytes == 0 ? 0 : static_cast<std::int16_t>(reader.u16(block.body + track_bytes, Endian::kBig));
}

/// The last time stamp in the cluster, in ticks.
std::int64_t cluster_end(FileReader& reader, const Element& cluster) {
  std::int64_t begin = 0;
  std::int64_t last = 0;
  static_cast<void>(each_element(reader, cluster.body, cluster.end, [&](const Element& element) {
    if (element.id == kTimestamp) begin = static_cast<std::int64_t>(number(reader, element) & 0x7fffffffffff);
    if (element.id == kSimpleBlock) last = std::max(last, block_time(reader, element));
    if (element.id == kBlockGroup) {
      static_cast<void>(each_element(reader, element.body, element.end, [&](const Element& block) {
        if (block.id == kBlock) last = std::max(last, block_time(reader, block));
        return true;
      }));
    }
    return element.id != kCluster && reader.ok();
  }));
  return begin + last;
}

/// The last cluster that begins in the file's last `bytes`; false: none does.
bool measure_tail(FileReader& reader, std::uint64_t bytes, Movie& movie) {
  const std::uint64_t size = reader.file_size();
  const std::uint8_t* tail = reader.view(size - bytes, static_cast<std::size_t>(bytes));
  if (tail == nullptr) return true;
  for (std::uint64_t i = bytes; i-- > 4;) {
    if (load<std::uint32_t>(tail + i - 4, Endian::kBig) != kCluster) continue;
    Element cluster;
    if (read_element(reader, size - bytes + i - 4, size, cluster).status != Status::kOk || !reader.ok()) return true;
    cluster.end = std::min(cluster.end, size);
    movie.duration = static_cast<double>(cluster_end(reader, cluster));
    return true;
  }
  return false;
}

/// A recording that was never finished names no duration (as browsers' recorders do): the last cluster's last block
/// does.
void measure_from_end(FileReader& reader, Movie& movie) {
  constexpr std::uint64_t kGrowth = 8;
  std::uint64_t bytes = limits::kMaxTailBytes;
  for (int i = 0; i < 3; ++i, bytes *= kGrowth) {
    if (measure_tail(reader, std::min(bytes, reader.file_size()), movie) || bytes >= reader.file_size()) return;
  }
}

Format format_of(const Movie& movie) {
  if (movie.is_webm) return movie.has_video ? Format::kWebm : Format::kWeba;
  return movie.has_video ? Format::kMkv : Format::kMka;
}

}  // namespace

Failure probe_matroska(FileReader& reader, MediaFacts& facts) {
  Element header;
  Failure failure = read_element(reader, 0, reader.file_size(), header);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  Movie movie;
  failure = each_element(reader, header.body, header.end, [&](const Element& element) {
    if (element.id == kDocType) {
      movie.is_webm = element.end - element.body >= 4 && reader.matches(element.body, "webm");
    }
    return true;
  });
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  facts.format = movie.is_webm ? Format::kWebm : Format::kMkv;
  Element segment;
  failure = read_element(reader, header.end, reader.file_size(), segment);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  if (segment.id != kSegment) return {Status::kMalformed, header.end};
  if (segment.is_sized && segment.end > reader.file_size()) facts.truncated = true;
  failure = read_segment(reader, segment, movie, facts);
  if (reader.ok()) follow_seek_head(reader, movie, facts);
  facts.settled = movie.has_tracks && (movie.has_video || facts.has_audio);
  if (!reader.ok()) return {};
  if (!facts.settled) {
    if (movie.has_tracks) return {Status::kUnsupported, segment.body};
    return failure.status != Status::kOk ? failure : Failure{Status::kTruncated, reader.file_size()};
  }
  facts.format = format_of(movie);
  facts.duration_seconds = ratio(movie.duration * movie.scale, kNanoseconds);
  if (!(movie.duration > 0)) measure_from_end(reader, movie);
  if (!reader.ok()) return {};
  const double seconds = movie.duration * movie.scale / kNanoseconds;
  facts.duration_seconds = seconds > 0 && seconds < 1e9 ? seconds : 0;
  return {};
}

}  // namespace gvw::media
