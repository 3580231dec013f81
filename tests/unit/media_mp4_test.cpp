#include <gtest/gtest.h>

#include "support/media_file.h"

namespace gvw::testing {
namespace {

constexpr std::uint64_t kOne = 0x10000;
constexpr std::uint64_t kMinusOne = 0xffff0000;
constexpr std::uint64_t kUnity = 0x40000000;

struct Movie {
  std::uint64_t seconds = 10;
  std::array<std::uint64_t, 4> matrix{kOne, 0, 0, kOne};
  std::uint64_t edited = 0;
  bool sound = true;
  Bytes extra;
};

Bytes movie_header(std::uint64_t duration, const std::array<std::uint64_t, 4>& m = {kOne, 0, 0, kOne}) {
  return box("mvhd", joined({words({0, 0, 0, 1000, duration, kOne, 0, 0, 0}),
                             words({m[0], m[1], 0, m[2], m[3], 0, 0, 0, kUnity}), Bytes(28)}));
}

Bytes track_header(std::uint64_t id, std::uint64_t duration, const std::array<std::uint64_t, 4>& m) {
  return box("tkhd", joined({words({3, 0, 0, id, 0, duration, 0, 0, 0, 0}),
                             words({m[0], m[1], 0, m[2], m[3], 0, 0, 0, kUnity}), words({0, 0})}));
}

Bytes handler(std::string_view type) { return box("hdlr", joined({words({0, 0}), bytes_of(type), words({0, 0, 0})})); }

Bytes picture_entry() {
  Bytes entry(24);
  append_number(entry, 640, 2);
  append_number(entry, 360, 2);
  entry.resize(78);
  return box("avc1", entry);
}

Bytes sound_entry() {
  Bytes entry(16);
  append_number(entry, 2, 2);
  entry.resize(24);
  append_number(entry, 44100, 2);
  entry.resize(28);
  return box("mp4a", entry);
}

Bytes track(std::uint64_t id, const Movie& movie, std::string_view type) {
  const bool picture = type == "vide";
  const std::uint64_t scale = picture ? 25 : 44100;
  const Bytes table =
      box("stbl", joined({box("stsd", joined({words({0, 1}), picture ? picture_entry() : sound_entry()})),
                          box("stsz", words({0, 0, movie.seconds * 25}))}));
  const Bytes media =
      box("mdia",
          joined({box("mdhd", words({0, 0, 0, scale, movie.seconds * scale, 0})), handler(type), box("minf", table)}));
  const Bytes edits = movie.edited == 0
                          ? Bytes{}
                          : box("edts", box("elst", words({0, 2, 500, 0xffffffff, kOne, movie.edited, 0, kOne})));
  return box("trak",
             joined({track_header(id, movie.seconds * 1000, picture ? movie.matrix : Movie{}.matrix), edits, media}));
}

Bytes moov(const Movie& movie, std::uint64_t told) {
  return box("moov", joined({movie_header(told), track(1, movie, "vide"),
                             movie.sound ? track(2, movie, "soun") : Bytes{}, movie.extra}));
}

Bytes file_type() { return box("ftyp", joined({bytes_of("isom"), words({0}), bytes_of("mp42")})); }

TEST(Mp4, SizesDurationFrameRateAndSound) {
  const MediaRun run = probe_media(joined({file_type(), moov({}, 10000), box("mdat", Bytes(100))}));
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.format, Format::kMp4);
  EXPECT_EQ(run.facts.width, 640);
  EXPECT_EQ(run.facts.height, 360);
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 10);
  EXPECT_DOUBLE_EQ(run.facts.frame_rate, 25);
  EXPECT_EQ(run.facts.frames, 250U);
  EXPECT_EQ(run.facts.video_codec, Codec::kH264);
  EXPECT_TRUE(run.facts.has_audio);
  EXPECT_EQ(run.facts.sample_rate, 44100U);
  EXPECT_EQ(run.facts.channels, 2U);
}

TEST(Mp4, AMatrixTurnsAndMirrors) {
  struct Row {
    std::array<std::uint64_t, 4> matrix;
    unsigned orientation;
  };
  constexpr Row kRows[] = {
      {{kOne, 0, 0, kOne}, 1},           {{kMinusOne, 0, 0, kOne}, 2}, {{kMinusOne, 0, 0, kMinusOne}, 3},
      {{kOne, 0, 0, kMinusOne}, 4},      {{0, kOne, kOne, 0}, 5},      {{0, kOne, kMinusOne, 0}, 6},
      {{0, kMinusOne, kMinusOne, 0}, 7}, {{0, kMinusOne, kOne, 0}, 8},
  };
  for (const Row& row : kRows) {
    Movie movie;
    movie.matrix = row.matrix;
    const MediaRun run = probe_media(joined({file_type(), moov(movie, 10000)}));
    EXPECT_EQ(run.facts.orientation, row.orientation);
    EXPECT_EQ(run.facts.upright_width, row.orientation > 4 ? 360 : 640) << row.orientation;
  }
}

