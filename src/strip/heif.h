#pragma once

#include "strip/isobmff_items.h"
#include "strip/rewrite.h"

/// Private to the strip of HEIF: read everything, choose, then write in place. No byte that stays ever moves to another
/// offset, except within the lists that say which items there are.
namespace gvw::stripping::heif {

/// heif_choice.cpp: decides which items and properties stay (`kept`, `goes`).
Failure choose(FileReader& reader, ItemTable& table, bool keep_gain_map);
/// After choose: whether a gain map is among what stays.
bool keeps_gain_map(const ItemTable& table);

/// A copy of the file that is changed in place.
class Canvas {
 public:
  /// `kept`: the bytes of the items that stay, in rising order, none overlapping.
  Canvas(Rewrite& out, std::span<std::uint8_t> bytes, std::span<const Range> kept)
      : out_(out), bytes_(bytes), kept_(kept) {}

  [[nodiscard]] std::span<std::uint8_t> bytes() const { return bytes_; }
  /// Sets to zero what is not an item's that stays; a byte that was not zero before was `kind`.
  void blank(Range range, RemovedKind kind);
  /// Makes a free box of it (ISO/IEC 14496-12, 8.1.2), its content blanked.
  void free_box(const isobmff::Box& box, RemovedKind kind);
  void write_number(std::uint64_t at, unsigned bytes, std::uint64_t value);
  void removed(RemovedKind kind) { out_.removed(kind); }

 private:
  void zero(Range range, RemovedKind kind);

  Rewrite& out_;
  std::span<std::uint8_t> bytes_;
  std::span<const Range> kept_;
};

/// heif_meta.cpp: takes the items and properties that go out of the lists of the `meta` box, and all in it that is not
/// a list of items.
Failure rewrite_meta(FileReader& reader, ItemTable& table, Canvas& canvas);

/// heif_movie.cpp: frees the user data of a `moov` box and forgets its times. Unsupported for a track that is neither
/// pictures nor their alpha: what it says cannot be known.
Failure rewrite_movie(FileReader& reader, const isobmff::Box& moov, Canvas& canvas);

}  // namespace gvw::stripping::heif
