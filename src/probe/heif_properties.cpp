#include <algorithm>
#include <string_view>

#include "probe/heif.h"

// ISO/IEC 23008-12 9.3 (ipco, ipma); MIAF 7.3.6.4 and AVIF 4.1 (alpha).
namespace gvw::probing::heif {
namespace {

using isobmff::Box;
using isobmff::FullBox;

constexpr std::string_view kAlphaTypes[] = {
    {"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", 44},
    {"urn:mpeg:hevc:2015:auxid:1\0", 27},
    {"urn:mpeg:avc:2015:auxid:1\0", 26},
};

bool is_alpha(FileReader& reader, const Box& box) {
  FullBox full;
  if (isobmff::read_full_box(reader, box, full).status != Status::kOk || !reader.ok()) return false;
  return std::ranges::any_of(kAlphaTypes, [&](std::string_view type) {
    return box.end - full.body >= type.size() && reader.ok() && reader.matches(full.body, type);
  });
}

/// Calls `visit(box, index)` for each property from where the stage stands. Properties are numbered from 1.
template <class Visit>
Failure for_each_property(FileReader& reader, ProbeState& state, Visit visit) {
  HeifState& heif = state.heif;
  if (heif.cursor == 0) go_on(state, heif.properties.begin);
  while (heif.cursor < heif.properties.end) {
    Box box;
    Failure failure = isobmff::read_box(reader, heif.cursor, heif.properties.end, box);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    failure = visit(box, static_cast<std::uint16_t>(heif.index + 1));
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    ++heif.index;
    go_on(state, box.end);
  }
  return {};
}

/// One item's row of an `ipma` box.
struct Associations {
  std::uint32_t item;
  std::size_t count;
  const std::uint8_t* list;
  bool wide;

