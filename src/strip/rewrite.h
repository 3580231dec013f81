#pragma once

#include <cstdint>
#include <span>

#include "strip/strip.h"

/// Private to the strip.
namespace gvw::stripping {

/// The new file while it is written from the old one, front to back. As long as both are equal nothing is copied: a
/// file without metadata costs no memory.
class Rewrite {
 public:
  explicit Rewrite(std::span<const std::uint8_t> source) : source_(source) {}

  /// Bytes of the source, which the caller has seen to be there.
  void keep(std::uint64_t from, std::uint64_t length);
  /// Bytes that are not the source's, or happen to be.
  void put(std::span<const std::uint8_t> bytes);
  /// Replaces bytes that were written before.
  void overwrite(std::uint64_t at, std::span<const std::uint8_t> bytes);
  /// The whole of the source, to be changed in place; nothing must have been written before. Empty without memory.
  std::span<std::uint8_t> whole();
  /// Shortens what was written to `size` bytes.
  void cut(std::uint64_t size);
  /// Bytes written so far.
  [[nodiscard]] std::uint64_t size() const { return copied_ ? bytes_.size() : same_; }

  void kept_gain_map(const KeptGainMap& gain_map) { gain_map_ = gain_map; }
  void removed(RemovedKind kind) { removed_ |= 1U << static_cast<unsigned>(kind); }

  Result<Stripped> finish();

 private:
  /// From here on the files differ.
  void copy();

  std::span<const std::uint8_t> source_;
  /// Bytes at the front in which both files are equal, while nothing is copied.
  std::size_t same_ = 0;
  bool copied_ = false;
  Buffer bytes_;
  std::uint32_t removed_ = 0;
  KeptGainMap gain_map_;
};

}  // namespace gvw::stripping
