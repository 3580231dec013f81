#include "probe/isobmff.h"

namespace gvw::isobmff {

Failure read_box(FileReader& reader, std::uint64_t at, std::uint64_t parent_end, Box& box) {
  constexpr std::uint64_t kHeaderBytes = 8;
  constexpr std::uint64_t kLargeHeaderBytes = 16;
  constexpr std::uint64_t kExtendedTypeBytes = 16;
  const std::uint64_t room = parent_end - at;
  if (at >= parent_end || room < kHeaderBytes) return {Status::kMalformed, at};
  const std::uint8_t* header = reader.view(at, kHeaderBytes);
  if (header == nullptr) return {};
  std::uint64_t size = load<std::uint32_t>(header, Endian::kBig);
  std::uint64_t header_bytes = kHeaderBytes;
  box.type = load<std::uint32_t>(header + 4, Endian::kBig);
  box.start = at;
  if (size == 1) {
    header_bytes = kLargeHeaderBytes;
    if (room < header_bytes) return {Status::kMalformed, at};
    size = reader.u64(at + kHeaderBytes, Endian::kBig);
    if (!reader.ok()) return {};
  } else if (size == 0) {
    const std::uint64_t end = parent_end == kTopLevel ? reader.file_size() : parent_end;
    size = end > at ? end - at : 0;
  }
  if (box.type == four_cc("uuid")) header_bytes += kExtendedTypeBytes;
  if (size < header_bytes || size > room) return {Status::kMalformed, at};
  box.body = at + header_bytes;
  box.end = at + size;
  return {};
}

Failure read_full_box(FileReader& reader, const Box& box, FullBox& full) {
  constexpr std::uint64_t kBytes = 4;
  constexpr std::uint32_t kFlagsMask = 0xffffff;
  if (box.end - box.body < kBytes) return {Status::kMalformed, box.start};
  const std::uint32_t word = reader.u32(box.body, Endian::kBig);
  full = {static_cast<std::uint8_t>(word >> 24U), word & kFlagsMask, box.body + kBytes};
  return {};
}

}  // namespace gvw::isobmff
