#include <algorithm>

#include "probe/heif.h"

// ISO/IEC 14496-12 8.11.3 (iloc), 8.11.6 (iinf, infe), 8.11.12 (iref); ISO/IEC 23008-12 6.4-6.6 (kinds of items).
namespace gvw::probing::heif {
namespace {

using isobmff::Box;
using isobmff::FullBox;

/// Reads the version of the list in `inside` when its stage has only been entered. Returns false when there is nothing
/// to go on with: `failure` says whether that is a fault.
bool open_list(FileReader& reader, ProbeState& state, const Inside& inside, Failure& failure) {
  HeifState& heif = state.heif;
  if (heif.cursor != 0) return true;
  Box box;
  box.start = box.body = inside.begin;
  box.end = inside.end;
  FullBox full;
  failure = isobmff::read_full_box(reader, box, full);
  if (!reader.ok() || failure.status != Status::kOk) return false;
  heif.version = full.version;
  go_on(state, full.body);
  return true;
}

/// The codecs and derivations whose items are pictures; "tmap" and the enhancement layers "lhv1" are not.
bool is_picture(std::uint32_t type) {
  constexpr std::uint32_t kTypes[] = {four_cc("hvc1"), four_cc("grid"), four_cc("av01"), four_cc("iden"),
                                      four_cc("iovl"), four_cc("jpeg"), four_cc("avc1"), four_cc("vvc1"),
                                      four_cc("evc1"), four_cc("j2k1"), four_cc("unci")};
  return std::ranges::find(kTypes, type) != std::end(kTypes);
}

template <std::size_t kRoom>
void add(std::uint32_t (&list)[kRoom], std::uint8_t& count, std::uint32_t id) {
  if (count < kRoom && !contains(list, count, id)) list[count++] = id;
}

bool refers_to(const std::uint8_t* ids, std::size_t count, bool wide, std::uint32_t id) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t found =
        wide ? load<std::uint32_t>(ids + 4 * i, Endian::kBig) : load<std::uint16_t>(ids + 2 * i, Endian::kBig);
    if (found == id) return true;
  }
  return false;
}

/// One reference: from an item to some others.
Failure read_reference(FileReader& reader, const Box& box, ProbeState& state) {
  constexpr std::size_t kMaxTargets = 64;
  HeifState& heif = state.heif;
  const bool wide = heif.version != 0;
  const std::size_t id_bytes = wide ? 4 : 2;
  const std::uint64_t header_bytes = id_bytes + 2;
  if (box.type != four_cc("thmb") && box.type != four_cc("auxl") && box.type != four_cc("dimg")) return {};
  if (box.end - box.body < header_bytes) return {Status::kMalformed, box.start};
  const std::uint32_t from = wide ? reader.u32(box.body, Endian::kBig) : reader.u16(box.body, Endian::kBig);
  const std::size_t count = reader.u16(box.body + id_bytes, Endian::kBig);
  if (!reader.ok()) return {};
  const std::uint64_t targets_at = box.body + header_bytes;
  if (count > (box.end - targets_at) / id_bytes) return {Status::kMalformed, box.start};
  // Only these look at targets: a picture's grid of many tiles is passed over.
  const bool derives = box.type == four_cc("dimg") && from == heif.chain[heif.chain_length - 1].id;
  const bool counts = box.type != four_cc("dimg") && !heif.counted;
  if ((!derives && !counts) || count == 0) return {};
  const std::size_t looked_at = derives ? 1 : std::min(count, kMaxTargets);
  const std::uint8_t* targets = reader.view(targets_at, looked_at * id_bytes);
  if (targets == nullptr) return {};
  if (derives && !heif.source_known) {
    heif.source = wide ? load<std::uint32_t>(targets, Endian::kBig) : load<std::uint16_t>(targets, Endian::kBig);
    heif.source_known = true;
  }
  if (counts) add(heif.dependent, heif.dependents, from);
  if (counts && box.type == four_cc("auxl") && refers_to(targets, looked_at, wide, heif.chain[0].id)) {
    add(heif.auxiliary, heif.auxiliaries, from);
  }
  return {};
}

/// An item as `infe` describes it; version 0 and 1 know no types and describe no pictures.
struct ItemEntry {
  std::uint32_t id = 0;
  std::uint32_t type = 0;
  bool hidden = false;
  std::uint64_t name_at = 0;
};

