#pragma once

#include <cstdint>

#include "base/list.h"
#include "probe/isobmff.h"
#include "strip/strip.h"

/// Private to the strip: the items of a HEIF file that is all in memory.
namespace gvw::stripping {

/// Bytes of the file, the last one not included.
struct Range {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};

struct Item {
  std::uint32_t id = 0;
  std::uint32_t type = 0;
  /// What it is, should it go.
  RemovedKind kind = RemovedKind::kOther;
  /// Its pixels are a picture or a part of one.
  bool picture = false;
  bool gain_map = false;
  bool kept = false;
  bool located = false;
  /// Where its bytes are: 0 in the file, 1 in idat, 2 in another item (ISO/IEC 14496-12, 8.11.3.3).
  std::uint8_t construction = 0;
  /// A piece of no length, which stands for "all there is" (8.11.3.3).
  bool open_ended = false;
  std::size_t first_range = 0;
  std::size_t ranges = 0;
};

/// One target of one reference.
struct Reference {
  std::uint32_t type = 0;
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  /// The first target of its reference.
  bool first = false;
};

/// A property of ipco, in its place: items name it by its number, which begins at 1.
struct Property {
  isobmff::Box box;
  bool goes = false;
  /// What it is, should it go.
  RemovedKind kind = RemovedKind::kOther;
};

/// The boxes of one `meta`; a type of 0 where there is none.
struct MetaBoxes {
  isobmff::Box meta;
  isobmff::Box pitm;
  isobmff::Box iinf;
  isobmff::Box iloc;
  isobmff::Box iref;
  isobmff::Box idat;
  isobmff::Box grpl;
  isobmff::Box iprp;
  isobmff::Box ipco;
};

struct ItemTable {
  MetaBoxes boxes;
  std::uint32_t primary = 0;
  /// In rising order of their ids.
  List<Item> items;
  /// All items' pieces of the file, an item's own in a row.
  List<Range> ranges;
  List<Reference> references;
  List<Property> properties;

  /// nullptr when there is no such item.
  Item* find(std::uint32_t id);
  [[nodiscard]] bool keeps(std::uint32_t id);
  /// Not the contrary: what is no item can neither stay nor go.
  [[nodiscard]] bool removes(std::uint32_t id);
};

/// Reads the `meta` box. Failures as strip() has them.
Failure read_items(FileReader& reader, const isobmff::Box& meta, ItemTable& table);

/// Calls `visit(box)` for each box from `at` to `end`; it returns a Failure, and one that is not ok ends the walk.
template <class Visit>
Failure for_each_box(FileReader& reader, std::uint64_t at, std::uint64_t end, Visit visit) {
  while (at < end) {
    isobmff::Box box;
    Failure failure = isobmff::read_box(reader, at, end, box);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    failure = visit(box);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    at = box.end;
  }
  return {};
}

/// Reads numbers one behind the other, up to the end of a box.
class Cursor {
 public:
  Cursor(FileReader& reader, std::uint64_t at, std::uint64_t end) : reader_(reader), at_(at), end_(end) {}

  /// False once a number would not have fitted into the box.
  [[nodiscard]] bool ok() const { return fits_ && reader_.ok(); }
  [[nodiscard]] std::uint64_t at() const { return at_; }
  /// A big-endian number of 0 (which is 0), 1, 2, 4 or 8 bytes.
  std::uint64_t number(unsigned bytes) {
    if (bytes > end_ - at_) fits_ = false;
    if (!ok()) return 0;
    std::uint64_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) value = value << 8U | reader_.u8(at_ + i);
    at_ += bytes;
    return value;
  }
  std::uint32_t u32(unsigned bytes = 4) { return static_cast<std::uint32_t>(number(bytes)); }

 private:
  FileReader& reader_;
  std::uint64_t at_;
  std::uint64_t end_;
  bool fits_ = true;
};

/// The entries of `iloc` (8.11.3.2).
struct LocationFormat {
  std::uint8_t version = 0;
  unsigned offset_bytes = 0;
  unsigned length_bytes = 0;
  unsigned base_bytes = 0;
  unsigned index_bytes = 0;
  /// Where the number of entries stands, and how long it is; the entries follow.
  std::uint64_t count_at = 0;
  unsigned count_bytes = 2;
};
Failure read_location_format(FileReader& reader, const isobmff::Box& iloc, LocationFormat& format);

/// An entry's head; the cursor is left at its pieces.
struct Location {
  std::uint32_t id = 0;
  std::uint8_t construction = 0;
  std::uint64_t base = 0;
  std::uint32_t pieces = 0;
};
Location read_location(Cursor& cursor, const LocationFormat& format);

}  // namespace gvw::stripping
