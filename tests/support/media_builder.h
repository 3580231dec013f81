#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "probe/probe.h"

/// Files of chunks and boxes put together by hand, and the two ways to probe them.
namespace gvw::testing::media {

/// Bytes with a chain of things to append; `big` and `little` say the byte order, the number how many bits.
class Blob {
 public:
  Blob() = default;
  explicit Blob(std::string_view text) { add(text); }

  Blob& add(std::string_view text) {
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return *this;
  }
  Blob& add(const Blob& other) {
    bytes_.insert(bytes_.end(), other.bytes_.begin(), other.bytes_.end());
    return *this;
  }
  Blob& u8(std::uint64_t value) { return big(value, 1); }
  Blob& big16(std::uint64_t value) { return big(value, 2); }
  Blob& big32(std::uint64_t value) { return big(value, 4); }
  Blob& big64(std::uint64_t value) { return big(value, 8); }
  Blob& little16(std::uint64_t value) { return little(value, 2); }
  Blob& little32(std::uint64_t value) { return little(value, 4); }
  Blob& zeros(std::size_t count) {
    bytes_.insert(bytes_.end(), count, 0);
    return *this;
  }
  Blob& number(std::uint64_t value, unsigned bytes, Endian endian) {
    return endian == Endian::kBig ? big(value, bytes) : little(value, bytes);
  }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::span<const std::uint8_t> span() const { return bytes_; }
  [[nodiscard]] std::span<const std::uint8_t> first(std::size_t count) const { return span().first(count); }

 private:
  Blob& big(std::uint64_t value, unsigned bytes) {
    for (unsigned i = bytes; i-- > 0;) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    return *this;
  }
  Blob& little(std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    return *this;
  }

  std::vector<std::uint8_t> bytes_;
};

/// ISOBMFF: a box around `body`.
inline Blob box(std::string_view type, const Blob& body) { return Blob().big32(8 + body.size()).add(type).add(body); }
inline Blob full_box(std::string_view type, std::uint8_t version, std::uint32_t flags, const Blob& body) {
  return box(type, Blob().big32(std::uint32_t{version} << 24U | flags).add(body));
}

/// RIFF: a chunk, padded to an even length.
inline Blob chunk(std::string_view type, const Blob& data) {
  return Blob(type).little32(data.size()).add(data).zeros(data.size() % 2);
}
inline Blob riff_webp(const Blob& chunks) { return Blob("RIFF").little32(4 + chunks.size()).add("WEBP").add(chunks); }

/// An EXIF structure with an orientation and, if asked for, a position.
inline Blob exif(std::uint16_t orientation, bool gps = false, Endian endian = Endian::kLittle) {
  const auto entry = [&](Blob& to, unsigned tag, unsigned type, unsigned count, unsigned value) {
    to.number(tag, 2, endian).number(type, 2, endian).number(count, 4, endian);
    to.number(value, type == 3 ? 2 : 4, endian).zeros(type == 3 ? 2 : 0);
  };
  constexpr unsigned kGpsAt = 8 + 2 + 2 * 12 + 4;
  constexpr unsigned kAnglesAt = kGpsAt + 2 + 2 * 12 + 4;
  Blob tiff(endian == Endian::kLittle ? "II" : "MM");
  tiff.number(42, 2, endian).number(8, 4, endian).number(gps ? 2 : 1, 2, endian);
  entry(tiff, 0x0112, 3, 1, orientation);
  if (gps) entry(tiff, 0x8825, 4, 1, kGpsAt);
  tiff.number(0, 4, endian);
  if (!gps) return tiff;
  tiff.number(2, 2, endian);
  entry(tiff, 2, 5, 3, kAnglesAt);
  entry(tiff, 4, 5, 3, kAnglesAt);
  tiff.number(0, 4, endian);
  for (unsigned i = 0; i < 3; ++i) tiff.number(i, 4, endian).number(1, 4, endian);
  return tiff;
}

struct Outcome {
  ProbeStep step;
  ImageFacts facts;
  unsigned windows = 0;
  /// A demand that no caller can meet.
  bool stuck = false;
};

inline Outcome probe_at_once(std::span<const std::uint8_t> file) {
  const Window whole{0, file};
  ProbeState state;
  Outcome outcome;
  outcome.step = probe(state, file.size(), {&whole, 1});
  outcome.facts = state.facts;
  return outcome;
}

/// Brings what is asked for in windows of at most `window_bytes` and keeps as many as the package does.
inline Outcome probe_in_windows(std::span<const std::uint8_t> file, std::size_t window_bytes = limits::kWindowBytes) {
  struct Held {
    std::uint64_t offset;
    std::vector<std::uint8_t> bytes;
  };
  std::vector<Held> held;
  ProbeState state;
  Outcome outcome;
  for (;;) {
    std::vector<Window> windows;
    windows.reserve(held.size());
    for (const Held& each : held) windows.push_back({each.offset, each.bytes});
    outcome.step = probe(state, file.size(), windows);
    outcome.facts = state.facts;
    if (outcome.step.status != Status::kNeed) return outcome;
    std::erase_if(held, [&](const Held& each) { return each.offset + each.bytes.size() <= state.position; });
    const std::uint64_t at = outcome.step.at;
    const std::size_t need = outcome.step.need_length;
    outcome.stuck = need == 0 || need > limits::kWindowBytes || at > file.size() || need > file.size() - at ||
                    (window_bytes == limits::kWindowBytes && held.size() == limits::kWindowSlots);
    if (outcome.stuck) return outcome;
    const std::size_t length = std::min<std::size_t>(std::max(need, window_bytes), file.size() - at);
    const auto bytes = file.subspan(at, length);
    held.push_back({at, {bytes.begin(), bytes.end()}});
    ++outcome.windows;
  }
}

}  // namespace gvw::testing::media
