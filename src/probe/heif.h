#pragma once

#include <algorithm>

#include "probe/isobmff.h"
#include "probe/probe.h"

/// Private to the HEIF probe, which is a chain of stages: each reads one box from its beginning to its end, keeps what
/// it found in the state, and names the stage after it. A stage whose window is missing is entered again where it
/// stood.
namespace gvw::probing::heif {

/// Goes on to `cursor` within the stage. `position` follows where the `meta` box is too large to be kept at hand.
inline void go_on(ProbeState& state, std::uint64_t cursor) {
  state.heif.cursor = cursor;
  const Inside& meta = state.heif.meta;
  const bool kept = meta.is_there() && meta.end - meta.begin <= limits::kMaxKeptMetaBytes;
  state.position = kept ? meta.begin : cursor;
}

/// Enters `stage`, which reads from `cursor`; 0 lets it find its own beginning.
inline void enter(ProbeState& state, HeifStage stage, std::uint64_t cursor) {
  state.heif.stage = stage;
  state.heif.index = 0;
  state.heif.left = 0;
  go_on(state, cursor);
}

/// The items do not say the size: some sequences describe only their tracks. Goes on to look for `moov`.
void seek_track(ProbeState& state);

/// heif_items.cpp: the boxes that say what items there are and how they belong together.
Failure read_references(FileReader& reader, ProbeState& state);
Failure read_items(FileReader& reader, ProbeState& state);
Failure read_locations(FileReader& reader, ProbeState& state);

/// heif_properties.cpp: the boxes that say what the items look like.
Failure read_auxiliaries(FileReader& reader, ProbeState& state);
Failure read_associations(FileReader& reader, ProbeState& state);
Failure read_properties(FileReader& reader, ProbeState& state);

/// heif_track.cpp: an image sequence.
Failure read_tracks(FileReader& reader, ProbeState& state);

/// Is `wanted` one of the first `count`?
template <class Number>
bool contains(const Number* list, std::size_t count, Number wanted) {
  return std::find(list, list + count, wanted) != list + count;
}

/// heif_property.cpp: reads one property into `slot` and `item`; `icc` becomes true for a colour profile.
Failure read_property(FileReader& reader, const isobmff::Box& box, HeifProperty& slot, HeifItem& item, bool& icc);

/// How a picture is turned: first rows and columns change places, then it is mirrored. EXIF's eight in other words.
struct Turn {
  bool transpose = false;
  bool mirror_x = false;
  bool mirror_y = false;

  [[nodiscard]] std::uint8_t orientation() const;
};

/// A picture under its transformations, in the order in which they are to be made.
struct Shape {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  Turn turn;

  /// False for a crop that leaves nothing or is larger than the picture.
  [[nodiscard]] bool apply(const HeifProperty& property);
};

}  // namespace gvw::probing::heif
