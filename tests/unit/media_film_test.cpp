#include <gtest/gtest.h>

#include <bit>

#include "support/media_file.h"

namespace gvw::testing {
namespace {

/// An EBML element; `unknown`: its size is not told.
Bytes element(std::uint64_t id, const Bytes& body, bool unknown = false) {
  Bytes bytes;
  unsigned length = 1;
  while (id >> (8 * length) != 0) ++length;
  append_number(bytes, id, length);
  append_number(bytes, unknown ? 0x01ffffffffffffff : std::uint64_t{1} << 56U | body.size(), 8);
  append(bytes, body);
  return bytes;
}

Bytes number(std::uint64_t value, unsigned length) {
  Bytes bytes;
  append_number(bytes, value, length);
  return bytes;
}

Bytes real(double value) { return number(std::bit_cast<std::uint64_t>(value), 8); }

Bytes matroska(std::string_view type, const Bytes& info, const Bytes& rest, bool unknown = false) {
  const Bytes video = element(
      0xae, joined({element(0x83, {1}), element(0x86, bytes_of("V_VP9")), element(0x23e383, number(40000000, 4)),
                    element(0xe0, joined({element(0xb0, number(640, 2)), element(0xba, number(360, 2))}))}));
  const Bytes audio = element(0xae, joined({element(0x83, {2}), element(0x86, bytes_of("A_OPUS")),
                                            element(0xe1, joined({element(0xb5, real(48000)), element(0x9f, {2})}))}));
  const Bytes tracks = element(0x1654ae6b, joined({video, audio}));
  return joined({element(0x1a45dfa3, element(0x4282, bytes_of(type))),
                 element(0x18538067, joined({element(0x1549a966, info), tracks, rest}), unknown)});
}

TEST(Matroska, SizeDurationRateAndSound) {
  const MediaRun run = probe_media(matroska("webm", element(0x4489, real(2500)), {}));
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.format, Format::kWebm);
  EXPECT_EQ(run.facts.width, 640);
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 2.5);
  EXPECT_DOUBLE_EQ(run.facts.frame_rate, 25);
  EXPECT_EQ(run.facts.video_codec, Codec::kVp9);
  EXPECT_EQ(run.facts.sample_rate, 48000U);
  EXPECT_EQ(probe_media(matroska("matroska", element(0x4489, real(2500)), {})).facts.format, Format::kMkv);
}

TEST(Matroska, ARecordingWithoutAnEndIsMeasuredByItsLastBlock) {
  const auto cluster = [](std::uint64_t time) {
    return element(0x1f43b675,
                   joined({element(0xe7, number(time, 2)), element(0xa3, {0x81, 0, 100, 0x80, 1, 2, 3}),
                           element(0xa3, {0x81, 0x01, 0xf4, 0x80, 1})}),
                   true);
  };
  const MediaRun run = probe_media(matroska("webm", {}, joined({cluster(0), cluster(9000)}), true));
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 9.5);
}

TEST(Avi, LengthIsFramesByRate) {
  const Bytes stream = joined({bytes_of("vidsXVID"), little({0, 0, 0, 1, 25, 0, 50, 0, 0, 0, 0, 0})});
  const Bytes format = joined({little({40, 352, 0xffffffff - 287}), little({1, 24}, 2), bytes_of("XVID"), Bytes(20)});
  const Bytes streams = chunk("LIST", joined({bytes_of("strl"), chunk("strh", stream), chunk("strf", format)}));
  const Bytes main = chunk("avih", little({40000, 0, 0, 0, 50, 0, 1, 0, 352, 288, 0, 0, 0, 0}));
  const Bytes header = chunk("LIST", joined({bytes_of("hdrl"), main, streams}));
  const Bytes file = joined({bytes_of("RIFF"), little({header.size() + 4}), bytes_of("AVI "), header});
  const MediaRun run = probe_media(file);
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.width, 352);
  EXPECT_EQ(run.facts.height, 288);
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 2);
  EXPECT_EQ(run.facts.video_codec, Codec::kMpeg4);
  expect_calm_in_damage(file, "avi");
}

