#include <gtest/gtest.h>
#include <libdeflate.h>

#include <string_view>
#include <vector>

#include "pixels/codecs/png.h"
#include "support/pixels.h"

namespace gvw {
namespace {

Image decoded(std::span<const std::uint8_t> file, bool partial = false) {
  auto image = decode_png(file, {.partial = partial});
  EXPECT_TRUE(image.ok());
  return image.ok() ? std::move(image.value()) : Image{};
}

TEST(Png, KeepsEveryBit) {
  test::Random random(1);
  for (const std::uint32_t width : {1U, 2U, 5U, 6U, 7U, 16U, 63U}) {
    for (const std::uint32_t height : {1U, 2U, 17U}) {
      for (int kind = 0; kind < 4; ++kind) {
        const Image image = test::picture(width, height, [&](std::uint32_t x, std::uint32_t y, int channel) {
          if (kind == 0) return random.below(256);  // with alpha
          if (channel == 3) return 255U;
          if (kind == 1) return random.below(256);  // RGB
          if (kind == 2) return (x * 7 + y * 3 + static_cast<unsigned>(channel) * 40) & 255U;
          return (x * 5 + y) & 255U;  // grey
        });
        auto file = encode_png(image);
        ASSERT_TRUE(file.ok());
        EXPECT_EQ(test::largest_difference(image, decoded(file.value().span())), 0);
      }
    }
  }
}

TEST(Png, KeepsTheProfile) {
  Image image = test::waves(16, 16);
  image.icc = test::profile(70000);
  auto file = encode_png(image);
  EXPECT_TRUE(test::same_bytes(decoded(file.value().span()).icc, image.icc));
}

TEST(Png, RefusesBeforeItAllocates) {
  auto file = encode_png(test::waves(64, 64));
  EXPECT_EQ(decode_png(file.value().span(), {.max_pixels = 4095}).failure().status, Status::kTooLarge);
  EXPECT_EQ(encode_png(Image{}).failure().status, Status::kBadArgument);
}

TEST(Png, CutAtEveryLengthIsTruncated) {
  const Image image = test::waves(60, 50);
  auto file = encode_png(image);
  std::size_t rows_before = 0;
  // IEND is 12 bytes, the checksum before it 4, and no pixel is in them.
  for (std::size_t length = 0; length + 16 < file.value().size(); ++length) {
    const auto cut = file.value().span().first(length);
    ASSERT_EQ(decode_png(cut, {}).failure().status, Status::kTruncated) << length;
    const auto some = decode_png(cut, {.partial = true});
    if (!some.ok()) continue;
    // What is there is right, and more of the file is more of the picture.
    std::size_t rows = 0;
    const std::size_t stride = std::size_t{60} * 4;
    while (rows < 50 && some.value().pixels.data()[rows * stride + 3] == 255) ++rows;
    ASSERT_EQ(std::memcmp(some.value().pixels.data(), image.pixels.data(), rows * stride), 0) << length;
    ASSERT_GE(rows, rows_before);
    rows_before = rows;
  }
  EXPECT_GE(rows_before, 45U);
}

TEST(Png, DamageIsBoring) {
  auto file = encode_png(test::waves(20, 20));
  for (std::size_t at = 0; at < file.value().size(); ++at) {
    for (const std::uint8_t value :
         {std::uint8_t{0}, std::uint8_t{255}, static_cast<std::uint8_t>(~file.value().data()[at])}) {
      Buffer damaged;
      damaged.append(file.value().span());
      if (damaged.data()[at] == value) continue;
      damaged.data()[at] = value;
      // A chunk's checksum, or the signature, finds every single byte. IEND's say nothing about the picture, and where
      // IDAT claims to be longer than the file, the zlib stream's own checksum says that all is there.
      const auto outcome = decode_png(damaged.span(), {.max_pixels = 1 << 20});
      const bool harmless = at + 12 >= file.value().size() || (at >= 33 && at < 37);
      EXPECT_TRUE(harmless || !outcome.ok()) << at;
      static_cast<void>(decode_png(damaged.span(), {.max_pixels = 1 << 20, .partial = true}));
    }
  }
}

// ── kinds that the encoder does not write ───────────────────────────────────────────────────────────────────────────

void append_u32(Buffer& out, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out.append(static_cast<char>(number >> static_cast<unsigned>(shift)));
}

void append_chunk(Buffer& out, std::string_view type, std::span<const std::uint8_t> data, bool intact = true) {
  append_u32(out, static_cast<std::uint32_t>(data.size()));
  const std::size_t start = out.size();
  out.append(type);
  out.append(data);
  append_u32(out, libdeflate_crc32(0, out.data() + start, 4 + data.size()) ^ (intact ? 0U : 1U));
}

struct Kind {
  std::uint8_t depth, color;
};

using Bytes = std::vector<std::uint8_t>;

/// A PNG whose rows, with their filter bytes, are given.
Buffer file_of(std::uint32_t width, std::uint32_t height, Kind kind, const Bytes& rows, const Bytes& palette = {},
               const Bytes& transparency = {}) {
  Buffer header;
  append_u32(header, width);
  append_u32(header, height);
  for (const std::uint8_t byte : {kind.depth, kind.color, std::uint8_t{0}, std::uint8_t{0}, std::uint8_t{0}}) {
    header.append(static_cast<char>(byte));
  }
  Buffer out;
  out.append(std::string_view("\x89PNG\r\n\x1a\n"));
  append_chunk(out, "IHDR", header.span());
  append_chunk(out, "gAMA", palette, false);  // a damaged ancillary chunk is left out
  if (!palette.empty()) append_chunk(out, "PLTE", palette);
  if (!transparency.empty()) append_chunk(out, "tRNS", transparency);
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(1);
  Bytes data(libdeflate_zlib_compress_bound(compressor, rows.size()));
  data.resize(libdeflate_zlib_compress(compressor, rows.data(), rows.size(), data.data(), data.size()));
  libdeflate_free_compressor(compressor);
  // In two pieces, the first of one byte.
  append_chunk(out, "IDAT", std::span(data).first(1));
  append_chunk(out, "IDAT", std::span(data).subspan(1));
  append_chunk(out, "IEND", {});
  return out;
}

Bytes pixels_of(const Buffer& file) {
  const Image image = decoded(file.span());
  return {image.pixels.data(), image.pixels.data() + image.pixels.size()};
}

TEST(Png, SmallDepthsAndPalettes) {
  EXPECT_EQ(pixels_of(file_of(3, 1, {1, 0}, {0, 0b10100000})),
            (Bytes{255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 255, 255}));
  EXPECT_EQ(pixels_of(file_of(2, 1, {2, 0}, {0, 0b01100000}, {}, {0, 2})), (Bytes{85, 85, 85, 255, 170, 170, 170, 0}));
  EXPECT_EQ(pixels_of(file_of(2, 1, {4, 0}, {0, 0x3f})), (Bytes{51, 51, 51, 255, 255, 255, 255, 255}));
  EXPECT_EQ(pixels_of(file_of(2, 1, {8, 0}, {1, 7, 2}, {}, {0, 9})), (Bytes{7, 7, 7, 255, 9, 9, 9, 0}));
  EXPECT_EQ(pixels_of(file_of(3, 1, {4, 3}, {0, 0x01, 0x20}, {1, 2, 3, 4, 5, 6}, {128})),
            (Bytes{1, 2, 3, 128, 4, 5, 6, 255, 0, 0, 0, 255}));
  EXPECT_EQ(pixels_of(file_of(2, 1, {8, 4}, {0, 7, 8, 9, 10})), (Bytes{7, 7, 7, 8, 9, 9, 9, 10}));
  EXPECT_EQ(pixels_of(file_of(2, 1, {8, 2}, {0, 1, 2, 3, 4, 5, 6}, {}, {0, 4, 0, 5, 0, 6})),
            (Bytes{1, 2, 3, 255, 4, 5, 6, 0}));
  EXPECT_EQ(pixels_of(file_of(1, 1, {16, 2}, {0, 9, 200, 8, 100, 7, 0})), (Bytes{9, 8, 7, 255}));
}

TEST(Png, RefusesWhatIsNotPng) {
  const auto status = [](const Buffer& file) { return decode_png(file.span(), {}).failure().status; };
  EXPECT_EQ(status(file_of(1, 1, {8, 0}, {5, 0})), Status::kMalformed);  // no such filter
  EXPECT_EQ(status(file_of(1, 1, {8, 1}, {0, 0})), Status::kMalformed);  // no such colour
  EXPECT_EQ(status(file_of(1, 1, {4, 2}, {0, 0})), Status::kMalformed);  // nor with this depth
  EXPECT_EQ(status(file_of(1, 1, {8, 3}, {0, 0})), Status::kMalformed);  // no palette
  EXPECT_EQ(status(file_of(0, 1, {8, 0}, {0, 0})), Status::kMalformed);
  EXPECT_EQ(status(file_of(2, 2, {8, 0}, {0, 1, 2})), Status::kTruncated);
  EXPECT_EQ(decoded(file_of(1, 1, {8, 0}, {0, 1, 2, 3, 4}).span()).width, 1U);  // too much is harmless
}

}  // namespace
}  // namespace gvw
