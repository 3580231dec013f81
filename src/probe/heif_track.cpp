#include "probe/heif.h"

// ISO/IEC 23008-12 7 (image sequences); ISO/IEC 14496-12 8.3 (tkhd), 8.4.3 (hdlr), 8.5.2 and 12.1.3 (sample entries),
// 8.7.3 (sample sizes).
namespace gvw::probing::heif {
namespace {

using isobmff::Box;
using isobmff::FullBox;

struct Track {
  std::uint32_t handler = 0;
  std::uint32_t samples = 0;
  Shape shape;
  HeifItem item{};
  bool icc = false;
  /// Thumbnails or alpha of another track.
  bool dependent = false;
};

/// The first column of the matrix says where x goes, the second where y does; only quarter turns and mirrors count.
void read_matrix(FileReader& reader, const Box& box, Track& track) {
  FullBox full;
  if (isobmff::read_full_box(reader, box, full).status != Status::kOk) return;
  const std::uint64_t matrix = full.body + (full.version == 1 ? 48U : 36U);
  if (box.end - box.body < matrix - box.body + 20) return;
  const auto entry = [&](std::uint64_t i) {
    return static_cast<std::int32_t>(reader.u32(matrix + 4 * i, Endian::kBig));
  };
  const std::int32_t a = entry(0);
  const std::int32_t b = entry(1);
  const std::int32_t c = entry(3);
  const std::int32_t d = entry(4);
  if (a == 0 && d == 0 && b != 0 && c != 0) {
    track.shape.turn = {true, c < 0, b < 0};
  } else if (b == 0 && c == 0) {
    track.shape.turn = {false, a < 0, d < 0};
  }
}

Failure read_sample_entry(FileReader& reader, const Box& box, Track& track) {
  constexpr std::uint64_t kCountBytes = 4;
  constexpr std::uint64_t kWidthAt = 24;
  constexpr std::uint64_t kEntryBytes = 78;
  FullBox full;
  Failure failure = isobmff::read_full_box(reader, box, full);
  if (!reader.ok() || failure.status != Status::kOk || box.end - full.body <= kCountBytes) return failure;
  Box entry;
  failure = isobmff::read_box(reader, full.body + kCountBytes, box.end, entry);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  if (entry.end - entry.body < kEntryBytes) return {Status::kMalformed, entry.start};
  track.shape.width = reader.u16(entry.body + kWidthAt, Endian::kBig);
  track.shape.height = reader.u16(entry.body + kWidthAt + 2, Endian::kBig);
  track.item.type = entry.type;
  for (std::uint64_t at = entry.body + kEntryBytes; at + 8 <= entry.end;) {
    Box child;
    failure = isobmff::read_box(reader, at, entry.end, child);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    HeifProperty slot{};
    failure = read_property(reader, child, slot, track.item, track.icc);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    if (track.item.properties < limits::kMaxItemProperties && slot.kind != PropertyKind::kSize) {
      track.item.property[track.item.properties++] = slot;
    }
    at = child.end;
  }
  return {};
}

Failure read_track_box(FileReader& reader, const Box& box, Track& track) {
  switch (box.type) {
    case four_cc("tkhd"):
      read_matrix(reader, box, track);
      return {};
    case four_cc("hdlr"):
      if (box.end - box.body >= 12) track.handler = reader.u32(box.body + 8, Endian::kBig);
      return {};
    case four_cc("thmb"):
    case four_cc("auxl"):
      track.dependent = true;
      return {};
    case four_cc("stsz"):
    case four_cc("stz2"):
      if (box.end - box.body >= 12) track.samples = reader.u32(box.body + 8, Endian::kBig);
      return {};
    case four_cc("stsd"):
      return track.handler == four_cc("pict") || track.handler == four_cc("vide")
                 ? read_sample_entry(reader, box, track)
                 : Failure{};
    default:
      return {};
  }
}

/// These only wrap what is looked for: their children are read as if they stood beside them.
bool is_wrapper(std::uint32_t type) {
  return type == four_cc("mdia") || type == four_cc("minf") || type == four_cc("stbl") || type == four_cc("tref");
}

Failure read_track(FileReader& reader, const Box& box, Track& track) {
  std::uint64_t at = box.body;
  while (at + 8 <= box.end) {
    Box child;
    Failure failure = isobmff::read_box(reader, at, box.end, child);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    failure = read_track_box(reader, child, track);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    at = is_wrapper(child.type) ? child.body : child.end;
  }
  return {};
}

Failure conclude(const Track& track, std::uint64_t at, ProbeState& state) {
  ImageFacts& facts = state.facts;
  Shape shape = track.shape;
  facts.width = shape.width;
  facts.height = shape.height;
  // The matrix turns what the properties have made.
  shape.turn = {};
  for (std::size_t i = 0; i < track.item.properties; ++i) {
    if (!shape.apply(track.item.property[i])) return {Status::kMalformed, at};
  }
  if (track.item.properties == 0 || shape.turn.orientation() == 1) {
    shape.turn = track.shape.turn;
    if (shape.turn.transpose) std::swap(shape.width, shape.height);
  }
  facts.orientation = shape.turn.orientation();
  facts.upright_width = shape.width;
  facts.upright_height = shape.height;
  facts.frames = track.samples;
  facts.bit_depth = track.item.codec_depth != 0 ? track.item.codec_depth : 8;
  facts.color_model = track.item.gray ? ColorModel::kGray : ColorModel::kYcbcr;
  facts.icc = track.icc;
  state.sized = true;
  return {};
}

}  // namespace

/// Takes the first track of pictures that is not another's thumbnail; a dependent auxiliary track is its alpha.
Failure read_tracks(FileReader& reader, ProbeState& state) {
  HeifState& heif = state.heif;
  for (; heif.cursor + 8 <= heif.tracks.end && heif.index < limits::kMaxTracks; ++heif.index) {
    Box box;
    Failure failure = isobmff::read_box(reader, heif.cursor, heif.tracks.end, box);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    if (box.type == four_cc("trak")) {
      Track track;
      failure = read_track(reader, box, track);
      if (!reader.ok() || failure.status != Status::kOk) return failure;
      const bool pictures = track.handler == four_cc("pict") || track.handler == four_cc("vide");
      if (pictures && !track.dependent && track.shape.width != 0 && track.shape.height != 0 && !state.sized) {
        failure = conclude(track, box.start, state);
        if (failure.status != Status::kOk) return failure;
      }
      if (track.handler == four_cc("auxv") && track.dependent) state.facts.has_alpha = true;
    }
    go_on(state, box.end);
  }
  if (!state.sized) return {Status::kMalformed, heif.tracks.begin};
  heif.stage = HeifStage::kDone;
  return {};
}

}  // namespace gvw::probing::heif
