#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace gvw {

/// A flag, a name or a small number in 32 bits of its own: a struct of such words is an array that JavaScript reads
/// where it lies, without either side converting a field.
template <class Value>
class Word {
 public:
  constexpr Word(Value value = Value{}) : word_(static_cast<std::uint32_t>(value)) {}
  constexpr operator Value() const { return static_cast<Value>(word_); }
  /// A name's row in its table.
  constexpr explicit operator std::size_t() const
    requires std::is_enum_v<Value>
  {
    return word_;
  }

 private:
  std::uint32_t word_;
};

}  // namespace gvw
