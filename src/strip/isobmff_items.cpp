#include "strip/isobmff_items.h"

#include <algorithm>
#include <string_view>

#include "base/limits.h"

// ISO/IEC 14496-12: 8.11.1 (meta), 8.11.3 (iloc), 8.11.4 (pitm), 8.11.6 (iinf, infe), 8.11.11 (idat), 8.11.12 (iref),
// 8.11.14 (iprp); ISO/IEC 23008-12: 6 and Annex A (kinds of items).
namespace gvw::stripping {
namespace {

using isobmff::Box;
using isobmff::FullBox;

/// Codecs and derivations whose items are pictures or pieces of them.
bool is_picture(std::uint32_t type) {
  constexpr std::uint32_t kTypes[] = {four_cc("hvc1"), four_cc("hev1"), four_cc("lhv1"), four_cc("lhe1"),
                                      four_cc("hvt1"), four_cc("av01"), four_cc("avc1"), four_cc("vvc1"),
                                      four_cc("vvs1"), four_cc("evc1"), four_cc("jpeg"), four_cc("j2k1"),
                                      four_cc("unci"), four_cc("mski"), four_cc("grid"), four_cc("iden"),
                                      four_cc("iovl"), four_cc("tmap"), four_cc("tili")};
  return std::ranges::find(kTypes, type) != std::end(kTypes);
}

/// The head of `infe`: of its versions 2 and 3 only, for the older ones know no types and hold no pictures.
Failure read_item(FileReader& reader, const Box& box, ItemTable& table) {
  constexpr std::string_view kXmp = "application/rdf+xml";
  FullBox full;
  const Failure failure = isobmff::read_full_box(reader, box, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  Cursor cursor(reader, full.body, box.end);
  Item item;
  item.id = cursor.u32(full.version == 3 ? 4 : 2);
  cursor.number(2);  // protection
  if (full.version >= 2) item.type = cursor.u32();
  if (!cursor.ok()) return {Status::kMalformed, box.start};
  item.picture = is_picture(item.type);
  if (item.type == four_cc("Exif")) item.kind = RemovedKind::kExif;
  if (item.type == four_cc("iptc")) item.kind = RemovedKind::kIptc;
  if (item.type == four_cc("mime")) {
    // The name ends with a zero, the type of the content follows.
    while (cursor.ok() && cursor.number(1) != 0) continue;
    const bool room = cursor.ok() && box.end - cursor.at() >= kXmp.size();
    if (room && reader.matches(cursor.at(), kXmp)) item.kind = RemovedKind::kXmp;
  }
  if (item.picture) item.kind = RemovedKind::kSecondImages;
  if (table.items.size() == limits::kMaxHeifItems) return {Status::kTooLarge, box.start};
  table.items.append(item);
  return {};
}

Failure read_item_list(FileReader& reader, ItemTable& table) {
  const Box& iinf = table.boxes.iinf;
  if (iinf.type == 0) return {};
  FullBox full;
  Failure failure = isobmff::read_full_box(reader, iinf, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  const std::uint64_t first = full.body + (full.version == 0 ? 2 : 4);
  if (first > iinf.end) return {Status::kMalformed, iinf.start};
  failure = for_each_box(reader, first, iinf.end, [&](const Box& box) {
    return box.type == four_cc("infe") ? read_item(reader, box, table) : Failure{};
  });
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  if (!table.items.ok()) return {Status::kOutOfMemory, 0};
  std::ranges::sort(table.items.span(), {}, &Item::id);
  const auto twin = std::ranges::adjacent_find(table.items.span(), {}, &Item::id);
  return twin == table.items.span().end() ? Failure{} : Failure{Status::kMalformed, iinf.start};
}

/// One piece of an item; `length` 0 means "to the end of what it lies in".
Failure add_range(FileReader& reader, ItemTable& table, const Item& item, std::uint64_t from, std::uint64_t length) {
  const Box& idat = table.boxes.idat;
  const bool in_file = item.construction == 0;
  const std::uint64_t begin = in_file ? 0 : idat.body;
  const std::uint64_t end = in_file ? reader.file_size() : idat.end;
  if (from > end - begin || length > end - begin - from) {
    return {in_file ? Status::kTruncated : Status::kMalformed, table.boxes.iloc.start};
  }
  if (table.ranges.size() == limits::kMaxHeifExtents) return {Status::kTooLarge, table.boxes.iloc.start};
  table.ranges.append(Range{begin + from, length == 0 ? end : begin + from + length});
  return {};
}

Failure read_pieces(FileReader& reader, Cursor& cursor, const LocationFormat& format, const Location& location,
                    ItemTable& table) {
  const Failure malformed{Status::kMalformed, table.boxes.iloc.start};
  Item unknown;  // an entry for an item nobody has described: it goes, and its bytes with it
  Item* found = table.find(location.id);
  if (found != nullptr && found->located) return malformed;
  Item& item = found != nullptr ? *found : unknown;
  item.located = true;
  item.construction = location.construction;
  item.first_range = table.ranges.size();
  if (location.construction > 2 || (location.construction == 1 && table.boxes.idat.type == 0)) return malformed;
  for (std::uint32_t i = 0; i < location.pieces; ++i) {
    cursor.number(format.index_bytes);
    const std::uint64_t offset = cursor.number(format.offset_bytes);
    const std::uint64_t length = cursor.number(format.length_bytes);
    if (!cursor.ok() || offset > ~std::uint64_t{0} - location.base) return malformed;
    // Bytes inside another item are that item's.
    if (found == nullptr || item.construction == 2) continue;
    item.open_ended = item.open_ended || length == 0;
    const Failure failure = add_range(reader, table, item, location.base + offset, length);
    if (failure.status != Status::kOk) return failure;
  }
  item.ranges = table.ranges.size() - item.first_range;
  return {};
}

Failure read_locations(FileReader& reader, ItemTable& table) {
  const Box& iloc = table.boxes.iloc;
  if (iloc.type == 0) return {};
  LocationFormat format;
  Failure failure = read_location_format(reader, iloc, format);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  Cursor cursor(reader, format.count_at, iloc.end);
  const std::uint32_t count = cursor.u32(format.count_bytes);
  for (std::uint32_t i = 0; i < count; ++i) {
    const Location location = read_location(cursor, format);
    if (!cursor.ok()) return {Status::kMalformed, iloc.start};
    failure = read_pieces(reader, cursor, format, location, table);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
  }
  return table.ranges.ok() ? Failure{} : Failure{Status::kOutOfMemory, 0};
}

Failure read_references(FileReader& reader, ItemTable& table) {
  const Box& iref = table.boxes.iref;
  if (iref.type == 0) return {};
  FullBox full;
  Failure failure = isobmff::read_full_box(reader, iref, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  const unsigned id_bytes = full.version == 0 ? 2 : 4;
  failure = for_each_box(reader, full.body, iref.end, [&](const Box& box) -> Failure {
    Cursor cursor(reader, box.body, box.end);
    const std::uint32_t from = cursor.u32(id_bytes);
    const std::uint32_t count = cursor.u32(2);
    for (std::uint32_t i = 0; i < count && cursor.ok(); ++i) {
      if (table.references.size() == limits::kMaxHeifReferences) return {Status::kTooLarge, box.start};
      table.references.append(Reference{box.type, from, cursor.u32(id_bytes), i == 0});
    }
    // More than the targets is a place to hide in, and the end of the list for readers that only count.
    return cursor.ok() && cursor.at() == box.end ? Failure{} : Failure{Status::kMalformed, box.start};
  });
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  return table.references.ok() ? Failure{} : Failure{Status::kOutOfMemory, 0};
}

Failure read_properties(FileReader& reader, ItemTable& table) {
  MetaBoxes& boxes = table.boxes;
  Failure failure = for_each_box(reader, boxes.iprp.body, boxes.iprp.end, [&](const Box& box) -> Failure {
    const bool is_filler = box.type == four_cc("free") || box.type == four_cc("skip") || box.type == four_cc("uuid");
    if (box.type == four_cc("ipma") || is_filler) return {};
    // One container, and nothing else that might mean something to a decoder.
    if (box.type != four_cc("ipco") || boxes.ipco.type != 0) return {Status::kMalformed, box.start};
    boxes.ipco = box;
    return {};
  });
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  // Every picture has its size at least (23008-12, 6.5.3).
  if (boxes.ipco.type == 0) return {boxes.pitm.type == 0 ? Status::kOk : Status::kMalformed, boxes.meta.start};
  failure = for_each_box(reader, boxes.ipco.body, boxes.ipco.end, [&](const Box& box) -> Failure {
    if (table.properties.size() == limits::kMaxHeifBoxes) return {Status::kTooLarge, box.start};
    table.properties.append(Property{box});
    return {};
  });
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  return table.properties.ok() ? Failure{} : Failure{Status::kOutOfMemory, 0};
}

Failure read_primary(FileReader& reader, ItemTable& table) {
  const Box& pitm = table.boxes.pitm;
  if (pitm.type == 0) return {};
  FullBox full;
  const Failure failure = isobmff::read_full_box(reader, pitm, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  Cursor cursor(reader, full.body, pitm.end);
  table.primary = cursor.u32(full.version == 0 ? 2 : 4);
  return cursor.ok() ? Failure{} : Failure{Status::kMalformed, pitm.start};
}

}  // namespace

Item* ItemTable::find(std::uint32_t id) {
  const auto found = std::ranges::lower_bound(items.span(), id, {}, &Item::id);
  return found != items.span().end() && found->id == id ? &*found : nullptr;
}

bool ItemTable::keeps(std::uint32_t id) {
  const Item* item = find(id);
  return item != nullptr && item->kept;
}

bool ItemTable::removes(std::uint32_t id) {
  const Item* item = find(id);
  return item != nullptr && !item->kept;
}

Failure read_location_format(FileReader& reader, const Box& iloc, LocationFormat& format) {
  FullBox full;
  const Failure failure = isobmff::read_full_box(reader, iloc, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  if (full.version > 2) return {Status::kUnsupported, iloc.start};
  Cursor cursor(reader, full.body, iloc.end);
  const std::uint32_t sizes = cursor.u32(2);
  format.version = full.version;
  format.offset_bytes = sizes >> 12U;
  format.length_bytes = sizes >> 8U & 0xfU;
  format.base_bytes = sizes >> 4U & 0xfU;
  format.index_bytes = full.version == 0 ? 0 : sizes & 0xfU;
  format.count_bytes = full.version == 2 ? 4 : 2;
  format.count_at = cursor.at();
  const auto allowed = [](unsigned bytes) { return bytes == 0 || bytes == 4 || bytes == 8; };
  const bool sound = cursor.ok() && allowed(format.offset_bytes) && allowed(format.length_bytes) &&
                     allowed(format.base_bytes) && allowed(format.index_bytes);
  return sound ? Failure{} : Failure{Status::kMalformed, iloc.start};
}

Location read_location(Cursor& cursor, const LocationFormat& format) {
  Location location;
  location.id = cursor.u32(format.version == 2 ? 4 : 2);
  if (format.version != 0) location.construction = cursor.u32(2) & 0xfU;
  // The number of the file the bytes are in; decoders take this one whatever it says, and so does the strip.
  cursor.number(2);
  location.base = cursor.number(format.base_bytes);
  location.pieces = cursor.u32(2);
  return location;
}

Failure read_items(FileReader& reader, const Box& meta, ItemTable& table) {
  MetaBoxes& boxes = table.boxes;
  boxes.meta = meta;
  FullBox full;
  Failure failure = isobmff::read_full_box(reader, meta, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  failure = for_each_box(reader, full.body, meta.end, [&](const Box& box) -> Failure {
    Box* const known[] = {&boxes.pitm, &boxes.iinf, &boxes.iloc, &boxes.iref, &boxes.idat, &boxes.grpl, &boxes.iprp};
    constexpr std::uint32_t kTypes[] = {four_cc("pitm"), four_cc("iinf"), four_cc("iloc"), four_cc("iref"),
                                        four_cc("idat"), four_cc("grpl"), four_cc("iprp")};
    // In the wrong place: to drop them would be to drop what some reader shows the picture by.
    if (box.type == four_cc("ipco") || box.type == four_cc("ipma")) return {Status::kMalformed, box.start};
    for (std::size_t i = 0; i < std::size(known); ++i) {
      if (kTypes[i] != box.type) continue;
      if (known[i]->type != 0) return {Status::kMalformed, box.start};
      *known[i] = box;
    }
    return {};
  });
  using Part = Failure (*)(FileReader&, ItemTable&);
  constexpr Part kParts[] = {read_primary, read_item_list, read_locations, read_references, read_properties};
  for (const Part part : kParts) {
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    failure = part(reader, table);
  }
  return failure;
}

}  // namespace gvw::stripping
