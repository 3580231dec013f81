#pragma once

#include <cstddef>
#include <new>
#include <span>
#include <utility>

namespace gvw {

/// A growing array of values of any kind (List: of plain ones) whose allocation may fail, for what a file says there
/// are many of; see Buffer for why. Its user keeps it below a named limit.
template <class Item>
class GrowingArray {
 public:
  GrowingArray() = default;
  GrowingArray(const GrowingArray&) = delete;
  GrowingArray& operator=(const GrowingArray&) = delete;
  GrowingArray(GrowingArray&& other) noexcept
      : items_(std::exchange(other.items_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  GrowingArray& operator=(GrowingArray&& other) noexcept {
    std::swap(items_, other.items_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~GrowingArray() { delete[] items_; }

  /// False: no memory; the list is as it was.
  [[nodiscard]] bool push(Item item) {
    if (size_ == capacity_ && !grow(capacity_ == 0 ? kFirstCapacity : capacity_ * 2)) return false;
    items_[size_++] = std::move(item);
    return true;
  }
  /// Makes it `size` items long, the new ones as by default. False: no memory.
  [[nodiscard]] bool resize(std::size_t size) {
    if (size > capacity_ && !grow(size)) return false;
    for (std::size_t i = size_; i < size; ++i) items_[i] = Item{};
    size_ = size;
    return true;
  }
  void pop() { --size_; }
  void clear() { *this = GrowingArray{}; }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  Item& operator[](std::size_t i) { return items_[i]; }
  const Item& operator[](std::size_t i) const { return items_[i]; }
  Item& back() { return items_[size_ - 1]; }
  [[nodiscard]] std::span<const Item> span() const { return {items_, size_}; }
  Item* begin() { return items_; }
  Item* end() { return items_ + size_; }

 private:
  static constexpr std::size_t kFirstCapacity = 16;

  bool grow(std::size_t capacity) {
    auto* grown = new (std::nothrow) Item[capacity];
    if (grown == nullptr) return false;
    for (std::size_t i = 0; i < size_; ++i) grown[i] = std::move(items_[i]);
    delete[] items_;
    items_ = grown;
    capacity_ = capacity;
    return true;
  }

  Item* items_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace gvw
