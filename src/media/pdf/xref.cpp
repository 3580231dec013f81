#include <algorithm>
#include <array>

#include "media/pdf/document.h"

// Cross-reference tables, streams and hybrids of the two: ISO 32000-1, 7.5.4, 7.5.8.
namespace gvw::pdf {

/// The first section that says where an object is, is the newest, and counts.
bool Document::note(std::uint64_t object, const Entry& entry, bool replace) {
  if (object >= limits::kMaxPdfObjects) return true;  // as if it were not there: 7.5.4 has no number for it
  const auto number = static_cast<std::size_t>(object);
  if (number >= entries_.size() && !entries_.resize(std::max(number + 1, entries_.size() * 2))) {
    out_of_memory_ = true;
    return false;
  }
  if (replace || entries_[number].kind == Entry::Kind::kUnknown) entries_[number] = entry;
  return true;
}

Failure Document::queue_section(std::uint64_t at) {
  if (std::ranges::find(sections_, at) != sections_.end()) return {};  // a ring: all of it has been read
  if (sections_.size() == limits::kMaxPdfSections) return {Status::kTooLarge, at};
  if (!sections_.push(at)) out_of_memory_ = true;
  return {};
}

/// Whatever section comes next: a hybrid's stream (7.5.8.4) before the previous one.
Failure Document::end_section(const Value& trailer) {
  note_trailer(trailer);
  Failure failure;
  const auto queue = [&](std::string_view name) {
    each_entry(trailer, [&](const Value& key, const Value& value) {
      if (!key.is_name(name)) return true;
      if (value.type == Type::kNumber && value.number > 0 && failure.status == Status::kOk) {
        failure = queue_section(value.whole() + base_);
      }
      return false;
    });
  };
  queue("XRefStm");
  queue("Prev");
  ++sections_done_;
  table_ = {};
  return failure;
}

Failure Document::read_sections(FileReader& reader) {
  while (sections_done_ < sections_.size() && !out_of_memory_) {
    const std::uint64_t at = sections_[sections_done_];
    if (at >= reader.file_size()) return {Status::kMalformed, at};
    Failure failure;
    if (table_.at == 0) {
      Lexer lexer(file(reader), at);
      const Value first = lexer.read();
      if (!reader.ok()) return {};
      if (first.is_keyword("xref")) {
        table_.at = lexer.at();
      } else if (first.type == Type::kNumber) {
        failure = read_stream_section(reader, at);
      } else {
        failure = {Status::kMalformed, at};
      }
    }
    if (table_.at != 0 && failure.status == Status::kOk) failure = read_table(reader);
    if (!reader.ok()) return {};
    if (failure.status != Status::kOk) return failure;
  }
  if (root_ == 0) return {Status::kMalformed, 0};
  phase_ = Phase::kRoot;
  return {};
}

/// From where it broke off: subsections "first count", then so many entries "offset generation n|f".
Failure Document::read_table(FileReader& reader) {
  Lexer lexer(file(reader), table_.at);
  for (;;) {
    const Value value = lexer.read();
    if (!reader.ok() || budget_ == 0) return {};
    if (value.is_keyword("trailer")) {
      const Value trailer = lexer.read();
      if (!reader.ok()) return {};
      if (trailer.type != Type::kDictionary) return {Status::kMalformed, value.at};
      return end_section(trailer);
    }
    if (value.type != Type::kNumber) return {Status::kMalformed, value.at};
    const Value second = lexer.read();
    if (table_.left == 0) {
      if (!reader.ok()) return {};
      if (second.type != Type::kNumber) return {Status::kMalformed, value.at};
      table_ = {lexer.at(), value.whole(), second.whole()};
      continue;
    }
    const Value kind = lexer.read();
    if (!reader.ok()) return {};
    if (second.type != Type::kNumber || kind.type != Type::kKeyword) return {Status::kMalformed, value.at};
    Entry entry{value.whole() + base_, 0, Entry::Kind::kInFile};
    if (!kind.is_keyword("n") || value.whole() == 0) entry.kind = Entry::Kind::kFree;
    if (!note(table_.next, entry)) return {};
    table_ = {lexer.at(), table_.next + 1, table_.left - 1};
  }
}

Failure Document::read_stream_section(FileReader& reader, std::uint64_t at) {
  Stream stream;
  Lexer lexer(file(reader), at);
  static_cast<void>(lexer.read());
  static_cast<void>(lexer.read());
  const Value keyword = lexer.read();
  stream.dictionary = lexer.read();
  if (!reader.ok()) return {};
  if (!keyword.is_keyword("obj") || stream.dictionary.type != Type::kDictionary) return {Status::kMalformed, at};
  stream.data = lexer.at();
  if (!find_data(reader, stream)) return reader.ok() ? Failure{Status::kMalformed, at} : Failure{};
  Buffer bytes;
  const Status status = inflated(reader, stream, 0, bytes);
  if (!reader.ok()) return {};
  if (status != Status::kOk && bytes.size() == 0) return {Status::kMalformed, stream.data};
  const Failure failure = read_entries(stream.dictionary, bytes.span());
  return failure.status == Status::kOk ? end_section(stream.dictionary) : failure;
}

/// One subsection's rows, each of up to three fields, as far as the bytes go.
std::size_t Document::read_rows(std::span<const std::uint8_t> bytes, const std::array<std::uint64_t, 3>& widths,
                                std::uint64_t first, std::uint64_t count) {
  const std::uint64_t row = widths[0] + widths[1] + widths[2];
  std::size_t at = 0;
  const auto field = [&](std::uint64_t width, std::uint64_t missing) {
    if (width == 0) return missing;
    std::uint64_t value = 0;
    for (std::uint64_t i = 0; i < width; ++i) value = value << 8U | bytes[at++];
    return value;
  };
  for (std::uint64_t i = 0; i < count && bytes.size() - at >= row; ++i) {
    const std::uint64_t kind = field(widths[0], 1);
    const std::uint64_t second = field(widths[1], 0);
    static_cast<void>(field(widths[2], 0));
    Entry entry;
    if (kind == 0) entry.kind = Entry::Kind::kFree;
    if (kind == 1) entry = {second + base_, 0, Entry::Kind::kInFile};
    if (kind == 2) entry = {0, static_cast<std::uint32_t>(second), Entry::Kind::kInStream};
    if (!note(first + i, entry)) break;
  }
  return at;
}

/// 7.5.8.2: W says how many bytes each of the three fields has, Index which objects there are.
Failure Document::read_entries(const Value& dictionary, std::span<const std::uint8_t> bytes) {
  std::array<std::uint64_t, 3> widths{};
  std::uint64_t size = 0;
  Value index;
  each_entry(dictionary, [&](const Value& key, const Value& value) {
    if (key.is_name("Size")) size = value.whole();
    if (key.is_name("Index")) index = value;
    if (!key.is_name("W")) return true;
    std::size_t i = 0;
    each_item(value, [&](const Value& item) {
      if (i < widths.size()) widths[i++] = item.whole();
      return true;
    });
    return true;
  });
  constexpr std::uint64_t kMaxFieldBytes = 8;
  const bool too_wide = std::ranges::any_of(widths, [](std::uint64_t width) { return width > kMaxFieldBytes; });
  if (too_wide || widths[0] + widths[1] + widths[2] == 0) return {Status::kMalformed, dictionary.at};
  if (index.type != Type::kArray) {
    static_cast<void>(read_rows(bytes, widths, 0, size));
    return {};
  }
  std::uint64_t first = 0;
  bool has_first = false;
  each_item(index, [&](const Value& item) {
    if (has_first) bytes = bytes.subspan(read_rows(bytes, widths, first, item.whole()));
    first = item.whole();
    has_first = !has_first;
    return !out_of_memory_;
  });
  return {};
}

}  // namespace gvw::pdf