TEST(Flv, TheScriptSaysWhatTheTagsDoNot) {
  const auto value = [](std::string_view name, double is) {
    Bytes bytes;
    append_number(bytes, name.size(), 2);
    append(bytes, name);
    bytes.push_back(0);
    append(bytes, real(is));
    return bytes;
  };
  const auto tag = [](std::uint8_t type, const Bytes& body) {
    Bytes bytes{type};
    append_number(bytes, body.size(), 3);
    append(bytes, Bytes(7));
    append(bytes, body);
    append_number(bytes, body.size() + 11, 4);
    return bytes;
  };
  const Bytes script =
      joined({value("duration", 12.5), value("width", 320), value("height", 240), value("framerate", 30)});
  const Bytes file = joined({bytes_of("FLV\x01"), Bytes{5, 0, 0, 0, 9, 0, 0, 0, 0}, tag(18, script),
                             tag(9, Bytes{0x17, 0, 0}), tag(8, Bytes{0xaf, 0})});
  const MediaRun run = probe_media(file);
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 12.5);
  EXPECT_EQ(run.facts.width, 320);
  EXPECT_EQ(run.facts.video_codec, Codec::kH264);
  EXPECT_EQ(run.facts.audio_codec, Codec::kAac);
  expect_calm_in_damage(file, "flv");
}

Bytes stamp(std::uint64_t time) {
  Bytes bytes;
  append_number(bytes, 0x21 | (time >> 30U & 7U) << 1U, 1);
  append_number(bytes, 1 | (time >> 15U & 0x7fffU) << 1U, 2);
  append_number(bytes, 1 | (time & 0x7fffU) << 1U, 2);
  return bytes;
}

Bytes packet(std::uint64_t time, const Bytes& payload) {
  Bytes bytes{0, 0, 1, 0xe0};
  append_number(bytes, payload.size() + 8, 2);
  append(bytes, Bytes{0x80, 0x80, 5});
  append(bytes, stamp(time));
  append(bytes, payload);
  return bytes;
}

TEST(ProgramStream, TheFirstAndTheLastStamp) {
  const Bytes sequence{0, 0, 1, 0xb3, 0x16, 0x01, 0x20, 0x13, 0, 0, 0x20, 0};  // 352 x 288, 25 a second
  Bytes pack{0, 0, 1, 0xba};
  pack.resize(14);
  const MediaRun run =
      probe_media(joined({pack, packet(90000, sequence), packet(180000, Bytes(200000, 7)), packet(990000, Bytes(10))}));
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.format, Format::kMpeg);
  EXPECT_EQ(run.facts.width, 352);
  EXPECT_EQ(run.facts.height, 288);
  EXPECT_NEAR(run.facts.duration_seconds, 10.04, 1e-9);
}

TEST(TransportStream, ProgramsAndStamps) {
  const auto transport = [](std::uint64_t pid, bool section, const Bytes& body) {
    Bytes bytes{0x47};
    append_number(bytes, 0x4000 | pid, 2);
    bytes.push_back(0x10);
    if (section) bytes.push_back(0);
    append(bytes, body);
    bytes.resize(188, 0xff);
    return bytes;
  };
  const Bytes association{0, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, 0xe0, 0x20, 0, 0, 0, 0};
  const Bytes map{2,    0xb0, 23,   0, 1,    0xc1, 0,    0,    0xe0, 0x21, 0xf0, 0, 0x1b,
                  0xe0, 0x21, 0xf0, 0, 0x0f, 0xe0, 0x22, 0xf0, 0,    0,    0,    0, 0};
  Bytes file = joined({transport(0, true, association), transport(0x20, true, map)});
  for (std::uint64_t i = 0; i < 4; ++i) append(file, transport(0x21, false, packet(90000 * i, Bytes(20))));
  const MediaRun run = probe_media(file);
  ASSERT_EQ(run.step.status, Status::kOk);
  EXPECT_EQ(run.facts.format, Format::kMpegts);
  EXPECT_EQ(run.facts.video_codec, Codec::kH264);
  EXPECT_EQ(run.facts.audio_codec, Codec::kAac);
  EXPECT_DOUBLE_EQ(run.facts.duration_seconds, 3);
}

TEST(Matroska, DamageIsBoring) { expect_calm_in_damage(matroska("webm", element(0x4489, real(2500)), {}), "matroska"); }

}  // namespace
}  // namespace gvw::testing
