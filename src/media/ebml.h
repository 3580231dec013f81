#pragma once

#include <algorithm>
#include <cstdint>

#include "base/file_reader.h"
#include "base/limits.h"

/// Elements of EBML (RFC 8794), which Matroska is made of.
namespace gvw::media::ebml {

struct Element {
  std::uint32_t id = 0;
  std::uint64_t body = 0;
  /// Behind its last byte; that of the element around it where its own size is not known.
  std::uint64_t end = 0;
  bool is_sized = true;
};

/// Bytes of a number whose length is in the leading zeros of its first byte (RFC 8794, 4); 0: none has that first byte.
std::uint32_t variable_bytes(std::uint8_t first, std::uint32_t most);

/// Reads the identifier and the size at `at`; malformed where there is neither.
Failure read_element(FileReader& reader, std::uint64_t at, std::uint64_t parent_end, Element& element);

/// The element's whole number, of up to eight bytes.
std::uint64_t number(FileReader& reader, const Element& element);
/// The element's real number, of four or eight bytes.
double real(FileReader& reader, const Element& element);

/// Calls `visit(element)` for each child; a visitor that returns false ends the walk. A last child that is longer than
/// its parent is cut to it: that is what a file broken off in writing looks like.
template <class Visit>
Failure each_element(FileReader& reader, std::uint64_t at, std::uint64_t end, const Visit& visit) {
  for (std::uint32_t count = 0; at < end; ++count) {
    if (count == limits::kMaxMediaSteps) return {Status::kTooLarge, at};
    Element element;
    const Failure failure = read_element(reader, at, end, element);
    if (!reader.ok() || failure.status != Status::kOk) return failure;
    element.end = std::min(element.end, end);
    if (!visit(element) || !reader.ok()) return {};
    if (element.end <= at) return {Status::kMalformed, at};
    at = element.end;
  }
  return {};
}

}  // namespace gvw::media::ebml