  [[nodiscard]] std::uint16_t operator[](std::size_t i) const {
    // The first bit says "essential", which an answer about the whole picture does not depend on.
    if (!wide) return list[i] & 0x7fU;
    return static_cast<std::uint16_t>(load<std::uint16_t>(list + 2 * i, Endian::kBig) & 0x7fffU);
  }
};

void keep_associations(HeifState& heif, const Associations& row) {
  for (std::size_t i = 0; i < heif.chain_length; ++i) {
    HeifItem& item = heif.chain[i];
    if (item.id != row.item) continue;
    for (std::size_t k = 0; k < row.count && item.properties < limits::kMaxItemProperties; ++k) {
      item.property[item.properties++] = {row[k], PropertyKind::kOther, 0, 0};
    }
  }
}

bool has_alpha_property(const HeifState& heif, const Associations& row) {
  if (!contains(heif.auxiliary, heif.auxiliaries, row.item)) return false;
  for (std::size_t i = 0; i < row.count; ++i) {
    if (contains(heif.alpha_property, heif.alpha_properties, row[i])) return true;
  }
  return false;
}

/// Reads the rows of one `ipma` box.
Failure read_rows(FileReader& reader, ProbeState& state, const Inside& inside) {
  HeifState& heif = state.heif;
  constexpr std::uint64_t kHeaderBytes = 8;
  if (heif.cursor == 0) {
    if (inside.end - inside.begin < kHeaderBytes) return {Status::kMalformed, inside.begin};
    const std::uint32_t word = reader.u32(inside.begin, Endian::kBig);
    heif.left = reader.u32(inside.begin + 4, Endian::kBig);
    if (!reader.ok()) return {};
    heif.version = static_cast<std::uint8_t>(word >> 24U);
    heif.wide = (word & 1U) != 0;
    go_on(state, inside.begin + kHeaderBytes);
  }
  const std::size_t id_bytes = heif.version == 0 ? 2 : 4;
  for (; heif.left != 0; --heif.left) {
    if (inside.end - heif.cursor < id_bytes + 1) return {Status::kMalformed, heif.cursor};
    const std::uint8_t* head = reader.view(heif.cursor, id_bytes + 1);
    if (head == nullptr) return {};
    const std::size_t count = head[id_bytes];
    const std::size_t bytes = id_bytes + 1 + count * (heif.wide ? 2 : 1);
    if (inside.end - heif.cursor < bytes) return {Status::kMalformed, heif.cursor};
    const std::uint8_t* row = reader.view(heif.cursor, bytes);
    if (row == nullptr) return {};
    const std::uint32_t item =
        id_bytes == 2 ? load<std::uint16_t>(row, Endian::kBig) : load<std::uint32_t>(row, Endian::kBig);
    const Associations associations{item, count, row + id_bytes + 1, heif.wide};
    keep_associations(heif, associations);
    if (has_alpha_property(heif, associations)) state.facts.has_alpha = true;
    go_on(state, heif.cursor + bytes);
  }
  return {};
}

/// How many of `chain` are the picture at some stage, and not merely a part of it.
std::size_t pictures_of(const HeifState& heif) { return heif.chain_length - (heif.tiled ? 1U : 0U); }

/// The picture's shape from the items it is derived from, the innermost first.
Failure shape_of(const HeifState& heif, Shape& shape, std::uint32_t (&stored)[2]) {
  const std::size_t pictures = pictures_of(heif);
  for (std::size_t i = pictures; i-- > 0;) {
    const HeifItem& item = heif.chain[i];
    for (std::size_t k = 0; k < item.properties; ++k) {
      const HeifProperty& property = item.property[k];
      if (property.kind != PropertyKind::kSize) continue;
      stored[0] = property.a;
      stored[1] = property.b;
      // A derived item's own size is what its source comes out as: it must not undo the source's turn.
      if (i + 1 == pictures || shape.width == 0) shape.width = property.a, shape.height = property.b;
    }
    for (std::size_t k = 0; k < item.properties; ++k) {
      if (shape.width == 0 || !shape.apply(item.property[k])) return {Status::kMalformed, heif.properties.begin};
    }
  }
  return {};
}

/// All is read: makes the answer of it.
Failure conclude(ProbeState& state) {
  const HeifState& heif = state.heif;
  ImageFacts& facts = state.facts;
  Shape shape;
  std::uint32_t stored[2] = {};
  const Failure failure = shape_of(heif, shape, stored);
  if (failure.status != Status::kOk) return failure;
  facts.width = stored[0];
  facts.height = stored[1];
  facts.orientation = shape.turn.orientation();
  facts.upright_width = shape.width;
  facts.upright_height = shape.height;
  const HeifItem& primary = heif.chain[0];
  const HeifItem& innermost = heif.chain[heif.chain_length - 1];
  for (const std::uint8_t depth :
       {primary.codec_depth, primary.pixel_depth, innermost.codec_depth, innermost.pixel_depth}) {
    facts.bit_depth = depth;
    if (depth != 0) break;
  }
  if (facts.bit_depth == 0) facts.bit_depth = 8;
  const bool gray = primary.gray || innermost.gray;
  facts.color_model = gray ? ColorModel::kGray : ColorModel::kYcbcr;
  if (primary.type == four_cc("unci")) facts.color_model = ColorModel::kUnknown;
  if (facts.frames == 0) facts.frames = 1;  // the primary item is hidden
  state.sized = true;
  return {};
}

}  // namespace

Failure read_auxiliaries(FileReader& reader, ProbeState& state) {
  HeifState& heif = state.heif;
  const Failure failure = for_each_property(reader, state, [&](const Box& box, std::uint16_t index) {
    const bool alpha = box.type == four_cc("auxC") && is_alpha(reader, box);
    if (reader.ok() && alpha && heif.alpha_properties < std::size(heif.alpha_property)) {
      heif.alpha_property[heif.alpha_properties++] = index;
    }
    return Failure{};
  });
  if (reader.ok() && failure.status == Status::kOk) enter(state, HeifStage::kAssociations, 0);
  return failure;
}

Failure read_associations(FileReader& reader, ProbeState& state) {
  HeifState& heif = state.heif;
  while (heif.association_at < heif.associations) {
    const Failure failure = read_rows(reader, state, heif.association[heif.association_at]);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    ++heif.association_at;
    go_on(state, 0);
  }
  enter(state, HeifStage::kProperties, 0);
  return {};
}

Failure read_properties(FileReader& reader, ProbeState& state) {
  HeifState& heif = state.heif;
  Failure failure = for_each_property(reader, state, [&](const Box& box, std::uint16_t index) {
    for (std::size_t i = 0; i < heif.chain_length; ++i) {
      HeifItem& item = heif.chain[i];
      for (std::size_t k = 0; k < item.properties; ++k) {
        if (item.property[k].index != index) continue;
        bool icc = state.facts.icc;
        const Failure found = read_property(reader, box, item.property[k], item, icc);
        if (!reader.ok() || found.status != Status::kOk) return found;
        state.facts.icc = icc;
      }
    }
    return Failure{};
  });
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  const std::size_t pictures = pictures_of(heif);
  const bool sized = std::any_of(heif.chain, heif.chain + pictures, [](const HeifItem& item) {
    return std::any_of(item.property, item.property + item.properties,
                       [](const HeifProperty& property) { return property.kind == PropertyKind::kSize; });
  });
  if (!sized) {
    seek_track(state);
    return {};
  }
  failure = conclude(state);
  if (failure.status == Status::kOk) enter(state, HeifStage::kLocations, 0);
  return failure;
}

}  // namespace gvw::probing::heif
