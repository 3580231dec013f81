#include "media/pdf/document.h"

#include <algorithm>
#include <utility>

namespace gvw::pdf {

Failure Document::read(FileReader& reader, MediaFacts& facts) {
  for (;;) {
    const Phase before = phase_;
    const Failure failure = step(reader, facts);
    facts.encrypted = encrypted_;
    facts.repaired = repaired_;
    if (!reader.ok()) return {};
    if (out_of_memory_) return {Status::kOutOfMemory, 0};
    if (budget_ == 0) {
      finish_walk(facts);
      return {Status::kTooLarge, 0};
    }
    if (failure.status != Status::kOk) return failure;
    if (phase_ == Phase::kDone) return {};
    // Each step moves on or fails; a step that did neither would be repeated for ever.
    if (phase_ == before) return {Status::kMalformed, 0};
  }
}

Failure Document::step(FileReader& reader, MediaFacts& facts) {
  switch (phase_) {
    case Phase::kTail:
      return repair_or(find_start(reader));
    case Phase::kSections: {
      const Failure failure = read_sections(reader);
      if (!reader.ok()) return {};
      return repair_or(failure);
    }
    case Phase::kRoot: {
      const Failure failure = find_root(reader);
      if (!reader.ok()) return {};
      return repair_or(failure);
    }
    case Phase::kWalk: {
      const Failure failure = walk(reader, facts);
      if (!reader.ok()) return {};
      return repair_or(failure);
    }
    case Phase::kScan:
      return scan(reader);
    case Phase::kSort:
      return sort(reader);
    case Phase::kDone:
      return {};
  }
  return {};
}

/// The table of objects is damaged: make one by looking at the whole file, once. An encrypted document is left alone
/// when what is missing is behind the encryption.
Failure Document::repair_or(Failure failure) {
  if (failure.status != Status::kMalformed || repaired_ || out_of_memory_ || budget_ == 0) return failure;
  repaired_ = true;
  phase_ = Phase::kScan;
  entries_.clear();
  nodes_.clear();
  inherited_.clear();
  visited_.clear();
  sizes_.clear();
  lost_ = 0;
  nodes_pushed_ = 0;
  root_ = 0;
  streams_ = {};
  return {};
}

/// Where the newest cross-reference section begins (7.5.5): behind the last `startxref`.
Failure Document::find_start(FileReader& reader) {
  const std::uint64_t size = reader.file_size();
  for (; base_ < std::min(size, limits::kMaxPdfHeaderOffset); ++base_) {
    if (reader.u8(base_) == '%' && size - base_ >= 4 && reader.matches(base_, "%PDF")) break;
    if (!reader.ok()) {
      base_ = 0;
      return {};
    }
  }
  const std::uint64_t length = std::min(size, limits::kMaxPdfTailBytes);
  const std::uint8_t* tail = reader.view(size - length, static_cast<std::size_t>(length));
  if (tail == nullptr) return {};
  constexpr std::string_view kKeyword = "startxref";
  const std::string_view text(reinterpret_cast<const char*>(tail), static_cast<std::size_t>(length));
  const std::size_t found = text.rfind(kKeyword);
  phase_ = Phase::kSections;
  if (found == std::string_view::npos) return {Status::kMalformed, size};
  has_start_ = true;
  Lexer lexer(file(reader), size - length + found + kKeyword.size());
  const Value start = lexer.read();
  if (!reader.ok()) {
    phase_ = Phase::kTail;
    return {};
  }
  if (start.type != Type::kNumber || !start.is_integer) return {Status::kMalformed, size - length + found};
  return queue_section(start.whole() + base_);
}

/// Of several trailers the newest that names a root counts; it is read first.
void Document::note_trailer(const Value& trailer) {
  each_entry(trailer, [&](const Value& key, const Value& value) {
    if (key.is_name("Root") && value.type == Type::kReference && root_ == 0) root_ = value.object;
    if (key.is_name("Encrypt") && !value.is_keyword("null")) encrypted_ = true;
    return true;
  });
}

Failure Document::find_root(FileReader& reader) {
  const Value catalog = object(reader, root_);
  std::uint32_t pages = 0;
  each_entry(catalog, [&](const Value& key, const Value& value) {
    if (key.is_name("Pages") && value.type == Type::kReference) pages = value.object;
    return true;
  });
  const Value tree = object(reader, pages);
  if (!reader.ok()) return {};
  std::uint64_t count = 0;
  each_entry(tree, [&](const Value& key, const Value& value) {
    if (key.is_name("Count")) count = resolved(reader, value).whole();
    return true;
  });
  if (!reader.ok()) return {};
  if (tree.type != Type::kDictionary) {
    // Object streams of an encrypted document cannot be read without its key, so its pages stay unknown.
    if (encrypted_ && (repaired_ || root_ != 0)) {
      phase_ = Phase::kDone;
      return {};
    }
    if (repaired_ && !has_start_) return {Status::kTruncated, reader.file_size()};
    return {Status::kMalformed, 0};
  }
  told_pages_ = count;
  if (!inherited_.push({}) || !nodes_.push({pages, 0, 0})) out_of_memory_ = true;
  phase_ = Phase::kWalk;
  return {};
}

}  // namespace gvw::pdf
