#include <algorithm>
#include <utility>

#include "probe/heif.h"

// ISO/IEC 23008-12 6.5 (properties); ISO/IEC 14496-12 12.1.4 (clap); ISO/IEC 14496-15 8.3.3 (hvcC); AV1 in ISOBMFF 2.3
// (av1C); ISO/IEC 23001-17 5.2 (uncC).
namespace gvw::probing::heif {
namespace {

using isobmff::Box;

/// Two of `clap`'s fractions to whole pixels.
bool read_crop(FileReader& reader, const Box& box, HeifProperty& slot) {
  constexpr std::size_t kBytes = 32;
  if (box.end - box.body < kBytes) return false;
  const std::uint8_t* bytes = reader.view(box.body, kBytes);
  if (bytes == nullptr) return true;
  const auto pixels = [&](std::size_t at) -> std::uint32_t {
    const auto over = load<std::uint32_t>(bytes + at, Endian::kBig);
    const auto under = load<std::uint32_t>(bytes + at + 4, Endian::kBig);
    return under == 0 ? 0 : static_cast<std::uint32_t>((std::uint64_t{over} + under / 2) / under);
  };
  slot = {slot.index, PropertyKind::kCrop, pixels(0), pixels(8)};
  return true;
}

/// Depth and absence of colour as the codec's configuration has them.
void read_codec(FileReader& reader, const Box& box, HeifItem& item) {
  switch (box.type) {
    case four_cc("hvcC"): {
      constexpr std::uint64_t kChromaAt = 16;
      if (box.end - box.body < kChromaAt + 2) return;
      item.gray = (reader.u8(box.body + kChromaAt) & 0x03U) == 0;
      item.codec_depth = static_cast<std::uint8_t>((reader.u8(box.body + kChromaAt + 1) & 0x07U) + 8U);
      break;
    }
    case four_cc("av1C"): {
      if (box.end - box.body < 3) return;
      const unsigned flags = reader.u8(box.body + 2);
      const std::uint8_t high = (flags & 0x20U) != 0 ? 12 : 10;
      item.gray = (flags & 0x10U) != 0;
      item.codec_depth = (flags & 0x40U) != 0 ? high : std::uint8_t{8};
      break;
    }
    case four_cc("uncC"): {
      // Version, profile, number of components, then a component's index (16 bits) and its bits less one.
      constexpr std::uint64_t kBitsAt = 4 + 4 + 4 + 2;
      if (box.end - box.body <= kBitsAt || reader.u8(box.body) != 0) return;
      item.codec_depth = static_cast<std::uint8_t>(std::min(reader.u8(box.body + kBitsAt) + 1, 255));
      break;
    }
    default:
      break;
  }
}

}  // namespace

std::uint8_t Turn::orientation() const {
  // Indexed by transpose, mirror_y, mirror_x.
  constexpr std::uint8_t kOrientations[] = {1, 2, 4, 3, 5, 6, 8, 7};
  return kOrientations[(transpose ? 4U : 0U) + (mirror_y ? 2U : 0U) + (mirror_x ? 1U : 0U)];
}

bool Shape::apply(const HeifProperty& property) {
  switch (property.kind) {
    case PropertyKind::kCrop:
      if (property.a == 0 || property.b == 0 || property.a > width || property.b > height) return false;
      width = property.a;
      height = property.b;
      break;
    case PropertyKind::kRotation:
      // A quarter turn against the clock is a transposition and a mirror from top to bottom.
      for (std::uint32_t i = 0; i < property.a; ++i) {
        turn.transpose = !turn.transpose;
        std::swap(turn.mirror_x, turn.mirror_y);
        turn.mirror_y = !turn.mirror_y;
        std::swap(width, height);
      }
      break;
    case PropertyKind::kMirror: {
      bool& mirror = property.a == 0 ? turn.mirror_y : turn.mirror_x;
      mirror = !mirror;
      break;
    }
    case PropertyKind::kSize:
    case PropertyKind::kOther:
      break;
  }
  return true;
}

Failure read_property(FileReader& reader, const Box& box, HeifProperty& slot, HeifItem& item, bool& icc) {
  switch (box.type) {
    case four_cc("ispe"): {
      if (box.end - box.body < 12) return {Status::kMalformed, box.start};
      const std::uint32_t width = reader.u32(box.body + 4, Endian::kBig);
      const std::uint32_t height = reader.u32(box.body + 8, Endian::kBig);
      if (reader.ok() && (width == 0 || height == 0)) return {Status::kMalformed, box.start};
      slot = {slot.index, PropertyKind::kSize, width, height};
      break;
    }
    case four_cc("clap"):
      if (!read_crop(reader, box, slot)) return {Status::kMalformed, box.start};
      break;
    case four_cc("irot"):
    case four_cc("imir"): {
      if (box.end == box.body) return {Status::kMalformed, box.start};
      const bool turns = box.type == four_cc("irot");
      const std::uint32_t value = reader.u8(box.body) & (turns ? 0x03U : 0x01U);
      slot = {slot.index, turns ? PropertyKind::kRotation : PropertyKind::kMirror, value, 0};
      break;
    }
    case four_cc("pixi"): {
      if (box.end - box.body < 6) break;
      const std::uint8_t channels = reader.u8(box.body + 4);
      if (channels != 0) item.pixel_depth = reader.u8(box.body + 5);
      break;
    }
    case four_cc("colr"): {
      if (box.end - box.body < 4) break;
      const std::uint32_t kind = reader.u32(box.body, Endian::kBig);
      icc = icc || kind == four_cc("prof") || kind == four_cc("rICC");
      break;
    }
    default:
      read_codec(reader, box, item);
      break;
  }
  return {};
}

}  // namespace gvw::probing::heif
