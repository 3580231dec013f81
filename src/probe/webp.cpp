#include <algorithm>

#include "base/four_cc.h"
#include "base/limits.h"
#include "probe/exif.h"
#include "probe/formats.h"

// WebP container specification (RFC 9649): 2.5 and 2.6 (simple files), 2.7 (extended files); RFC 6386 9.1 (VP8 frame
// header); RFC 9649 3.4 (VP8L header).
namespace gvw::probing {
namespace {

constexpr std::uint64_t kRiffHeaderBytes = 12;
constexpr std::uint64_t kChunkHeaderBytes = 8;
constexpr std::uint32_t kSideMask = 0x3fff;

constexpr std::uint8_t kFlagAnimation = 0x02;
constexpr std::uint8_t kFlagXmp = 0x04;
constexpr std::uint8_t kFlagExif = 0x08;
constexpr std::uint8_t kFlagAlpha = 0x10;
constexpr std::uint8_t kFlagIcc = 0x20;

/// `ProbeState::stage` of an extended file: what is still to be found.
constexpr std::uint8_t kSeeksPixels = 0x01;
constexpr std::uint8_t kSeeksExif = 0x02;
constexpr std::uint8_t kCountsFrames = 0x04;

struct Chunk {
  std::uint32_t type;
  std::uint64_t data;
  std::uint32_t length;
};

/// The header of a lossy frame: only a key frame can begin a picture.
Failure read_vp8(FileReader& reader, const Chunk& chunk, ImageFacts& facts) {
  constexpr std::size_t kHeaderBytes = 10;
  if (chunk.length < kHeaderBytes) return {Status::kMalformed, chunk.data};
  const std::uint8_t* bytes = reader.view(chunk.data, kHeaderBytes);
  if (bytes == nullptr) return {};
  const bool key_frame = (bytes[0] & 1U) == 0;
  if (!key_frame || bytes[3] != 0x9d || bytes[4] != 0x01 || bytes[5] != 0x2a) return {Status::kMalformed, chunk.data};
  facts.width = load<std::uint16_t>(bytes + 6, Endian::kLittle) & kSideMask;
  facts.height = load<std::uint16_t>(bytes + 8, Endian::kLittle) & kSideMask;
  facts.color_model = ColorModel::kYcbcr;
  if (facts.width == 0 || facts.height == 0) return {Status::kMalformed, chunk.data + 6};
  return {};
}

Failure read_vp8l(FileReader& reader, const Chunk& chunk, ImageFacts& facts) {
  constexpr std::size_t kHeaderBytes = 5;
  constexpr std::uint8_t kSignature = 0x2f;
  if (chunk.length < kHeaderBytes) return {Status::kMalformed, chunk.data};
  const std::uint8_t* bytes = reader.view(chunk.data, kHeaderBytes);
  if (bytes == nullptr) return {};
  const auto bits = load<std::uint32_t>(bytes + 1, Endian::kLittle);
  constexpr std::uint32_t kVersionAt = 29;
  if (bytes[0] != kSignature || bits >> kVersionAt != 0) return {Status::kMalformed, chunk.data};
  facts.width = (bits & kSideMask) + 1;
  facts.height = (bits >> 14U & kSideMask) + 1;
  facts.has_alpha = (bits >> 28U & 1U) != 0;
  facts.color_model = facts.has_alpha ? ColorModel::kRgba : ColorModel::kRgb;
  return {};
}

Failure read_vp8x(FileReader& reader, const Chunk& chunk, ProbeState& state) {
  constexpr std::size_t kHeaderBytes = 10;
  if (chunk.length < kHeaderBytes) return {Status::kMalformed, chunk.data};
  const std::uint8_t* bytes = reader.view(chunk.data, kHeaderBytes);
  if (bytes == nullptr) return {};
  ImageFacts& facts = state.facts;
  const std::uint8_t flags = bytes[0];
  const auto side = [&](std::size_t at) {  // 24 bits: one less than the side
    return 1U + (std::uint32_t{bytes[at]} | std::uint32_t{bytes[at + 1]} << 8U | std::uint32_t{bytes[at + 2]} << 16U);
  };
  facts.width = side(4);
  facts.height = side(7);
  facts.icc = (flags & kFlagIcc) != 0;
  facts.xmp = (flags & kFlagXmp) != 0;
  facts.exif = (flags & kFlagExif) != 0;
  facts.color_model = ColorModel::kYcbcr;
  state.sized = true;
  if ((flags & kFlagAnimation) != 0) {
    // Each frame may have alpha of its own; the flag speaks for all.
    facts.has_alpha = (flags & kFlagAlpha) != 0;
    facts.frames = 0;
    state.stage = kCountsFrames;
  } else {
    state.stage = kSeeksPixels;
  }
  if (facts.exif) state.stage |= kSeeksExif;
  return {};
}

/// A still picture's pixels say whether there is alpha; the file's flag may promise it in vain. They do not say the
/// size: that is the canvas.
Failure read_pixels(FileReader& reader, const Chunk& chunk, ProbeState& state) {
  ImageFacts found;
  if (chunk.type == four_cc("ALPH")) {
    state.facts.has_alpha = true;
    return {};
  }
  const bool lossless = chunk.type == four_cc("VP8L");
  const Failure failure = lossless ? read_vp8l(reader, chunk, found) : read_vp8(reader, chunk, found);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  state.facts.has_alpha = state.facts.has_alpha || found.has_alpha;
  state.facts.color_model = found.color_model;
  state.stage &= static_cast<std::uint8_t>(~kSeeksPixels);
  return {};
}

Failure read_chunk(FileReader& reader, const Chunk& chunk, ProbeState& state) {
  switch (chunk.type) {
    case four_cc("VP8 "):
    case four_cc("VP8L"):
    case four_cc("ALPH"):
      return (state.stage & kSeeksPixels) != 0 ? read_pixels(reader, chunk, state) : Failure{};
    case four_cc("ANMF"):
      if ((state.stage & kCountsFrames) != 0) ++state.facts.frames;
      return {};
    case four_cc("EXIF"): {
      if ((state.stage & kSeeksExif) == 0) return {};
      const ExifFacts exif = read_exif(reader, chunk.data, chunk.length);
      if (!reader.ok()) return {};
      state.facts.orientation = exif.orientation;
      state.facts.gps = exif.gps;
      state.stage &= static_cast<std::uint8_t>(~kSeeksExif);
      return {};
    }
    default:
      return {};
  }
}

/// The first chunk tells which of the three kinds of file it is; of the simple ones it is all there is to read.
Failure read_first_chunk(FileReader& reader, const Chunk& chunk, ProbeState& state) {
  switch (chunk.type) {
    case four_cc("VP8X"):
      return read_vp8x(reader, chunk, state);
    case four_cc("VP8 "):
    case four_cc("VP8L"): {
      const Failure failure =
          chunk.type == four_cc("VP8 ") ? read_vp8(reader, chunk, state.facts) : read_vp8l(reader, chunk, state.facts);
      if (!reader.ok() || failure.status != Status::kOk) return failure;
      state.sized = true;
      state.facts.truncated = chunk.length > reader.file_size() - chunk.data;
      return {};
    }
    default:
      return {Status::kMalformed, kRiffHeaderBytes};
  }
}

/// All chunks seen.
Failure finish(FileReader& reader, ProbeState& state) {
  // The header may have announced what is not there.
  if ((state.stage & kSeeksExif) != 0) state.facts.exif = false;
  // Without pixels there is no picture: it ends early, or it never had any.
  const bool incomplete = (state.stage & kSeeksPixels) != 0 || state.facts.frames == 0;
  if (incomplete) return {state.end > reader.file_size() ? Status::kTruncated : Status::kMalformed, state.position};
  return {};
}

}  // namespace

Match recognise_webp(FileReader& reader, Word<Format>& format) {
  const Match riff = match_literal(reader, 0, "RIFF");
  if (riff == Match::kNo || !reader.ok()) return Match::kNo;
  const Match webp = match_literal(reader, 8, "WEBP");
  if (webp == Match::kYes) format = Format::kWebp;
  return webp;
}

Failure probe_webp(FileReader& reader, ProbeState& state) {
  if (state.position == 0) {
    state.end = kChunkHeaderBytes + std::uint64_t{reader.u32(4, Endian::kLittle)};
    if (!reader.ok()) return {};
    if (state.end < kRiffHeaderBytes + kChunkHeaderBytes) return {Status::kMalformed, 4};
    state.position = kRiffHeaderBytes;
  }
  do {
    if (state.position + kChunkHeaderBytes > state.end) return finish(reader, state);
    const std::uint8_t* header = reader.view(state.position, kChunkHeaderBytes);
    if (header == nullptr) return {};
    const Chunk chunk{load<std::uint32_t>(header, Endian::kBig), state.position + kChunkHeaderBytes,
                      load<std::uint32_t>(header + 4, Endian::kLittle)};
    const Failure failure =
        state.position == kRiffHeaderBytes ? read_first_chunk(reader, chunk, state) : read_chunk(reader, chunk, state);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    state.position = chunk.data + chunk.length + (chunk.length & 1U);
  } while (state.stage != 0 && state.facts.frames < limits::kMaxFrames);
  if (state.end > reader.file_size()) state.facts.truncated = true;
  return {};
}

}  // namespace gvw::probing