Failure read_item_entry(FileReader& reader, const Box& box, ItemEntry& entry) {
  // Version and flags, id of 2 or 4 bytes, protection, type: one look instead of one for each.
  constexpr std::size_t kIdAt = 4;
  const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(box.end - box.body, kIdAt + 4 + 2 + 4));
  if (room < kIdAt) return {Status::kMalformed, box.start};
  const std::uint8_t* bytes = reader.view(box.body, room);
  if (bytes == nullptr || bytes[0] < 2) return {};
  const std::size_t id_bytes = bytes[0] == 2 ? 2 : 4;
  const std::size_t type_at = kIdAt + id_bytes + 2;
  if (room < type_at + 4) return {Status::kMalformed, box.start};
  entry.id = id_bytes == 2 ? load<std::uint16_t>(bytes + kIdAt, Endian::kBig)
                           : load<std::uint32_t>(bytes + kIdAt, Endian::kBig);
  entry.type = load<std::uint32_t>(bytes + type_at, Endian::kBig);
  entry.hidden = (bytes[3] & 1U) != 0;
  entry.name_at = box.body + type_at + 4;
  return {};
}

/// True when the item's content type, which stands behind its name, is XMP's.
bool is_xmp(FileReader& reader, std::uint64_t name_at, std::uint64_t end) {
  constexpr std::string_view kXmp("application/rdf+xml\0", 20);
  constexpr std::uint64_t kMaxNameBytes = 256;
  std::uint64_t at = name_at;
  const std::uint64_t last = std::min(end, name_at + kMaxNameBytes);
  while (at < last && reader.u8(at) != 0) ++at;
  return reader.ok() && at + 1 + kXmp.size() <= end && reader.matches(at + 1, kXmp);
}

Failure read_item(FileReader& reader, const Box& box, ProbeState& state) {
  HeifState& heif = state.heif;
  ItemEntry entry;
  const Failure failure = read_item_entry(reader, box, entry);
  if (!reader.ok() || failure.status != Status::kOk || entry.type == 0) return failure;
  HeifItem& last = heif.chain[heif.chain_length - 1];
  if (entry.id == last.id) last.type = entry.type;
  if (heif.counted) return {};
  if (entry.type == four_cc("mime")) {
    const bool xmp = is_xmp(reader, entry.name_at, box.end);
    if (!reader.ok()) return {};
    state.facts.xmp = state.facts.xmp || xmp;
  } else if (entry.type == four_cc("Exif") && !heif.exif_known) {
    state.facts.exif = heif.exif_known = true;
    heif.exif_item = entry.id;
  } else if (entry.type == four_cc("iptc")) {
    state.facts.iptc = true;
  } else if (!entry.hidden && is_picture(entry.type)) {
    if (!contains(heif.dependent, heif.dependents, entry.id)) ++state.facts.frames;
  }
  return {};
}

/// What is left to be known of the picture's items, now that the last one's type is.
void follow_derivation(ProbeState& state) {
  HeifState& heif = state.heif;
  const std::uint32_t type = heif.chain[heif.chain_length - 1].type;
  const bool identity = type == four_cc("iden");
  const bool composed = type == four_cc("grid") || type == four_cc("iovl") || type == four_cc("tmap");
  heif.counted = true;
  if (heif.source_known && (identity || composed) && heif.chain_length < limits::kMaxDerivations) {
    heif.chain[heif.chain_length] = HeifItem{};
    heif.chain[heif.chain_length++].id = heif.source;
    heif.source_known = false;
    heif.tiled = composed;
    if (identity) {
      enter(state, HeifStage::kReferences, 0);
      return;
    }
  }
  enter(state, heif.auxiliaries != 0 ? HeifStage::kAuxiliaries : HeifStage::kAssociations, 0);
}

}  // namespace

Failure read_references(FileReader& reader, ProbeState& state) {
  const HeifState& heif = state.heif;
  Failure failure;
  if (heif.references.is_there()) {
    if (!open_list(reader, state, heif.references, failure)) return failure;
    while (heif.cursor < heif.references.end) {
      Box box;
      failure = isobmff::read_box(reader, heif.cursor, heif.references.end, box);
      if (!reader.ok() || failure.status != Status::kOk) return failure;
      failure = read_reference(reader, box, state);
      if (!reader.ok() || failure.status != Status::kOk) return failure;
      go_on(state, box.end);
    }
  }
  enter(state, HeifStage::kItems, 0);
  return {};
}

Failure read_items(FileReader& reader, ProbeState& state) {
  const HeifState& heif = state.heif;
  if (!heif.items.is_there()) {
    seek_track(state);
    return {};
  }
  if (heif.cursor == 0) {
    Failure failure;
    if (!open_list(reader, state, heif.items, failure)) return failure;
    const std::uint64_t count_bytes = heif.version == 0 ? 2 : 4;
    if (heif.items.end - heif.cursor < count_bytes) return {Status::kMalformed, heif.items.begin};
    // The count itself is not needed: the box ends where the entries do.
    go_on(state, heif.cursor + count_bytes);
    if (!heif.counted) state.facts.frames = 0;
  }
  while (heif.cursor < heif.items.end) {
    Box box;
    Failure failure = isobmff::read_box(reader, heif.cursor, heif.items.end, box);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    if (box.type == four_cc("infe")) failure = read_item(reader, box, state);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    go_on(state, box.end);
  }
  follow_derivation(state);
  return {};
}

}  // namespace gvw::probing::heif
