#include <algorithm>
#include <string_view>

#include "base/limits.h"
#include "strip/gain_map.h"
#include "strip/heif.h"

// ISO/IEC 23008-12: 6.4 (roles of images), 6.5 (properties), 6.6 (derived images), 6.8 (groups); ISO 21496-1 Annex C
// (gain maps).
namespace gvw::stripping::heif {
namespace {

using isobmff::Box;

/// Properties that describe a picture in words, times or places and not how it looks: creation and modification time,
/// description, accessibility text, camera parameters, and what has no registered meaning.
void choose_property(Property& property) {
  property.goes = true;
  switch (property.box.type) {
    case four_cc("crtt"):
    case four_cc("mdft"):
      property.kind = RemovedKind::kTime;
      break;
    case four_cc("udes"):
    case four_cc("altt"):
      property.kind = RemovedKind::kText;
      break;
    case four_cc("cmin"):
    case four_cc("cmex"):
    case four_cc("uuid"):
    case four_cc("free"):
    case four_cc("skip"):
      break;
    default:
      property.goes = false;
      break;
  }
}

/// Kinds of items that are no pictures, whatever refers to them. Of a codec not known here there may be an alpha.
bool is_metadata(std::uint32_t type) {
  constexpr std::uint32_t kTypes[] = {four_cc("Exif"), four_cc("mime"), four_cc("uri "), four_cc("rgan"),
                                      four_cc("iptc")};
  return std::ranges::find(kTypes, type) != std::end(kTypes);
}

/// An `auxC` property naming a gain map: what Apple's phones wrote before there was a standard.
bool is_gain_map(FileReader& reader, const Box& box) {
  constexpr std::string_view kApple = "urn:com:apple:photo:2020:aux:hdrgainmap";
  constexpr std::uint64_t kVersionBytes = 4;
  if (box.type != four_cc("auxC") || box.end - box.body < kVersionBytes + kApple.size()) return false;
  return reader.matches(box.body + kVersionBytes, kApple);
}

/// Calls `visit(item, property, essential)` for each association of an item with a property.
template <class Visit>
Failure for_each_association(FileReader& reader, const Box& ipma, ItemTable& table, Visit visit) {
  isobmff::FullBox full;
  const Failure failure = isobmff::read_full_box(reader, ipma, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  const unsigned id_bytes = full.version == 0 ? 2 : 4;
  const unsigned index_bytes = (full.flags & 1U) != 0 ? 2 : 1;
  const std::uint32_t essential = index_bytes == 1 ? 0x80 : 0x8000;
  Cursor cursor(reader, full.body, ipma.end);
  const std::uint32_t entries = cursor.u32();
  for (std::uint32_t i = 0; i < entries && cursor.ok(); ++i) {
    Item* item = table.find(cursor.u32(id_bytes));
    const std::uint32_t count = cursor.u32(1);
    for (std::uint32_t k = 0; k < count && cursor.ok(); ++k) {
      const std::uint32_t word = cursor.u32(index_bytes);
      const std::uint32_t number = word & (essential - 1);
      if (number > table.properties.size()) return {Status::kMalformed, ipma.start};
      if (item != nullptr && number != 0) visit(*item, table.properties[number - 1], (word & essential) != 0);
    }
  }
  return cursor.ok() ? Failure{} : Failure{Status::kMalformed, ipma.start};
}

/// The same for all lists of associations.
template <class Visit>
Failure for_all_associations(FileReader& reader, ItemTable& table, Visit visit) {
  const Box& iprp = table.boxes.iprp;
  if (iprp.type == 0) return {};
  return for_each_box(reader, iprp.body, iprp.end, [&](const Box& box) {
    return box.type == four_cc("ipma") ? for_each_association(reader, box, table, visit) : Failure{};
  });
}

/// The pictures the file offers stay: all that are not a thumbnail, an auxiliary or the metadata of another, and of
/// which no other picture is made. A thumbnail may show what was cropped away since. A reference to no item, which does
/// occur, says nothing.
void choose_roots(ItemTable& table) {
  for (Item& item : table.items.span()) {
    item.kept = item.picture && !item.gain_map && item.type != four_cc("tmap");
    if (item.gain_map) item.kind = RemovedKind::kSecondImages;
  }
  for (const Reference& reference : table.references.span()) {
    Item* from = table.find(reference.from);
    Item* to = table.find(reference.to);
    if (from == nullptr || to == nullptr || from == to) continue;
    const bool depends =
        reference.type == four_cc("thmb") || reference.type == four_cc("auxl") || reference.type == four_cc("cdsc");
    if (depends) from->kept = false;
    if (reference.type == four_cc("thmb")) from->kind = RemovedKind::kThumbnail;
    // The first input of a tone-mapped picture is the picture itself, the second its gain map.
    const bool is_base = from->type == four_cc("tmap") && reference.first;
    if (reference.type == four_cc("dimg") && !is_base) to->kept = false;
  }
  if (Item* primary = table.find(table.primary)) primary->kept = true;
}

/// What a picture that stays is made of stays too, and its auxiliaries (alpha, depth), gain maps if they are wanted.
Failure choose_inputs(ItemTable& table, bool keep_gain_map) {
  for (std::size_t pass = 0; pass < limits::kMaxHeifDerivations; ++pass) {
    bool changed = false;
    for (const Reference& reference : table.references.span()) {
      const std::uint32_t type = reference.type;
      if (type == four_cc("thmb") || type == four_cc("cdsc")) continue;
      Item* from = table.find(reference.from);
      Item* to = table.find(reference.to);
      if (from == nullptr || to == nullptr) continue;
      if (type == four_cc("auxl")) {
        const bool unwanted = is_metadata(from->type) || (from->gain_map && !keep_gain_map);
        if (from->kept || !to->kept || unwanted) continue;
        changed = from->kept = true;
        continue;
      }
      if (!from->kept || to->kept) continue;
      // Whatever is decoded for it; other references only if they lead to pictures.
      to->kept = to->picture || type == four_cc("dimg") || type == four_cc("iloc");
      changed = changed || to->kept;
    }
    if (!changed) return {};
  }
  return {Status::kTooLarge, table.boxes.iref.start};
}

/// Whether the bytes of a tone-mapped picture are a version and the gain map metadata of ISO 21496-1
/// (23008-12, 6.6.2.4), and nothing behind it.
bool is_tone_map(FileReader& reader, const ItemTable& table, const Item& item) {
  if (item.type != four_cc("tmap") || item.ranges != 1 || item.construction == 2 || item.open_ended) return false;
  const Range& range = table.ranges[item.first_range];
  const auto length = static_cast<std::size_t>(range.to - range.from);
  const std::uint8_t* bytes = reader.view(range.from, length);
  if (bytes == nullptr || length == 0 || bytes[0] != 0) return false;
  return iso_metadata_bytes({bytes + 1, length - 1}) == length - 1;
}

/// Pictures that are another one which stays, and its gain map.
void choose_tone_maps(FileReader& reader, ItemTable& table) {
  for (const Reference& base : table.references.span()) {
    if (base.type != four_cc("dimg") || !base.first || !table.keeps(base.to)) continue;
    Item* item = table.find(base.from);
    if (item == nullptr || item->kept || !is_tone_map(reader, table, *item)) continue;
    const auto inputs = std::ranges::count_if(table.references.span(), [&](const Reference& reference) {
      return reference.type == four_cc("dimg") && reference.from == base.from;
    });
    item->kept = inputs == 2;
  }
}

/// What decoders could not make sense of, or the strip not of.
Failure check_choice(ItemTable& table) {
  for (const Reference& reference : table.references.span()) {
    // A picture made of what is not there cannot be decoded, nor its parts be told from anything else.
    const bool missing = reference.type == four_cc("dimg") && table.find(reference.to) == nullptr;
    if (missing && table.keeps(reference.from)) return {Status::kMalformed, table.boxes.iref.start};
  }
  for (Item& item : table.items.span()) {
    // A picture that is metadata, or made of it, is none; an image in a `mime` item may be (23008-12 Annex H).
    const bool plain_mime = item.type == four_cc("mime") && item.kind != RemovedKind::kXmp;
    if (item.kept && is_metadata(item.type) && !plain_mime) return {Status::kMalformed, table.boxes.iinf.start};
    // Metadata that claims the whole file is empty metadata, as some writers put it.
    if (!item.kept && item.open_ended) item.ranges = 0;
    // Its bytes are somewhere inside another item's: they cannot be told from what has to stay.
    if (!item.kept && item.construction == 2) return {Status::kUnsupported, table.boxes.iloc.start};
  }
  return {};
}

}  // namespace

Failure choose(FileReader& reader, ItemTable& table, bool keep_gain_map) {
  for (Property& property : table.properties.span()) choose_property(property);
  Failure failure = for_all_associations(reader, table, [&](Item& item, const Property& property, bool /*essential*/) {
    if (is_gain_map(reader, property.box)) item.gain_map = true;
  });
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  choose_roots(table);
  failure = choose_inputs(table, keep_gain_map);
  if (failure.status != Status::kOk) return failure;
  if (keep_gain_map) {
    choose_tone_maps(reader, table);
    failure = choose_inputs(table, keep_gain_map);
  }
  if (failure.status == Status::kOk) failure = check_choice(table);
  if (failure.status != Status::kOk) return failure;
  // An essential property stays, whatever it is: a decoder that does not find it must refuse the picture.
  return for_all_associations(reader, table, [](const Item& item, Property& property, bool essential) {
    const bool is_free = property.box.type == four_cc("free") || property.box.type == four_cc("skip");
    if (item.kept && essential && !is_free) property.goes = false;
  });
}

bool keeps_gain_map(const ItemTable& table) {
  return std::ranges::any_of(table.items.span(), [](const Item& item) {
    return item.kept && (item.gain_map || item.type == four_cc("tmap"));
  });
}

}  // namespace gvw::stripping::heif
