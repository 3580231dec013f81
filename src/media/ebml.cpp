#include "media/ebml.h"

#include <bit>

namespace gvw::media::ebml {
namespace {

constexpr std::uint64_t kUnknownSize = ~std::uint64_t{0};

std::uint64_t big_endian(FileReader& reader, std::uint64_t at, std::uint64_t bytes) {
  std::uint64_t value = 0;
  for (std::uint64_t i = 0; i < bytes && i < 8; ++i) value = value << 8U | reader.u8(at + i);
  return value;
}

}  // namespace

std::uint32_t variable_bytes(std::uint8_t first, std::uint32_t most) {
  const auto bytes = static_cast<std::uint32_t>(std::countl_zero(first)) + 1;
  return bytes > most ? 0 : bytes;
}

Failure read_element(FileReader& reader, std::uint64_t at, std::uint64_t parent_end, Element& element) {
  const std::uint32_t id_bytes = variable_bytes(reader.u8(at), 4);
  if (!reader.ok()) return {};
  if (id_bytes == 0) return {Status::kMalformed, at};
  element.id = static_cast<std::uint32_t>(big_endian(reader, at, id_bytes));
  const std::uint64_t size_at = at + id_bytes;
  const std::uint32_t size_bytes = variable_bytes(reader.u8(size_at), 8);
  if (!reader.ok()) return {};
  if (size_bytes == 0) return {Status::kMalformed, size_at};
  const std::uint64_t mask = (std::uint64_t{1} << (7 * size_bytes)) - 1;
  const std::uint64_t size = big_endian(reader, size_at, size_bytes) & mask;
  element.body = size_at + size_bytes;
  element.is_sized = size != mask;
  if (element.is_sized && size > kUnknownSize - element.body) return {Status::kMalformed, size_at};
  element.end = element.is_sized ? element.body + size : parent_end;
  return {};
}

std::uint64_t number(FileReader& reader, const Element& element) {
  return big_endian(reader, element.body, std::min<std::uint64_t>(element.end - element.body, 8));
}

double real(FileReader& reader, const Element& element) {
  const std::uint64_t size = element.end - element.body;
  if (size == 4) return std::bit_cast<float>(reader.u32(element.body, Endian::kBig));
  return size == 8 ? std::bit_cast<double>(reader.u64(element.body, Endian::kBig)) : 0;
}

}  // namespace gvw::media::ebml
