#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "base/limits.h"
#include "probe/probe.h"

/// The two ways a probe is run: with the whole file at hand, and as the package runs it, window by window.
namespace gvw::testing {

/// How a probe ended, and what it took.
struct Probed {
  ProbeStep step;
  ImageFacts facts;
  std::size_t windows = 0;
  std::uint64_t bytes = 0;
  /// A demand no caller can meet: more than a window holds, more windows than there are slots, or what is there
  /// already.
  bool stuck = false;
};

/// Of what is no picture the core knows the format alone: the rest is media.wasm's to say.
inline bool is_picture(const ImageFacts& facts) {
  return kFormats[static_cast<std::size_t>(facts.format)].kind == Kind::kImage;
}

/// A copy of its own on the heap, so that AddressSanitizer sees a read one byte outside.
class HeapCopy {
 public:
  explicit HeapCopy(std::span<const std::uint8_t> bytes)
      : bytes_(std::make_unique<std::uint8_t[]>(bytes.size())), size_(bytes.size()) {
    std::ranges::copy(bytes, bytes_.get());
  }
  [[nodiscard]] std::span<const std::uint8_t> span() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t size_;
};

inline Probed probe_whole(std::span<const std::uint8_t> file) {
  const HeapCopy copy(file);
  const Window whole{0, copy.span()};
  ProbeState state;
  Probed probed;
  probed.step = probe(state, file.size(), {&whole, 1});
  probed.facts = state.facts;
  probed.windows = 1;
  probed.bytes = file.size();
  probed.stuck = probed.step.status == Status::kNeed;
  return probed;
}

/// Brings windows on demand, at the offset asked for, and forgets those that lie before the parser's position; a probe
/// that goes on must do with `limits::kWindowSlots` of them. Smaller windows than the package's may be asked for, to
/// put a boundary everywhere; then the number of slots is of no account.
class WindowedFile {
 public:
  explicit WindowedFile(std::span<const std::uint8_t> file, std::size_t window_bytes = limits::kWindowBytes)
      : file_(file), window_bytes_(window_bytes) {}

  Probed run() {
    Probed probed;
    ProbeState state;
    for (;;) {
      std::vector<Window> windows;
      windows.reserve(held_.size());
      for (const Held& held : held_) windows.push_back({held.offset, held.bytes.span()});
      probed.step = probe(state, file_.size(), windows);
      probed.facts = state.facts;
      if (probed.step.status != Status::kNeed) return probed;
      std::erase_if(held_, [&](const Held& held) { return held.offset + held.bytes.span().size() <= state.position; });
      probed.stuck = !bring(probed);
      if (probed.stuck) return probed;
    }
  }

 private:
  struct Held {
    std::uint64_t offset;
    HeapCopy bytes;
  };

  bool bring(Probed& probed) {
    const std::uint64_t at = probed.step.at;
    const std::size_t length = probed.step.need_length;
    if (length == 0 || length > window_bytes_ || at >= file_.size() || length > file_.size() - at) return false;
    if (window_bytes_ == limits::kWindowBytes && held_.size() == limits::kWindowSlots) return false;
    const auto brought = std::min<std::uint64_t>(window_bytes_, file_.size() - at);
    held_.push_back({at, HeapCopy(file_.subspan(at, brought))});
    ++probed.windows;
    probed.bytes += brought;
    return true;
  }

  std::span<const std::uint8_t> file_;
  std::size_t window_bytes_;
  std::vector<Held> held_;
};

}  // namespace gvw::testing
