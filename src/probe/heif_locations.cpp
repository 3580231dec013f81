#include <algorithm>

#include "probe/heif.h"

// ISO/IEC 14496-12 8.11.3 (iloc): where the items' bytes are. Read for the Exif item, and to see whether the file has
// them all.
namespace gvw::probing::heif {
namespace {

enum Size : std::uint8_t { kOffset, kLength, kBase, kIndex };

/// A number whose width the box itself declares: 0, 4 or 8 bytes.
std::uint64_t sized_number(const std::uint8_t* bytes, std::uint8_t size) {
  if (size == 0) return 0;
  return size == 4 ? load<std::uint32_t>(bytes, Endian::kBig) : load<std::uint64_t>(bytes, Endian::kBig);
}

Failure read_header(FileReader& reader, ProbeState& state) {
  HeifState& heif = state.heif;
  const std::uint64_t begin = heif.locations.begin;
  constexpr std::size_t kLongestHeaderBytes = 10;
  const std::size_t room =
      static_cast<std::size_t>(std::min<std::uint64_t>(heif.locations.end - begin, kLongestHeaderBytes));
  const std::uint8_t* bytes = reader.view(begin, room);
  if (bytes == nullptr) return {};
  if (room < 8) return {Status::kMalformed, begin};
  heif.version = bytes[0];
  if (heif.version > 2 || (heif.version == 2 && room < kLongestHeaderBytes)) return {Status::kMalformed, begin};
  heif.location_sizes[kOffset] = bytes[4] >> 4U;
  heif.location_sizes[kLength] = bytes[4] & 0x0fU;
  heif.location_sizes[kBase] = bytes[5] >> 4U;
  heif.location_sizes[kIndex] = heif.version == 0 ? 0 : bytes[5] & 0x0fU;
  for (const std::uint8_t size : heif.location_sizes) {
    if (size != 0 && size != 4 && size != 8) return {Status::kMalformed, begin + 4};
  }
  heif.left =
      heif.version < 2 ? load<std::uint16_t>(bytes + 6, Endian::kBig) : load<std::uint32_t>(bytes + 6, Endian::kBig);
  heif.extents_left = 0;
  go_on(state, begin + (heif.version < 2 ? 8U : 10U));
  return {};
}

/// Reads an item's entry up to its extents.
Failure read_entry(FileReader& reader, ProbeState& state) {
  HeifState& heif = state.heif;
  const std::size_t id_bytes = heif.version < 2 ? 2 : 4;
  const std::size_t method_bytes = heif.version == 0 ? 0 : 2;
  const std::size_t base_at = id_bytes + method_bytes + 2;  // behind the data reference
  const std::size_t bytes = base_at + heif.location_sizes[kBase] + 2;
  if (heif.locations.end - heif.cursor < bytes) return {Status::kMalformed, heif.cursor};
  const std::uint8_t* entry = reader.view(heif.cursor, bytes);
  if (entry == nullptr) return {};
  heif.location_item =
      id_bytes == 2 ? load<std::uint16_t>(entry, Endian::kBig) : load<std::uint32_t>(entry, Endian::kBig);
  heif.location_method = method_bytes == 0 ? 0 : entry[id_bytes + 1] & 0x0fU;
  // Another file's bytes (8.7.2) are as far out of reach as another item's.
  const bool elsewhere = load<std::uint16_t>(entry + base_at - 2, Endian::kBig) != 0;
  if (elsewhere) heif.location_method = 0x0f;
  heif.location_base = sized_number(entry + base_at, heif.location_sizes[kBase]);
  heif.extents_left = load<std::uint16_t>(entry + bytes - 2, Endian::kBig);
  --heif.left;
  go_on(state, heif.cursor + bytes);
  return {};
}

/// Puts an extent to its place in the file. Construction method 0 counts from the file's beginning, 1 from that of
/// `idat`; 2, from another item, is not followed.
Failure place_extent(const FileReader& reader, ProbeState& state, std::uint64_t offset, std::uint64_t length) {
  HeifState& heif = state.heif;
  if (heif.location_method > 1) return {};
  const bool inside = heif.location_method == 1;
  const std::uint64_t begin = inside ? heif.data.begin : 0;
  const std::uint64_t size = inside ? heif.data.end - heif.data.begin : reader.file_size();
  const std::uint64_t at = heif.location_base + offset;
  const bool wraps = at < offset;
  if (wraps || at > size || length > size - at) {
    if (inside || wraps) return {Status::kMalformed, heif.cursor};
    state.facts.truncated = true;
  }
  if (!heif.exif_known || heif.location_item != heif.exif_item || heif.extents == limits::kMaxExtents) return {};
  // A length of 0 means all there is (8.11.3.1).
  if (length == 0 && at < size) length = size - at;
  if (at > size || length > size - at) return {};
  heif.extent[heif.extents++] = {begin + at, length};
  return {};
}

/// Reads the extents of the current entry, as many as are left of it.
Failure read_extents(FileReader& reader, ProbeState& state) {
  HeifState& heif = state.heif;
  const std::uint8_t* sizes = heif.location_sizes;
  const std::size_t bytes = std::size_t{sizes[kIndex]} + sizes[kOffset] + sizes[kLength];
  // Extents of no bytes are all alike: one is enough, however many there are.
  if (bytes == 0 && heif.extents_left > 1) heif.extents_left = 1;
  while (heif.extents_left != 0) {
    if (heif.locations.end - heif.cursor < bytes) return {Status::kMalformed, heif.cursor};
    constexpr std::uint8_t kNothing = 0;
    const std::uint8_t* extent = bytes == 0 ? &kNothing : reader.view(heif.cursor, bytes);
    if (extent == nullptr) return {};
    const std::uint64_t offset = sized_number(extent + sizes[kIndex], sizes[kOffset]);
    const std::uint64_t length = sized_number(extent + sizes[kIndex] + sizes[kOffset], sizes[kLength]);
    const Failure failure = place_extent(reader, state, offset, length);
    if (failure.status != Status::kOk) return failure;
    --heif.extents_left;
    go_on(state, heif.cursor + bytes);
  }
  return {};
}

}  // namespace

Failure read_locations(FileReader& reader, ProbeState& state) {
  HeifState& heif = state.heif;
  if (heif.locations.is_there()) {
    Failure failure;
    if (heif.cursor == 0) failure = read_header(reader, state);
    while (reader.ok() && failure.status == Status::kOk && (heif.left != 0 || heif.extents_left != 0)) {
      failure = heif.extents_left != 0 ? read_extents(reader, state) : read_entry(reader, state);
    }
    if (!reader.ok() || failure.status != Status::kOk) return failure;
  }
  heif.stage = heif.extents != 0 ? HeifStage::kExif : HeifStage::kDone;
  return {};
}

}  // namespace gvw::probing::heif
