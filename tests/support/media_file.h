#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "media/media_probe.h"
#include "support/bytes.h"

/// Films, sounds and documents put together by hand, and read window by window.
namespace gvw::testing {

struct MediaRun {
  MediaStep step;
  MediaFacts facts;
  std::vector<PageSize> pages;
  std::size_t bytes = 0;
};

inline Buffer buffer_of(std::span<const std::uint8_t> bytes) {
  Buffer buffer = Buffer::of_size(bytes.size());
  if (!bytes.empty()) std::memcpy(buffer.data(), bytes.data(), bytes.size());
  return buffer;
}

/// `smallest`: bytes of a window at least, 0 for what the probe asks for and no more.
inline MediaRun probe_media(const Bytes& file, std::size_t most = ~std::size_t{0}) {
  MediaProbe probe;
  MediaRun run;
  probe.start(file.size());
  for (;;) {
    run.step = probe.step();
    if (run.step.status != Status::kNeed) break;
    const std::size_t at = run.step.at;
    EXPECT_LE(at + run.step.need_length, file.size());
    run.bytes += run.step.need_length;
    if (run.bytes > most || at + run.step.need_length > file.size()) break;
    EXPECT_TRUE(probe.give(at, buffer_of(std::span(file).subspan(at, run.step.need_length))));
  }
  run.facts = probe.facts();
  run.pages.assign(probe.page_sizes().begin(), probe.page_sizes().end());
  return run;
}

/// What must hold of every file however it is cut or changed: an answer of our own, and soon.
inline void expect_calm(const Bytes& file, std::string_view what) {
  const Status status = probe_media(file).step.status;
  const bool own = status == Status::kOk || status == Status::kTruncated || status == Status::kMalformed ||
                   status == Status::kUnsupported || status == Status::kTooLarge;
  EXPECT_TRUE(own) << what << ": " << kStatusNames[static_cast<std::size_t>(status)];
}

/// Every cut, and every byte changed.
inline void expect_calm_in_damage(const Bytes& file, std::string_view what) {
  for (std::size_t length = 0; length < file.size(); ++length) {
    expect_calm({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length)}, what);
  }
  Bytes changed = file;
  for (std::size_t i = 0; i < file.size(); ++i) {
    for (const std::uint8_t bits : {std::uint8_t{0xff}, std::uint8_t{0x80}, std::uint8_t{0x01}}) {
      changed[i] = static_cast<std::uint8_t>(file[i] ^ bits);
      expect_calm(changed, what);
    }
    changed[i] = file[i];
  }
}

/// A box of ISOBMFF.
inline Bytes box(std::string_view type, const Bytes& body) {
  Bytes bytes;
  append_number(bytes, body.size() + 8, 4);
  append(bytes, type);
  append(bytes, body);
  return bytes;
}

/// Numbers of four bytes each, big endian.
inline Bytes words(std::initializer_list<std::uint64_t> numbers) {
  Bytes bytes;
  for (const std::uint64_t number : numbers) append_number(bytes, number, 4);
  return bytes;
}

/// Numbers of four bytes each, little endian.
inline Bytes little(std::initializer_list<std::uint64_t> numbers, unsigned length = 4) {
  Bytes bytes;
  for (const std::uint64_t number : numbers) append_number(bytes, number, length, Endian::kLittle);
  return bytes;
}

/// A RIFF chunk.
inline Bytes chunk(std::string_view type, const Bytes& body) {
  Bytes bytes = bytes_of(type);
  append_number(bytes, body.size(), 4, Endian::kLittle);
  append(bytes, body);
  if (body.size() % 2 != 0) bytes.push_back(0);
  return bytes;
}

}  // namespace gvw::testing
