#include <algorithm>

#include "media/pdf/document.h"

// A table of objects made anew, where the file's own cannot be used: every "12 0 obj" is an object, a later one
// replaces an earlier one of the same number, and object streams are opened for what they hold. This is what all
// readers do; no specification says how.
namespace gvw::pdf {
namespace {

/// The longest "4294967295 65535 obj" and as much white space as is likely; a piece begins so far before its own start.
constexpr std::uint64_t kOverlap = 64;

}  // namespace

/// A keyword "obj" ends at `keyword`; the two numbers are in front of it.
void Document::note_found(std::span<const std::uint8_t> piece, std::size_t keyword, std::uint64_t at) {
  std::size_t i = keyword;
  const auto skip = [&](auto is) {
    const std::size_t from = i;
    while (i > 0 && is(piece[i - 1])) --i;
    return from - i;
  };
  const auto digit = [](int byte) { return is_digit(byte); };
  const auto space = [](int byte) { return is_space(byte); };
  if (skip(space) == 0 || skip(digit) == 0 || skip(space) == 0) return;
  const std::size_t end = i;
  constexpr std::size_t kMaxDigits = 10;
  const std::size_t digits = skip(digit);
  if (digits == 0 || digits > kMaxDigits) return;
  std::uint64_t number = 0;
  for (std::size_t k = i; k < end; ++k) number = number * 10 + (piece[k] - std::uint64_t{'0'});
  static_cast<void>(note(number, {at + i, 0, Entry::Kind::kInFile}, true));
}

void Document::scan_piece(std::span<const std::uint8_t> piece, std::uint64_t at) {
  const std::string_view text(reinterpret_cast<const char*>(piece.data()), piece.size());
  for (std::size_t i = text.find("obj"); i != std::string_view::npos; i = text.find("obj", i + 3)) {
    if (i > 0) note_found(piece, i, at);
  }
  for (std::size_t i = text.find("trailer"); i != std::string_view::npos; i = text.find("trailer", i + 7)) {
    const std::uint64_t place = at + i;
    if (!trailers_.empty() && trailers_.back() >= place) continue;  // seen by the piece before
    if (trailers_.size() < limits::kMaxPdfSections && !trailers_.push(place)) out_of_memory_ = true;
  }
}

Failure Document::scan(FileReader& reader) {
  const std::uint64_t size = reader.file_size();
  while (scanned_ < size && !out_of_memory_) {
    const std::uint64_t from = scanned_ - std::min(scanned_, kOverlap);
    const std::uint64_t length = std::min<std::uint64_t>(limits::kPdfScanBytes, size - from);
    const std::uint8_t* bytes = reader.view(from, static_cast<std::size_t>(length));
    if (bytes == nullptr) return {};
    scan_piece({bytes, static_cast<std::size_t>(length)}, from);
    scanned_ = from + length;
  }
  phase_ = Phase::kSort;
  return {};
}

Failure Document::sort(FileReader& reader) {
  // The newest trailer is the last.
  for (; trailers_done_ < trailers_.size(); ++trailers_done_) {
    Lexer lexer(file(reader), trailers_[trailers_.size() - 1 - trailers_done_]);
    static_cast<void>(lexer.read());
    const Value trailer = lexer.read();
    if (!reader.ok() || budget_ == 0) return {};
    note_trailer(trailer);
  }
  for (; sorted_ < entries_.size(); ++sorted_) {
    const Failure failure = sort_object(reader, sorted_);
    if (!reader.ok() || budget_ == 0 || out_of_memory_) return {};
    if (failure.status != Status::kOk) return failure;
  }
  const bool has_root = object(reader, root_).type == Type::kDictionary;
  if (!reader.ok()) return {};
  if (!has_root) root_ = catalog_;
  phase_ = Phase::kRoot;
  return {};
}

/// Finds the catalog and what cross-reference streams say of it, and opens object streams.
Failure Document::sort_object(FileReader& reader, std::uint32_t number) {
  if (entries_[number].kind != Entry::Kind::kInFile) return {};
  const Value value = in_file(reader, entries_[number].at, number);
  if (!reader.ok() || value.type != Type::kDictionary) return {};
  Value type;
  Value root;
  bool has_kids = false;
  each_entry(value, [&](const Value& key, const Value& item) {
    if (key.is_name("Type")) type = item;
    if (key.is_name("Root")) root = item;
    if (key.is_name("Pages")) has_kids = item.type == Type::kReference;
    return true;
  });
  if (!reader.ok()) return {};
  if (type.is_name("Catalog") && has_kids) catalog_ = number;
  if (type.is_name("XRef")) note_trailer(value);
  if (!type.is_name("ObjStm")) return {};
  const Inflated* stream = object_stream(reader, number, limits::kMaxPdfReferences);
  if (stream == nullptr) return {};
  const Input input{nullptr, stream->bytes.span(), &budget_};
  Lexer header(input, 0);
  for (std::uint64_t i = 0; i < stream->count; ++i) {
    const Value own = header.read();
    const Value offset = header.read();
    if (own.type != Type::kNumber || offset.type != Type::kNumber) break;
    const std::uint64_t held = own.whole();
    // An object that stands by itself was written later than the stream, or by somebody who could not write streams.
    if (held < entries_.size() && entries_[static_cast<std::size_t>(held)].kind == Entry::Kind::kInFile) continue;
    if (!note(held, {0, number, Entry::Kind::kInStream}, true)) break;
    const Value inner = Lexer(input, stream->first + offset.whole()).read();
    each_entry(inner, [&](const Value& key, const Value& item) {
      if (key.is_name("Type") && item.is_name("Catalog")) catalog_ = static_cast<std::uint32_t>(held);
      return true;
    });
  }
  return {};
}

}  // namespace gvw::pdf