TEST(Mp4, TheMovieIsFoundBehindDataOf64Bits) {
  Bytes data = words({1});
  append(data, "mdat");
  append_number(data, 16 + (std::uint64_t{1} << 20U), 8);
  data.resize(data.size() + (std::size_t{1} << 20U));
  const MediaRun run = probe_media(joined({file_type(), data, moov({}, 10000)}));
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 10);
  EXPECT_LT(run.bytes, 16384U);
}

TEST(Mp4, WithoutADurationOfItsOwnTheTracksAndTheirEditsDecide) {
  Movie movie;
  EXPECT_DOUBLE_EQ(probe_media(joined({file_type(), moov(movie, 0)})).facts.duration_seconds, 10);
  movie.sound = false;
  movie.edited = 4000;
  // Half a second of nothing, and four of the film.
  EXPECT_DOUBLE_EQ(probe_media(joined({file_type(), moov(movie, 0)})).facts.duration_seconds, 4.5);
}

TEST(Mp4, SoundAloneIsSound) {
  const Bytes only = box("moov", joined({movie_header(3000), track(2, {}, "soun")}));
  const MediaRun run = probe_media(joined({file_type(), only}));
  EXPECT_EQ(run.facts.format, Format::kM4a);
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 3);
}

Bytes fragment(std::uint64_t decode_time, std::uint64_t samples) {
  const Bytes header = box("tfhd", words({0x20000, 1}));
  const Bytes time = box("tfdt", words({0, decode_time}));
  return joined(
      {box("moof", box("traf", joined({header, time, box("trun", words({0, samples}))}))), box("mdat", Bytes(8))});
}

Bytes fragmented(const Bytes& extends, const Bytes& rest) {
  Movie movie;
  movie.seconds = 0;
  movie.sound = false;
  movie.extra = box("mvex", joined({extends, box("trex", words({0, 1, 1, 1, 0, 0}))}));
  return joined({file_type(), moov(movie, 0), rest});
}

TEST(Mp4, FragmentsAddUp) {
  const MediaRun run = probe_media(fragmented({}, joined({fragment(0, 50), fragment(50, 50), fragment(100, 25)})));
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 5);
  EXPECT_DOUBLE_EQ(run.facts.frame_rate, 25);
}

TEST(Mp4, TheExtendsHeaderSpeaksForAllFragments) {
  const MediaRun run = probe_media(fragmented(box("mehd", words({0, 60000})), fragment(0, 50)));
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 60);
  EXPECT_DOUBLE_EQ(run.facts.frame_rate, 25);
}

TEST(Mp4, ASegmentIndexSparesTheWalk) {
  const Bytes index = box("sidx", words({0, 1, 100, 0, 0, 2, 5000, 1500, 0, 5000, 1500, 0}));
  const MediaRun run = probe_media(fragmented({}, joined({index, fragment(0, 50), Bytes(10000)})));
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 30);
}

TEST(Mp4, AFileThatEndsBeforeItsMovieIsTruncated) {
  EXPECT_EQ(probe_media(joined({file_type(), box("mdat", Bytes(100))})).step.status, Status::kTruncated);
}

TEST(Mp4, SubtitlesAloneAreNoFilm) {
  const Bytes text = box("moov", joined({movie_header(3000), track(1, {}, "text")}));
  EXPECT_EQ(probe_media(joined({file_type(), text})).step.status, Status::kUnsupported);
}

TEST(Mp4, ATrackInATrackIsNotFollowed) {
  Bytes nested = box("stbl", {});
  for (int i = 0; i < 200; ++i) nested = box("minf", nested);
  expect_calm(joined({file_type(), box("moov", box("trak", nested))}), "nested");
}

TEST(Mp4, DamageIsBoring) {
  expect_calm_in_damage(joined({file_type(), moov({}, 10000)}), "mp4");
  expect_calm_in_damage(fragmented({}, fragment(0, 50)), "fragmented mp4");
}

}  // namespace
}  // namespace gvw::testing
