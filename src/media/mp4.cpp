#include "media/mp4.h"

#include <algorithm>
#include <cstdlib>

#include "media/formats.h"

// MP4, MOV, 3GP and M4A: ISO/IEC 14496-12 and the QuickTime File Format Specification.
namespace gvw::media {
namespace {

using isobmff::Box;

/// Signs of a matrix to EXIF's numbering; a matrix that turns by anything but quarters is taken for the nearest.
std::uint8_t orientation_of(const std::array<std::int32_t, 4>& matrix) {
  const auto [a, b, c, d] = matrix;
  const auto size = [](std::int32_t value) { return std::abs(static_cast<double>(value)); };
  if (size(a) + size(d) >= size(b) + size(c)) {
    if (a >= 0) return d >= 0 ? 1 : 4;
    return d >= 0 ? 2 : 3;
  }
  if (b >= 0) return c >= 0 ? 5 : 6;
  return c >= 0 ? 8 : 7;
}

/// The track's matrix, then the movie's (6.2.2). Only the signs are kept, so the product cannot overflow.
std::array<std::int32_t, 4> combined(const std::array<std::int32_t, 4>& track,
                                     const std::array<std::int32_t, 4>& movie) {
  const auto sign = [](std::int32_t value) { return static_cast<int>(value > 0) - static_cast<int>(value < 0); };
  std::array<std::int32_t, 4> product{};
  for (std::size_t row = 0; row < 2; ++row) {
    for (std::size_t column = 0; column < 2; ++column) {
      product[2 * row + column] =
          sign(track[2 * row]) * sign(movie[column]) + sign(track[2 * row + 1]) * sign(movie[2 + column]);
    }
  }
  return product;
}

bool is_quarter_turn(const std::array<std::int32_t, 4>& m) {
  return (m[0] == 0 && m[3] == 0) || (m[1] == 0 && m[2] == 0);
}

double track_seconds(const Mp4Movie& movie, const Mp4Track& track) {
  if (track.edited != 0) return ratio(static_cast<double>(track.edited), movie.timescale);
  if (track.presented != 0) return ratio(static_cast<double>(track.presented), movie.timescale);
  return ratio(static_cast<double>(track.duration), track.timescale);
}

double fragment_seconds(const Mp4Track& track) {
  if (track.fragments_end <= track.fragments_begin) return 0;
  return ratio(static_cast<double>(track.fragments_end - track.fragments_begin), track.timescale);
}

/// What the movie's header says holds; only where it says nothing are the tracks asked, and the fragments.
double movie_seconds(const Mp4Movie& movie) {
  const double total = ratio(static_cast<double>(movie.fragments_duration), movie.timescale);
  if (total > 0) return total;
  double seconds = ratio(static_cast<double>(movie.duration), movie.timescale);
  const bool asks_tracks = seconds == 0;
  for (std::size_t i = 0; i < movie.track_count; ++i) {
    if (asks_tracks) seconds = std::max(seconds, track_seconds(movie, movie.tracks[i]));
    seconds = std::max(seconds, fragment_seconds(movie.tracks[i]));
  }
  return std::max(seconds, movie.indexed_end - movie.indexed_begin);
}

void describe_picture(const Mp4Movie& movie, const Mp4Track& track, MediaFacts& facts) {
  facts.width = track.width;
  facts.height = track.height;
  facts.video_codec = track.codec;
  facts.orientation =
      orientation_of(is_quarter_turn(movie.matrix) ? combined(track.matrix, movie.matrix) : track.matrix);
  facts.frames = track.samples + track.fragment_samples;
  const double seconds =
      track.samples != 0 ? ratio(static_cast<double>(track.duration), track.timescale) : fragment_seconds(track);
  facts.frame_rate = ratio(track.samples != 0 ? track.samples : track.fragment_samples, seconds);
}

void describe(const Mp4Movie& movie, MediaFacts& facts) {
  const Mp4Track* picture = nullptr;
  const Mp4Track* sound = nullptr;
  for (std::size_t i = 0; i < movie.track_count; ++i) {
    const Mp4Track& track = movie.tracks[i];
    if (track.handler == four_cc("vide") && track.width != 0 && picture == nullptr) picture = &track;
    if (track.handler == four_cc("soun") && sound == nullptr) sound = &track;
  }
  if (picture != nullptr) describe_picture(movie, *picture, facts);
  if (sound != nullptr) {
    facts.has_audio = true;
    facts.audio_codec = sound->codec;
    facts.channels = sound->channels;
    facts.sample_rate = sound->sample_rate != 0 ? sound->sample_rate : sound->timescale;
  }
  facts.duration_seconds = movie_seconds(movie);
  if (picture == nullptr && sound != nullptr) facts.format = Format::kM4a;
  if (picture != nullptr && facts.format == Format::kM4a) facts.format = Format::kMp4;
  facts.settled = picture != nullptr || sound != nullptr;
}

}  // namespace

Failure probe_mp4(FileReader& reader, MediaFacts& facts) {
  Mp4Movie movie;
  std::uint64_t at = 0;
  const Format named = facts.format;
  for (std::uint32_t count = 0; at < reader.file_size(); ++count) {
    if (count == limits::kMaxMediaSteps) return {Status::kTooLarge, at};
    Box box;
    const Failure damaged = isobmff::read_box(reader, at, isobmff::kTopLevel, box);
    if (!reader.ok()) break;
    if (damaged.status != Status::kOk) {
      // Rubbish behind a movie that is known does not matter.
      if (!movie.found) return damaged;
      facts.truncated = true;
      break;
    }
    Failure failure;
    if (box.type == four_cc("moov") && !movie.found) failure = read_movie(reader, box, movie);
    if (box.type == four_cc("sidx")) failure = read_segment_index(reader, box, movie);
    if (box.type == four_cc("moof") && movie.found) failure = read_fragment(reader, box, movie);
    if (movie.found) {
      facts.format = named;
      describe(movie, facts);
    }
    if (!reader.ok()) break;
    if (failure.status != Status::kOk) return failure;
    at = box.end;
    if (movie.found && !movie.fragmented) break;
    if (movie.found && box.type == four_cc("moof")) {
      // One fragment gives the frame rate. The others matter only as far as nothing else says how long they are.
      if (movie.fragments_duration != 0 && movie.timescale != 0) break;
      at = std::max(at, movie.indexed_bytes_end);
    }
  }
  if (!reader.ok()) return {};
  if (!movie.found) return {Status::kTruncated, reader.file_size()};
  // Subtitles alone, or a movie without any track, are no film.
  if (!facts.settled) return {Status::kUnsupported, 0};
  if (at > reader.file_size()) facts.truncated = true;
  return {};
}

}  // namespace gvw::media
