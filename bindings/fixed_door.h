#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/// The fixed door: a block of doubles at a fixed address, read and written by both sides, for calls so small and so
/// frequent that building a JavaScript object for each would cost ten times the work itself. The fields of a block are
/// a list of the vocabulary, which names them on both sides.
namespace gvw::bindings {

template <class Field, std::size_t kFields>
struct Block {
  std::array<double, kFields> values{};

  [[nodiscard]] double operator[](Field field) const { return values[static_cast<std::size_t>(field)]; }
  double& operator[](Field field) { return values[static_cast<std::size_t>(field)]; }
  template <class Number>
  [[nodiscard]] Number get(Field field) const {
    return static_cast<Number>(values[static_cast<std::size_t>(field)]);
  }
  template <class Number>
  void set(Field field, Number value) {
    values[static_cast<std::size_t>(field)] = static_cast<double>(value);
  }
};

/// The address of something static, as JavaScript takes it.
template <class Type>
std::uint32_t address_of(const Type& object) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(&object));
}

}  // namespace gvw::bindings
