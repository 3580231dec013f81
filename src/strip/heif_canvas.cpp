#include <algorithm>
#include <cstring>

#include "strip/heif.h"

namespace gvw::stripping::heif {

void Canvas::zero(Range range, RemovedKind kind) {
  if (range.from >= range.to) return;
  const auto bytes =
      bytes_.subspan(static_cast<std::size_t>(range.from), static_cast<std::size_t>(range.to - range.from));
  if (std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; })) return;
  std::memset(bytes.data(), 0, bytes.size());
  out_.removed(kind);
}

void Canvas::blank(Range range, RemovedKind kind) {
  auto next = std::ranges::lower_bound(kept_, range.from, std::less_equal<>{}, &Range::to);
  for (; next != kept_.end() && next->from < range.to; ++next) {
    zero({range.from, next->from}, kind);
    range.from = std::max(range.from, next->to);
  }
  zero(range, kind);
}

void Canvas::free_box(const isobmff::Box& box, RemovedKind kind) {
  constexpr std::uint64_t kTypeAt = 4;
  constexpr std::uint64_t kExtendedTypeBytes = 16;
  // The extended type of a uuid box is content now.
  const bool is_uuid = box.type == four_cc("uuid");
  const std::uint64_t body = is_uuid ? box.body - kExtendedTypeBytes : box.body;
  const bool was_free = box.type == four_cc("free") || box.type == four_cc("skip");
  if (!was_free) {
    write_number(box.start + kTypeAt, 4, four_cc("free"));
    out_.removed(kind);
  }
  blank({body, box.end}, kind);
}

void Canvas::write_number(std::uint64_t at, unsigned bytes, std::uint64_t value) {
  for (unsigned i = 0; i < bytes; ++i) {
    bytes_[static_cast<std::size_t>(at + i)] = static_cast<std::uint8_t>(value >> (8 * (bytes - 1 - i)));
  }
}

}  // namespace gvw::stripping::heif
