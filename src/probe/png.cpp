#include "base/four_cc.h"
#include "base/limits.h"
#include "probe/exif.h"
#include "probe/formats.h"

// PNG specification, third edition: 5 (datastream structure), 11 (chunks), 11.3.6 (animation).
namespace gvw::probing {
namespace {

constexpr std::uint64_t kSignatureBytes = 8;
constexpr std::uint64_t kChunkHeaderBytes = 8;
constexpr std::uint64_t kChunkCrcBytes = 4;
constexpr std::uint32_t kHeaderDataBytes = 13;
constexpr std::uint64_t kFirstChunkBehindHeader =
    kSignatureBytes + kChunkHeaderBytes + kHeaderDataBytes + kChunkCrcBytes;

constexpr std::uint8_t kColorGray = 0;
constexpr std::uint8_t kColorRgb = 2;
constexpr std::uint8_t kColorPalette = 3;
constexpr std::uint8_t kColorGrayAlpha = 4;
constexpr std::uint8_t kColorRgba = 6;

ColorModel color_model(std::uint8_t color_type) {
  switch (color_type) {
    case kColorGray:
      return ColorModel::kGray;
    case kColorRgb:
      return ColorModel::kRgb;
    case kColorPalette:
      return ColorModel::kPalette;
    case kColorGrayAlpha:
      return ColorModel::kGrayAlpha;
    case kColorRgba:
      return ColorModel::kRgba;
    default:
      return ColorModel::kUnknown;
  }
}

bool is_allowed_depth(std::uint8_t color_type, std::uint8_t depth) {
  const bool whole_bytes = depth == 8 || depth == 16;
  const bool fraction = depth == 1 || depth == 2 || depth == 4;
  if (color_type == kColorGray) return fraction || whole_bytes;
  if (color_type == kColorPalette) return fraction || depth == 8;
  return whole_bytes;
}

Failure read_header(FileReader& reader, ProbeState& state) {
  constexpr std::uint64_t kData = kSignatureBytes + kChunkHeaderBytes;
  const std::uint8_t* chunk = reader.view(kSignatureBytes, kChunkHeaderBytes + kHeaderDataBytes);
  if (chunk == nullptr) return {};
  const auto length = load<std::uint32_t>(chunk, Endian::kBig);
  const auto type = load<std::uint32_t>(chunk + 4, Endian::kBig);
  // What Xcode makes of PNGs for iOS: no decoder but Apple's reads it.
  if (type == four_cc("CgBI")) return {Status::kUnsupported, kSignatureBytes};
  if (type != four_cc("IHDR") || length != kHeaderDataBytes) return {Status::kMalformed, kSignatureBytes};

  ImageFacts& facts = state.facts;
  const std::uint8_t* header = chunk + kChunkHeaderBytes;
  facts.width = load<std::uint32_t>(header, Endian::kBig);
  facts.height = load<std::uint32_t>(header + 4, Endian::kBig);
  facts.bit_depth = header[8];
  const std::uint8_t color_type = header[9];
  const std::uint8_t interlace = header[12];
  if (facts.width == 0 || facts.width > limits::kMaxPngNumber) return {Status::kMalformed, kData};
  if (facts.height == 0 || facts.height > limits::kMaxPngNumber) return {Status::kMalformed, kData + 4};
  facts.color_model = color_model(color_type);
  if (facts.color_model == ColorModel::kUnknown || !is_allowed_depth(color_type, facts.bit_depth)) {
    return {Status::kMalformed, kData + 8};
  }
  if (interlace > 1) return {Status::kMalformed, kData + 12};
  facts.has_alpha = color_type == kColorGrayAlpha || color_type == kColorRgba;
  facts.progressive = interlace == 1;
  state.position = kFirstChunkBehindHeader;
  state.sized = true;
  return {};
}

/// A text chunk's keyword tells what it carries: XMP has one of its own, ImageMagick's "Raw profile type" the rest.
void read_text_chunk(FileReader& reader, std::uint64_t data, std::uint32_t length, ImageFacts& facts) {
  const auto keyword = [&](std::string_view name) {
    return length > name.size() && reader.matches(data, name) && reader.u8(data + name.size()) == 0;
  };
  if (keyword("XML:com.adobe.xmp") || keyword("Raw profile type xmp")) facts.xmp = true;
  if (keyword("Raw profile type exif") || keyword("Raw profile type APP1")) facts.exif = true;
  if (keyword("Raw profile type iptc")) facts.iptc = true;
}

void read_chunk(FileReader& reader, std::uint32_t type, std::uint64_t data, std::uint32_t length, ImageFacts& facts) {
  switch (type) {
    case four_cc("tRNS"):
      facts.has_alpha = true;
      break;
    case four_cc("acTL"):
      if (length >= 4) facts.frames = reader.u32(data, Endian::kBig);
      if (facts.frames == 0) facts.frames = 1;
      break;
    case four_cc("iCCP"):
      facts.icc = true;
      break;
    case four_cc("eXIf"): {
      const ExifFacts exif = read_exif(reader, data, length);
      facts.exif = true;
      facts.orientation = exif.orientation;
      facts.gps = exif.gps;
      break;
    }
    case four_cc("tEXt"):
    case four_cc("zTXt"):
    case four_cc("iTXt"):
      read_text_chunk(reader, data, length, facts);
      break;
    default:
      break;
  }
}

}  // namespace

Match recognise_png(FileReader& reader, Word<Format>& format) {
  const Match match = match_literal(reader, 0, "\x89PNG\r\n\x1a\n");
  if (match == Match::kYes) format = Format::kPng;
  return match;
}

/// Reads up to the first IDAT. What stands behind the pixels is not looked for: it would cost a window for each of
/// perhaps thousands of IDAT chunks. An acTL there is to be ignored (APNG), and so is the orientation of an eXIf there
/// in what browsers do; a picture that has metadata only behind its pixels is reported without.
Failure probe_png(FileReader& reader, ProbeState& state) {
  if (!state.sized) {
    const Failure failure = read_header(reader, state);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
  }
  for (;;) {
    const std::uint8_t* header = reader.view(state.position, kChunkHeaderBytes);
    if (header == nullptr) return {};
    const auto length = load<std::uint32_t>(header, Endian::kBig);
    const auto type = load<std::uint32_t>(header + 4, Endian::kBig);
    const std::uint64_t data = state.position + kChunkHeaderBytes;
    const std::uint64_t end = data + length + kChunkCrcBytes;
    if (length > limits::kMaxPngNumber) return {Status::kMalformed, state.position};
    if (type == four_cc("IDAT") || type == four_cc("IEND")) {
      return end > reader.file_size() ? Failure{Status::kTruncated, state.position} : Failure{Status::kOk, 0};
    }
    read_chunk(reader, type, data, length, state.facts);
    if (!reader.ok()) return {};
    state.position = end;
  }
}

}  // namespace gvw::probing
