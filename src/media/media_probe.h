#pragma once

#include <cstdint>
#include <span>

#include "base/buffer.h"
#include "base/file_reader.h"
#include "base/growing_array.h"
#include "media/facts.h"
#include "media/pdf/document.h"

namespace gvw {

struct MediaStep {
  /// ok: the facts are there. need: bring `need_length` bytes at `at` (never behind the file's end) and call again.
  /// truncated, malformed, unsupported, too_large, out_of_memory: at byte `at`.
  Status status = Status::kOk;
  std::uint64_t at = 0;
  std::size_t need_length = 0;
};

/// Reads a film, a sound or a document window by window.
///
/// Everything it remembers follows from the windows it was given, so it is a cache: whoever has the windows can start
/// another one and get to the same place. Parsers begin again with each window and find what they read before at hand;
/// only a document, of many small objects, goes on where it was.
class MediaProbe {
 public:
  void start(std::uint64_t file_size);
  /// Takes over a window. False: no memory for it.
  bool give(std::uint64_t offset, Buffer bytes);
  MediaStep step();
  [[nodiscard]] const MediaFacts& facts() const { return facts_; }
  /// As many as were read, in order; may be fewer than facts().pages.
  [[nodiscard]] std::span<const PageSize> page_sizes() const { return document_.page_sizes(); }

 private:
  Failure run(FileReader& reader);
  [[nodiscard]] MediaStep finish();

  std::uint64_t file_size_ = 0;
  GrowingArray<Buffer> bytes_;
  GrowingArray<Window> windows_;
  std::size_t given_bytes_ = 0;
  MediaFacts facts_;
  pdf::Document document_;
};

}  // namespace gvw
