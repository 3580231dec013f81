#include <gtest/gtest.h>

#include "support/media_file.h"

namespace gvw::testing {
namespace {

Bytes wave_format(std::uint64_t tag, std::uint64_t channels, std::uint64_t rate, std::uint64_t block) {
  return joined({little({tag, channels}, 2), little({rate, rate * block}), little({block, 16}, 2)});
}

Bytes riff(std::string_view name, std::string_view type, const Bytes& chunks) {
  return joined({bytes_of(name), little({chunks.size() + 4}), bytes_of(type), chunks});
}

TEST(Wav, DurationIsDataByRate) {
  const Bytes file =
      riff("RIFF", "WAVE", joined({chunk("fmt ", wave_format(1, 2, 8000, 4)), chunk("data", Bytes(48000))}));
  const MediaRun run = probe_media(file);
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.format, Format::kWav);
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 1.5);
  EXPECT_EQ(run.facts.channels, 2U);
  EXPECT_EQ(run.facts.sample_rate, 8000U);
  EXPECT_EQ(run.facts.audio_codec, Codec::kPcm);
}

TEST(Wav, TheExtensibleFormatNamesTheOneItStandsFor) {
  Bytes format = wave_format(0xfffe, 2, 8000, 4);
  append(format, little({22, 16, 0, 0, 3}, 2));
  format.resize(40);
  const MediaRun run = probe_media(riff("RIFF", "WAVE", joined({chunk("fmt ", format), chunk("data", Bytes(32000))})));
  EXPECT_EQ(run.facts.audio_codec, Codec::kPcm);
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 1);
}

TEST(Wav, LongFilesAndStreams) {
  const Bytes format = chunk("fmt ", wave_format(1, 1, 8000, 2));
  const Bytes endless = joined({bytes_of("data"), little({0xffffffff}), Bytes(16000)});
  EXPECT_DOUBLE_EQ(probe_media(riff("RIFF", "WAVE", joined({format, endless}))).facts.duration_seconds, 1);
  const Bytes sizes = chunk("ds64", little({100000, 16000, 8000}, 8));
  EXPECT_DOUBLE_EQ(probe_media(riff("RF64", "WAVE", joined({sizes, format, endless}))).facts.duration_seconds, 1);
}

TEST(Wav, DataThatIsCutCountsAsFarAsItGoes) {
  const Bytes data = joined({bytes_of("data"), little({32000}), Bytes(16000)});
  const MediaRun run = probe_media(riff("RIFF", "WAVE", joined({chunk("fmt ", wave_format(1, 1, 8000, 2)), data})));
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 1);
  EXPECT_TRUE(run.facts.truncated);
}

TEST(Aiff, TheRateIsATenByteNumber) {
  Bytes common = words({});
  append_number(common, 1, 2);
  append_number(common, 22050, 4);
  append_number(common, 16, 2);
  append_number(common, 0x400e, 2);  // 2^15 times a fraction
  append_number(common, std::uint64_t{44100} << 48U, 8);
  Bytes body = bytes_of("AIFFCOMM");
  append_number(body, common.size(), 4);
  append(body, common);
  const MediaRun run = probe_media(joined({bytes_of("FORM"), words({body.size()}), body}));
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.sample_rate, 44100U);
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 0.5);
}

/// MPEG-1 layer III, 128 kbit/s, 44.1 kHz, stereo: 417 bytes.
Bytes mp3_frame() {
  Bytes frame{0xff, 0xfb, 0x90, 0x00};
  frame.resize(417);
  return frame;
}

Bytes frames(std::size_t count) {
  Bytes all;
  for (std::size_t i = 0; i < count; ++i) append(all, mp3_frame());
  return all;
}

TEST(Mp3, FramesAreCounted) {
  const MediaRun run = probe_media(frames(100));
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.format, Format::kMp3);
  EXPECT_NEAR(run.facts.duration_seconds, 100 * 1152 / 44100.0, 1e-9);
}

TEST(Mp3, TagsAreSkippedAndTheVbrHeaderBelieved) {
  Bytes tag = bytes_of("ID3");
  append(tag, Bytes{4, 0, 0, 0, 0, 0x10, 0});  // 2,048 bytes in sevens
  tag.resize(10 + 2048);
  Bytes first = mp3_frame();
  const Bytes xing = joined({bytes_of("Xing"), words({1, 5000})});
  std::ranges::copy(xing, first.begin() + 36);
  const MediaRun run = probe_media(joined({tag, first, frames(3)}));
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_NEAR(run.facts.duration_seconds, 5000 * 1152 / 44100.0, 1e-9);
}

TEST(Mp3, ALongFileIsEstimatedFromItsBeginning) {
  const MediaRun run = probe_media(frames(4000));
  EXPECT_NEAR(run.facts.duration_seconds, 4000 * 1152 / 44100.0, 0.1);
  EXPECT_TRUE(run.facts.partial);
  EXPECT_LT(run.bytes, 700U << 10U);
}

TEST(Aac, AdtsFramesAreCounted) {
  Bytes frame{0xff, 0xf1, 0x50, 0x80, 0x02, 0x1f, 0xfc};  // 44.1 kHz, two channels, 16 bytes
  frame.resize(16);
  Bytes file;
  for (int i = 0; i < 43; ++i) append(file, frame);
  const MediaRun run = probe_media(file);
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.format, Format::kAac);
  EXPECT_NEAR(run.facts.duration_seconds, 43 * 1024 / 44100.0, 1e-9);
  EXPECT_EQ(run.facts.channels, 2U);
}

TEST(Flac, TheFirstBlockSaysAll) {
  Bytes file = bytes_of("fLaC");
  append(file, Bytes{0x80, 0, 0, 34});
  file.resize(8 + 10);
  append_number(file, std::uint64_t{44100} << 44U | std::uint64_t{1} << 41U | std::uint64_t{15} << 36U | 88200, 8);
  file.resize(8 + 34);
  const MediaRun run = probe_media(file);
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 2);
  EXPECT_EQ(run.facts.channels, 2U);
}

Bytes ogg_page(std::uint64_t flags, std::uint64_t granule, const Bytes& packet) {
  Bytes page = bytes_of("OggS");
  page.push_back(0);
  page.push_back(static_cast<std::uint8_t>(flags));
  append_number(page, granule, 8, Endian::kLittle);
  append(page, little({7, 0, 0}));
  page.push_back(1);
  page.push_back(static_cast<std::uint8_t>(packet.size()));
  append(page, packet);
  return page;
}

TEST(Ogg, TheLastPageTellsTheEnd) {
  Bytes opus = bytes_of("OpusHead");
  append(opus, Bytes{1, 2});
  append(opus, little({312}, 2));
  append(opus, little({44100}));
  opus.resize(19);
  const Bytes file =
      joined({ogg_page(2, 0, opus), ogg_page(0, 48000, Bytes(200)), ogg_page(4, 96000 + 312, Bytes(20))});
  const MediaRun run = probe_media(file);
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.format, Format::kOgg);
  EXPECT_EQ(run.facts.audio_codec, Codec::kOpus);
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 2);
  expect_calm_in_damage(file, "ogg");
}

TEST(Sound, DamageIsBoring) {
  expect_calm_in_damage(
      riff("RIFF", "WAVE", joined({chunk("fmt ", wave_format(1, 1, 8000, 2)), chunk("data", Bytes(16))})), "wav");
  expect_calm_in_damage(joined({bytes_of("ID3"), Bytes{4, 0, 0, 0, 0, 0, 10}, Bytes(10), frames(3)}), "mp3");
}

}  // namespace
}  // namespace gvw::testing
