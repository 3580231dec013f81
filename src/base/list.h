#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

#include "base/buffer.h"

namespace gvw {

/// A growing row of plain values whose allocation may fail, as a Buffer's may.
template <class Type>
class List {
  static_assert(std::is_trivially_copyable_v<Type> && std::is_trivially_destructible_v<Type>, "moved as bytes");
  static_assert(alignof(Type) <= alignof(std::max_align_t), "malloc aligns for no more");

 public:
  [[nodiscard]] bool ok() const { return bytes_.ok(); }
  [[nodiscard]] std::size_t size() const { return bytes_.size() / sizeof(Type); }
  void append(const Type& value) { bytes_.append(&value, sizeof(Type)); }

  [[nodiscard]] std::span<Type> span() { return {reinterpret_cast<Type*>(bytes_.data()), size()}; }
  [[nodiscard]] std::span<const Type> span() const { return {reinterpret_cast<const Type*>(bytes_.data()), size()}; }
  Type& operator[](std::size_t index) { return span()[index]; }
  const Type& operator[](std::size_t index) const { return span()[index]; }

 private:
  Buffer bytes_;
};

}  // namespace gvw
