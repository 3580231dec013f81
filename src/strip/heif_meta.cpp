#include <cstring>

#include "strip/heif.h"

// ISO/IEC 14496-12: 8.11 (meta and its lists), 8.18 (groups).
namespace gvw::stripping::heif {
namespace {

using isobmff::Box;
using isobmff::FullBox;

void write_size(Canvas& canvas, const Box& box, std::uint64_t size) {
  constexpr std::uint32_t kLarge = 1;
  const bool large = load<std::uint32_t>(canvas.bytes().data() + box.start, Endian::kBig) == kLarge;
  if (large) {
    canvas.write_number(box.start + 8, 8, size);
  } else {
    canvas.write_number(box.start, 4, size);
  }
}

/// Draws a box together: what stays moves to the front, behind it a free box takes up what is left, so that the box
/// after it stays where it is.
class Closing {
 public:
  Closing(Canvas& canvas, std::uint64_t at) : canvas_(canvas), at_(at) {}

  [[nodiscard]] std::uint64_t at() const { return at_; }
  void keep(std::uint64_t from, std::uint64_t to) {
    std::uint8_t* bytes = canvas_.bytes().data();
    std::memmove(bytes + at_, bytes + from, static_cast<std::size_t>(to - from));
    at_ += to - from;
  }
  /// Less room than a box needs stays in the box as zeros: its own counts say where its content ends.
  void finish(const Box& box) {
    constexpr std::uint64_t kHeaderBytes = 8;
    const std::uint64_t gap = box.end - at_;
    if (gap == 0) return;
    std::memset(canvas_.bytes().data() + at_, 0, static_cast<std::size_t>(gap));
    if (gap < kHeaderBytes) return;
    write_size(canvas_, box, at_ - box.start);
    canvas_.write_number(at_, 4, gap);
    canvas_.write_number(at_ + 4, 4, four_cc("free"));
  }

 private:
  Canvas& canvas_;
  std::uint64_t at_;
};

/// The name of a picture is free text nobody needs. What follows a name would move, but pictures have nothing there.
void blank_name(FileReader& reader, const Box& box, const Item& item, Canvas& canvas) {
  if (!item.picture) return;
  const bool wide = reader.u8(box.body) == 3;
  const std::uint64_t name_at = box.body + 4 + (wide ? 4 : 2) + 2 + 4;
  if (name_at < box.end) canvas.blank({name_at, box.end}, RemovedKind::kText);
}

Failure rewrite_items(FileReader& reader, ItemTable& table, Canvas& canvas) {
  const Box& iinf = table.boxes.iinf;
  const bool wide = reader.u8(iinf.body) != 0;
  const unsigned count_bytes = wide ? 4 : 2;
  const std::uint64_t count_at = iinf.body + 4;
  Closing closing(canvas, count_at + count_bytes);
  std::uint64_t kept = 0;
  const Failure failure = for_each_box(reader, closing.at(), iinf.end, [&](const Box& box) -> Failure {
    if (box.type != four_cc("infe")) return {};
    Cursor cursor(reader, box.body + 4, box.end);
    const Item* item = table.find(cursor.u32(reader.u8(box.body) == 3 ? 4 : 2));
    if (item == nullptr || !item->kept) return {};
    blank_name(reader, box, *item, canvas);
    closing.keep(box.start, box.end);
    ++kept;
    return {};
  });
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  canvas.write_number(count_at, count_bytes, kept);
  closing.finish(iinf);
  return {};
}

Failure rewrite_locations(FileReader& reader, ItemTable& table, Canvas& canvas) {
  const Box& iloc = table.boxes.iloc;
  LocationFormat format;
  const Failure failure = read_location_format(reader, iloc, format);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  Cursor cursor(reader, format.count_at, iloc.end);
  const std::uint32_t count = cursor.u32(format.count_bytes);
  Closing closing(canvas, cursor.at());
  std::uint64_t kept = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t from = cursor.at();
    const Location location = read_location(cursor, format);
    for (std::uint32_t k = 0; k < location.pieces && cursor.ok(); ++k) {
      cursor.number(format.index_bytes);
      cursor.number(format.offset_bytes);
      cursor.number(format.length_bytes);
    }
    if (!cursor.ok()) return {Status::kMalformed, iloc.start};
    if (!table.keeps(location.id)) continue;
    closing.keep(from, cursor.at());
    ++kept;
  }
  canvas.write_number(format.count_at, format.count_bytes, kept);
  closing.finish(iloc);
  return {};
}

/// One reference; nothing of it stays when it comes from an item that goes or leads to none that stays. Of its targets
/// one that stays takes the place of each that goes: were it shorter, there might not be room for a free box behind it.
void rewrite_reference(FileReader& reader, const Box& box, unsigned id_bytes, ItemTable& table, Canvas& canvas,
                       Closing& closing) {
  Cursor cursor(reader, box.body, box.end);
  const std::uint32_t from = cursor.u32(id_bytes);
  const std::uint32_t count = cursor.u32(2);
  const std::uint64_t targets_at = cursor.at();
  std::uint32_t kept = 0;
  bool found = false;
  for (std::uint32_t i = 0; i < count && !found; ++i) {
    kept = cursor.u32(id_bytes);
    found = !table.removes(kept);
  }
  if (!table.keeps(from) || !found) return;
  Cursor again(reader, targets_at, box.end);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t at = again.at();
    if (table.removes(again.u32(id_bytes))) canvas.write_number(at, id_bytes, kept);
  }
  closing.keep(box.start, box.end);
}

