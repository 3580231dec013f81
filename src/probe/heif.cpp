#include "probe/heif.h"

#include <algorithm>
#include <memory>

#include "probe/exif.h"
#include "probe/formats.h"

// ISO/IEC 23008-12 (HEIF) 6.2 (structure), 10 and Annex B-L (brands); ISO/IEC 14496-12 8.11 (meta box).
namespace gvw::probing {

using isobmff::Box;

namespace heif {

void seek_track(ProbeState& state) {
  HeifState& heif = state.heif;
  const std::uint64_t behind = heif.meta.end;
  heif.seeks_track = true;
  heif.meta = {};
  // It may have stood in front of the items, where it was passed by.
  if (heif.tracks.is_there()) {
    enter(state, HeifStage::kTracks, heif.tracks.begin);
  } else {
    enter(state, HeifStage::kFile, behind);
  }
}

}  // namespace heif

namespace {

bool is_hevc_brand(std::uint32_t brand) {
  switch (brand) {
    case four_cc("heic"):
    case four_cc("heix"):
    case four_cc("heim"):
    case four_cc("heis"):
    case four_cc("hevc"):
    case four_cc("hevx"):
    case four_cc("hevm"):
    case four_cc("hevs"):
      return true;
    default:
      return false;
  }
}

bool is_av1_brand(std::uint32_t brand) { return brand == four_cc("avif") || brand == four_cc("avis"); }

/// Structural brands, and those of the other codecs HEIF has a brand for: AVC, JPEG, JPEG 2000, VVC, EVC, uncompressed.
bool is_heif_brand(std::uint32_t brand) {
  constexpr std::uint32_t kBrands[] = {
      four_cc("mif1"), four_cc("mif2"), four_cc("mif3"), four_cc("msf1"), four_cc("miaf"),
      four_cc("avci"), four_cc("avcs"), four_cc("jpeg"), four_cc("jpgs"), four_cc("j2ki"),
      four_cc("j2is"), four_cc("vvic"), four_cc("vvis"), four_cc("evbi"), four_cc("evbs"),
      four_cc("evmi"), four_cc("evms"), four_cc("unif"), four_cc("1pic"), four_cc("heif"),
  };
  return std::ranges::find(kBrands, brand) != std::end(kBrands);
}

/// Notes where each box of the `meta` box stands.
Failure note_child(FileReader& reader, const Box& box, ProbeState& state) {
  HeifState& heif = state.heif;
  const Inside inside{box.body, box.end};
  switch (box.type) {
    case four_cc("pitm"): {
      isobmff::FullBox full;
      const Failure failure = isobmff::read_full_box(reader, box, full);
      if (failure.status != Status::kOk) return failure;
      if (box.end - full.body < (full.version == 0 ? 2U : 4U)) return {Status::kMalformed, box.start};
      heif.chain[0] = HeifItem{};
      heif.chain[0].id = full.version == 0 ? reader.u16(full.body, Endian::kBig) : reader.u32(full.body, Endian::kBig);
      if (reader.ok()) heif.chain_length = 1;
      break;
    }
    case four_cc("iref"):
      heif.references = inside;
      break;
    case four_cc("iinf"):
      heif.items = inside;
      break;
    case four_cc("iloc"):
      heif.locations = inside;
      break;
    case four_cc("idat"):
      heif.data = inside;
      break;
    case four_cc("ipco"):
      heif.properties = inside;
      break;
    case four_cc("ipma"):
      if (heif.associations < std::size(heif.association)) heif.association[heif.associations++] = inside;
      break;
    default:
      break;
  }
  return {};
}

Failure read_meta(FileReader& reader, ProbeState& state) {
  const HeifState& heif = state.heif;
  constexpr std::uint64_t kBoxHeaderBytes = 8;
  while (heif.cursor + kBoxHeaderBytes <= heif.meta.end) {
    Box box;
    Failure failure = isobmff::read_box(reader, heif.cursor, heif.meta.end, box);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    failure = note_child(reader, box, state);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    // `iprp` is only a wrapper of `ipco` and `ipma`: its children are read as if they stood here.
    heif::go_on(state, box.type == four_cc("iprp") ? box.body : box.end);
  }
  if (heif.chain_length != 0) {
    heif::enter(state, HeifStage::kReferences, 0);
  } else {
    heif::seek_track(state);
  }
  return {};
}

/// Goes through the boxes of the file to the one that describes the picture: `meta`, or, in a sequence without a
/// primary item, `moov`.
Failure read_file(FileReader& reader, ProbeState& state) {
  HeifState& heif = state.heif;
  Failure failure;
  while (heif.cursor < reader.file_size()) {
    Box box;
    failure = isobmff::read_box(reader, heif.cursor, isobmff::kTopLevel, box);
    if (!reader.ok()) return {};
    if (failure.status != Status::kOk) break;
    if (box.type == four_cc("mini")) return {Status::kUnsupported, box.start};
    if (box.type == four_cc("moov") && !heif.tracks.is_there()) heif.tracks = {box.body, box.end};
    if (box.type == four_cc("meta") && !heif.seeks_track) {
      constexpr std::uint64_t kFullBoxBytes = 4;
      if (box.end - box.body < kFullBoxBytes) return {Status::kMalformed, box.start};
      heif.meta = {box.body + kFullBoxBytes, box.end};
      state.facts.truncated = box.end > reader.file_size();
      heif::enter(state, HeifStage::kMeta, heif.meta.begin);
      return {};
    }
    heif::go_on(state, box.end);
  }
  if (heif.tracks.is_there()) {
    heif::enter(state, HeifStage::kTracks, heif.tracks.begin);
    return {};
  }
  if (failure.status != Status::kOk) return failure;
  return {Status::kTruncated, heif.cursor};
}

/// The item begins with the offset of the TIFF header behind this field (23008-12, Annex A.2.1). The orientation it may
/// hold is that of the camera, which the transformative properties have taken in already: it is not to be applied.
void read_exif_item(FileReader& reader, ProbeState& state) {
  HeifState& heif = state.heif;
  constexpr std::uint64_t kOffsetBytes = 4;
  std::uint64_t first = heif.extent[0].offset;
  for (std::size_t i = 0; i < heif.extents; ++i) first = std::min(first, heif.extent[i].offset);
  state.position = first;
  const Pieces pieces(reader, {heif.extent, heif.extents});
  const std::uint64_t offset = pieces.number<std::uint32_t>(0, Endian::kBig);
  const ExifFacts exif = read_exif(pieces, kOffsetBytes + offset);
  if (!reader.ok()) return;
  state.facts.gps = exif.gps;
  heif.stage = HeifStage::kDone;
}

Failure run_stage(FileReader& reader, ProbeState& state) {
  switch (state.heif.stage) {
    case HeifStage::kFile:
      return read_file(reader, state);
    case HeifStage::kMeta:
      return read_meta(reader, state);
    case HeifStage::kReferences:
      return heif::read_references(reader, state);
    case HeifStage::kItems:
      return heif::read_items(reader, state);
    case HeifStage::kAuxiliaries:
      return heif::read_auxiliaries(reader, state);
    case HeifStage::kAssociations:
      return heif::read_associations(reader, state);
    case HeifStage::kProperties:
      return heif::read_properties(reader, state);
    case HeifStage::kLocations:
      return heif::read_locations(reader, state);
    case HeifStage::kTracks:
      return heif::read_tracks(reader, state);
    case HeifStage::kExif:
      read_exif_item(reader, state);
      break;
    case HeifStage::kDone:
      break;
  }
  return {};
}

}  // namespace

/// HEIC if any HEVC brand is named, as major or compatible one; else AVIF if AV1's is; else HEIF if anything of HEIF's
/// is (14496-12, 4.3).
Match recognise_heif(FileReader& reader, Word<Format>& format) {
  constexpr std::uint64_t kMajorAt = 8;
  constexpr std::uint64_t kFirstCompatibleAt = 16;
  constexpr std::uint64_t kBrandBytes = 4;
  // The box's size, of which the first byte is 0 in any file there is.
  if (reader.file_size() != 0 && reader.u8(0) != 0) return Match::kNo;
  const Match type = match_literal(reader, 4, "ftyp");
  if (type != Match::kYes) return type;
  Box box;
  const Failure failure = isobmff::read_box(reader, 0, isobmff::kTopLevel, box);
  if (!reader.ok() || failure.status != Status::kOk) return Match::kNo;
  if (box.body != kMajorAt) return Match::kNo;
  const std::uint64_t last = std::min(box.end, kFirstCompatibleAt + limits::kMaxBrands * kBrandBytes);
  bool av1 = false;
  bool any = false;
  for (std::uint64_t at = kMajorAt; at + kBrandBytes <= last; at += at == kMajorAt ? 2 * kBrandBytes : kBrandBytes) {
    const std::uint32_t brand = reader.u32(at, Endian::kBig);
    if (!reader.ok()) return Match::kNo;
    if (is_hevc_brand(brand)) {
      format = Format::kHeic;
      return Match::kYes;
    }
    av1 = av1 || is_av1_brand(brand);
    any = any || is_heif_brand(brand);
  }
  if (!av1 && !any) return Match::kNo;
  format = av1 ? Format::kAvif : Format::kHeif;
  return Match::kYes;
}

Failure probe_heif(FileReader& reader, ProbeState& state) {
  if (state.stage == 0) std::construct_at(&state.heif);
  state.stage = 1;
  while (state.heif.stage != HeifStage::kDone) {
    const Failure failure = run_stage(reader, state);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
  }
  return {};
}

}  // namespace gvw::probing
