#include "base/limits.h"
#include "probe/formats.h"

// GIF89a specification: 17-25 (blocks), Netscape and XMP application extensions.
namespace gvw::probing {
namespace {

constexpr std::uint64_t kSignatureBytes = 6;
constexpr std::uint64_t kScreenBytes = 7;
constexpr std::uint64_t kImageDescriptorBytes = 10;

constexpr std::uint8_t kExtension = 0x21;
constexpr std::uint8_t kImage = 0x2c;
constexpr std::uint8_t kTrailer = 0x3b;
constexpr std::uint8_t kGraphicControl = 0xf9;
constexpr std::uint8_t kApplication = 0xff;

enum Stage : std::uint8_t { kScreen, kBlock, kSubBlocks };

/// A colour table's bytes, from the flags that announce it.
std::uint64_t table_bytes(std::uint8_t flags) {
  constexpr std::uint8_t kHasTable = 0x80;
  return (flags & kHasTable) == 0 ? 0 : std::uint64_t{3} << ((flags & 0x07U) + 1U);
}

Failure read_screen(FileReader& reader, ProbeState& state) {
  const std::uint8_t* bytes = reader.view(kSignatureBytes, kScreenBytes);
  if (bytes == nullptr) return {};
  ImageFacts& facts = state.facts;
  facts.width = load<std::uint16_t>(bytes, Endian::kLittle);
  facts.height = load<std::uint16_t>(bytes + 2, Endian::kLittle);
  if (facts.width == 0 || facts.height == 0) return {Status::kMalformed, kSignatureBytes};
  facts.bit_depth = static_cast<std::uint8_t>((bytes[4] & 0x07U) + 1U);
  facts.color_model = ColorModel::kPalette;
  facts.frames = 0;
  state.sized = true;
  state.position = kSignatureBytes + kScreenBytes + table_bytes(bytes[4]);
  state.stage = kBlock;
  return {};
}

void read_extension(FileReader& reader, ProbeState& state) {
  const std::uint64_t label_at = state.position + 1;
  const std::uint8_t label = reader.u8(label_at);
  if (!reader.ok()) return;
  if (label == kGraphicControl) {
    // Size, flags (bit 0: a colour is transparent), delay, that colour.
    const bool transparent = (reader.u8(label_at + 2) & 0x01U) != 0;
    if (!reader.ok()) return;
    state.facts.has_alpha = state.facts.has_alpha || transparent;
  } else if (label == kApplication) {
    const std::uint8_t size = reader.u8(label_at + 1);
    const bool named = size == 11;
    const bool xmp = named && reader.matches(label_at + 2, "XMP DataXMP");
    const bool icc = named && reader.matches(label_at + 2, "ICCRGBG1012");
    if (!reader.ok()) return;
    state.facts.xmp = state.facts.xmp || xmp;
    state.facts.icc = state.facts.icc || icc;
  }
  state.position = label_at + 1;
  state.stage = kSubBlocks;
}

void read_image(FileReader& reader, ProbeState& state) {
  const std::uint8_t* bytes = reader.view(state.position, kImageDescriptorBytes);
  if (bytes == nullptr) return;
  constexpr std::uint8_t kInterlaced = 0x40;
  constexpr std::uint64_t kCodeSizeBytes = 1;
  const std::uint8_t flags = bytes[9];
  if (state.facts.frames == 0) state.facts.progressive = (flags & kInterlaced) != 0;
  ++state.facts.frames;
  state.position += kImageDescriptorBytes + table_bytes(flags) + kCodeSizeBytes;
  state.stage = kSubBlocks;
}

/// Data stands in blocks of at most 255 bytes, each behind its length; one of length 0 ends it. There is no way past it
/// but through all of them.
void skip_sub_blocks(FileReader& reader, ProbeState& state) {
  for (;;) {
    const std::uint8_t length = reader.u8(state.position);
    if (!reader.ok()) return;
    state.position += 1U + length;
    if (length == 0) break;
  }
  state.stage = kBlock;
}

}  // namespace

Match recognise_gif(FileReader& reader, Word<Format>& format) {
  Match match = match_literal(reader, 0, "GIF87a");
  if (match == Match::kNo && reader.ok()) match = match_literal(reader, 0, "GIF89a");
  if (match == Match::kYes) format = Format::kGif;
  return match;
}

Failure probe_gif(FileReader& reader, ProbeState& state) {
  if (state.stage == kScreen) {
    const Failure failure = read_screen(reader, state);
    if (failure.status != Status::kOk) return failure;
  }
  while (reader.ok() && state.facts.frames < limits::kMaxFrames) {
    if (state.stage == kSubBlocks) {
      skip_sub_blocks(reader, state);
      continue;
    }
    const std::uint8_t introducer = reader.u8(state.position);
    if (!reader.ok()) break;
    if (introducer == kExtension) {
      read_extension(reader, state);
    } else if (introducer == kImage) {
      read_image(reader, state);
    } else if (introducer == 0) {
      ++state.position;  // an empty block too many, which readers pass over
    } else {
      // The trailer, or what readers take for the end once they have a picture.
      const bool ended = introducer == kTrailer || state.facts.frames > 0;
      return ended ? Failure{} : Failure{Status::kMalformed, state.position};
    }
  }
  return {};
}

}  // namespace gvw::probing
