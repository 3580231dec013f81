#include <algorithm>

#include "probe/formats.h"

// BMP as Windows (BITMAPCOREHEADER to BITMAPV5HEADER) and OS/2 2.x write it: 14 bytes of file header, then an
// information header that begins with its own length.
namespace gvw::probing {
namespace {

constexpr std::uint64_t kInfoAt = 14;
constexpr std::uint32_t kCoreBytes = 12;
/// The shortest header that has an alpha mask.
constexpr std::uint32_t kAlphaMaskBytes = 56;

/// OS/2 2.x may cut its header of 64 bytes after any member.
bool is_header_length(std::uint32_t bytes) {
  constexpr std::uint32_t kV5Bytes = 124;
  constexpr std::uint32_t kOs2MinBytes = 16;
  constexpr std::uint32_t kOs2MaxBytes = 64;
  return bytes == kCoreBytes || (bytes >= kOs2MinBytes && bytes <= kOs2MaxBytes) || bytes == 108 || bytes == kV5Bytes;
}

std::uint8_t bits_a_sample(std::uint16_t bits_a_pixel) {
  switch (bits_a_pixel) {
    case 16:
      return 5;
    case 24:
    case 32:
    case 0:  // a JPEG or PNG inside
      return 8;
    default:
      return static_cast<std::uint8_t>(bits_a_pixel);
  }
}

}  // namespace

Match recognise_bmp(FileReader& reader, Word<Format>& format) {
  const Match mark = match_literal(reader, 0, "BM");
  if (mark != Match::kYes) return mark;
  if (reader.file_size() < kInfoAt + 4) return Match::kCut;
  // Two letters are little to go by: any text may begin with them.
  const std::uint32_t header_bytes = reader.u32(kInfoAt, Endian::kLittle);
  if (!reader.ok() || !is_header_length(header_bytes)) return Match::kNo;
  format = Format::kBmp;
  return Match::kYes;
}

Failure probe_bmp(FileReader& reader, ProbeState& state) {
  ImageFacts& facts = state.facts;
  const std::uint32_t header_bytes = reader.u32(kInfoAt, Endian::kLittle);
  std::uint16_t bits_a_pixel = 0;
  if (header_bytes == kCoreBytes) {
    facts.width = reader.u16(kInfoAt + 4, Endian::kLittle);
    facts.height = reader.u16(kInfoAt + 6, Endian::kLittle);
    bits_a_pixel = reader.u16(kInfoAt + 10, Endian::kLittle);
  } else {
    const auto height = static_cast<std::int32_t>(reader.u32(kInfoAt + 8, Endian::kLittle));
    facts.width = reader.u32(kInfoAt + 4, Endian::kLittle);
    // Negative: the rows stand from top to bottom.
    facts.height = height < 0 ? 0U - static_cast<std::uint32_t>(height) : static_cast<std::uint32_t>(height);
    bits_a_pixel = reader.u16(kInfoAt + 14, Endian::kLittle);
  }
  if (header_bytes >= kAlphaMaskBytes && header_bytes != 64) {
    facts.has_alpha = bits_a_pixel == 32 && reader.u32(kInfoAt + 52, Endian::kLittle) != 0;
  }
  if (!reader.ok()) return {};
  if (facts.width == 0 || facts.width > 0x7fffffff) return {Status::kMalformed, kInfoAt + 4};
  if (facts.height == 0) return {Status::kMalformed, kInfoAt + 4};
  constexpr std::uint16_t kDepths[] = {0, 1, 2, 4, 8, 16, 24, 32};
  if (std::ranges::find(kDepths, bits_a_pixel) == std::end(kDepths)) return {Status::kMalformed, kInfoAt};
  facts.bit_depth = bits_a_sample(bits_a_pixel);
  const ColorModel direct = facts.has_alpha ? ColorModel::kRgba : ColorModel::kRgb;
  facts.color_model = bits_a_pixel != 0 && bits_a_pixel <= 8 ? ColorModel::kPalette : direct;
  state.sized = true;
  facts.truncated = reader.file_size() < reader.u32(10, Endian::kLittle);
  return {};
}

}  // namespace gvw::probing