Failure rewrite_references(FileReader& reader, ItemTable& table, Canvas& canvas) {
  const Box& iref = table.boxes.iref;
  const unsigned id_bytes = reader.u8(iref.body) == 0 ? 2 : 4;
  constexpr std::uint64_t kVersionBytes = 4;
  Closing closing(canvas, iref.body + kVersionBytes);
  const std::uint64_t first = closing.at();
  const Failure failure = for_each_box(reader, first, iref.end, [&](const Box& box) {
    rewrite_reference(reader, box, id_bytes, table, canvas, closing);
    return Failure{};
  });
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  if (closing.at() == first) {
    // A list of no references is allowed, but not every reader knows: the whole box becomes a free one.
    Closing(canvas, iref.start).finish(iref);
  } else {
    closing.finish(iref);
  }
  return {};
}

/// Associations with properties that go become number 0, "no property" (8.11.14.3): so nothing moves.
Failure rewrite_associations(FileReader& reader, const Box& ipma, ItemTable& table, Canvas& canvas) {
  FullBox full;
  const Failure failure = isobmff::read_full_box(reader, ipma, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  const unsigned id_bytes = full.version == 0 ? 2 : 4;
  const unsigned index_bytes = (full.flags & 1U) != 0 ? 2 : 1;
  const std::uint32_t mask = index_bytes == 1 ? 0x7f : 0x7fff;
  Cursor cursor(reader, full.body, ipma.end);
  const std::uint32_t entries = cursor.u32();
  Closing closing(canvas, cursor.at());
  std::uint64_t kept = 0;
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::uint64_t from = cursor.at();
    const bool stays = table.keeps(cursor.u32(id_bytes));
    const std::uint32_t count = cursor.u32(1);
    for (std::uint32_t k = 0; k < count && cursor.ok(); ++k) {
      const std::uint64_t at = cursor.at();
      const std::uint32_t number = cursor.u32(index_bytes) & mask;
      if (stays && number != 0 && table.properties[number - 1].goes) canvas.write_number(at, index_bytes, 0);
    }
    if (!cursor.ok()) return {Status::kMalformed, ipma.start};
    if (!stays) continue;
    closing.keep(from, cursor.at());
    ++kept;
  }
  canvas.write_number(full.body, 4, kept);
  closing.finish(ipma);
  return {};
}

Failure rewrite_properties(FileReader& reader, ItemTable& table, Canvas& canvas) {
  const Box& iprp = table.boxes.iprp;
  const Failure failure = for_each_box(reader, iprp.body, iprp.end, [&](const Box& box) -> Failure {
    if (box.type == four_cc("ipma")) return rewrite_associations(reader, box, table, canvas);
    if (box.type != four_cc("ipco")) canvas.free_box(box, RemovedKind::kOther);
    return {};
  });
  for (const Property& property : table.properties.span()) {
    if (property.goes) canvas.free_box(property.box, property.kind);
  }
  return failure;
}

/// A group that names an item which goes is no group any more.
Failure rewrite_groups(FileReader& reader, ItemTable& table, Canvas& canvas) {
  const Box& grpl = table.boxes.grpl;
  return for_each_box(reader, grpl.body, grpl.end, [&](const Box& box) -> Failure {
    if (box.type == four_cc("free")) {
      canvas.free_box(box, RemovedKind::kOther);
      return {};
    }
    constexpr std::uint64_t kVersionAndIdBytes = 8;
    if (box.end - box.body < kVersionAndIdBytes) return {Status::kMalformed, box.start};
    Cursor cursor(reader, box.body + kVersionAndIdBytes, box.end);
    const std::uint32_t count = cursor.u32();
    bool broken = false;
    for (std::uint32_t i = 0; i < count && cursor.ok(); ++i) {
      broken = table.removes(cursor.u32()) || broken;
    }
    if (!cursor.ok()) return {Status::kMalformed, box.start};
    if (broken) canvas.free_box(box, RemovedKind::kOther);
    return {};
  });
}

bool is_structure(std::uint32_t type) {
  return type == four_cc("hdlr") || type == four_cc("dinf") || type == four_cc("ipro") || type == four_cc("pitm") ||
         type == four_cc("iinf") || type == four_cc("iloc") || type == four_cc("iref") || type == four_cc("idat") ||
         type == four_cc("grpl") || type == four_cc("iprp");
}

}  // namespace

Failure rewrite_meta(FileReader& reader, ItemTable& table, Canvas& canvas) {
  const MetaBoxes& boxes = table.boxes;
  constexpr std::uint64_t kVersionBytes = 4;
  Failure failure = for_each_box(reader, boxes.meta.body + kVersionBytes, boxes.meta.end, [&](const Box& box) {
    if (!is_structure(box.type)) canvas.free_box(box, RemovedKind::kOther);
    return Failure{};
  });
  struct Part {
    const Box& box;
    Failure (*rewrite)(FileReader&, ItemTable&, Canvas&);
  };
  const Part parts[] = {{boxes.iinf, rewrite_items},
                        {boxes.iloc, rewrite_locations},
                        {boxes.iref, rewrite_references},
                        {boxes.iprp, rewrite_properties},
                        {boxes.grpl, rewrite_groups}};
  for (const Part& part : parts) {
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    if (part.box.type != 0) failure = part.rewrite(reader, table, canvas);
  }
  return failure;
}

}  // namespace gvw::stripping::heif
