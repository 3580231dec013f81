#include "strip/rewrite.h"

#include <algorithm>
#include <cstring>

namespace gvw::stripping {
namespace {

/// An orientation block, the segments of a picture with a gain map and those of the map: no second allocation follows.
constexpr std::size_t kMaxAddedBytes = 4096;

}  // namespace

void Rewrite::copy() {
  if (copied_) return;
  copied_ = true;
  bytes_.reserve(source_.size() + kMaxAddedBytes);
  bytes_.append(source_.first(same_));
}

void Rewrite::keep(std::uint64_t from, std::uint64_t length) {
  if (!copied_ && from == same_) {
    same_ += static_cast<std::size_t>(length);
    return;
  }
  if (length == 0) return;
  copy();
  bytes_.append(source_.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(length)));
}

void Rewrite::put(std::span<const std::uint8_t> bytes) {
  if (!copied_ && bytes.size() <= source_.size() - same_ &&
      std::equal(bytes.begin(), bytes.end(), source_.begin() + static_cast<std::ptrdiff_t>(same_))) {
    same_ += bytes.size();
    return;
  }
  copy();
  bytes_.append(bytes);
}

void Rewrite::overwrite(std::uint64_t at, std::span<const std::uint8_t> bytes) {
  const auto from = static_cast<std::size_t>(at);
  if (!copied_ && std::equal(bytes.begin(), bytes.end(), source_.begin() + static_cast<std::ptrdiff_t>(from))) return;
  copy();
  if (bytes_.ok()) std::memcpy(bytes_.data() + from, bytes.data(), bytes.size());
}

std::span<std::uint8_t> Rewrite::whole() {
  same_ = source_.size();
  copy();
  return bytes_.ok() ? bytes_.span() : std::span<std::uint8_t>{};
}

void Rewrite::cut(std::uint64_t size) {
  if (size >= this->size()) return;
  if (copied_) {
    bytes_.shrink(static_cast<std::size_t>(size));
  } else {
    same_ = static_cast<std::size_t>(size);
  }
}

Result<Stripped> Rewrite::finish() {
  if (!copied_ && same_ == source_.size()) return Stripped{false, {}, 0, gain_map_};
  copy();
  if (!bytes_.ok()) return Status::kOutOfMemory;
  const bool equal = bytes_.size() == source_.size() && std::memcmp(bytes_.data(), source_.data(), source_.size()) == 0;
  if (equal) return Stripped{false, {}, 0, gain_map_};
  if (removed_ == 0) removed(RemovedKind::kOther);
  return Stripped{true, std::move(bytes_), removed_, gain_map_};
}

}  // namespace gvw::stripping
