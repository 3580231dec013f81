#include <algorithm>
#include <cstdlib>
#include <utility>

#include "media/pdf/document.h"
#include "media/pdf/inflate.h"

// Objects by number (ISO 32000-1, 7.3.10), object streams (7.5.7), the filters their data is behind (7.4.4).
namespace gvw::pdf {
namespace {

std::uint8_t paeth(int left, int above, int corner) {
  const int estimate = left + above - corner;
  const int to_left = std::abs(estimate - left);
  const int to_above = std::abs(estimate - above);
  const int to_corner = std::abs(estimate - corner);
  if (to_left <= to_above && to_left <= to_corner) return static_cast<std::uint8_t>(left);
  return static_cast<std::uint8_t>(to_above <= to_corner ? above : corner);
}

/// Undoes PNG's filters in place (PNG specification, 9); the byte in front of each row is taken out.
void undo_png(Buffer& buffer, std::size_t row, std::size_t pixel) {
  const std::span<std::uint8_t> bytes = buffer.span();
  std::size_t out = 0;
  for (std::size_t in = 0; in < bytes.size();) {
    const std::uint8_t filter = bytes[in++];
    const std::size_t length = std::min(row, bytes.size() - in);
    for (std::size_t i = 0; i < length; ++i, ++in, ++out) {
      const int left = i >= pixel ? bytes[out - pixel] : 0;
      const int above = out >= row ? bytes[out - row] : 0;
      const int corner = i >= pixel && out >= row ? bytes[out - row - pixel] : 0;
      int predicted = 0;
      if (filter == 1) predicted = left;
      if (filter == 2) predicted = above;
      if (filter == 3) predicted = (left + above) / 2;
      if (filter == 4) predicted = paeth(left, above, corner);
      bytes[out] = static_cast<std::uint8_t>(bytes[in] + predicted);
    }
  }
  buffer.shrink(out);
}

/// TIFF's predictor 2 for bytes, the only depth that tables of numbers use.
void undo_tiff(std::span<std::uint8_t> bytes, std::size_t row, std::size_t pixel) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % row >= pixel) bytes[i] = static_cast<std::uint8_t>(bytes[i] + bytes[i - pixel]);
  }
}

void undo(const Predictor& predictor, Buffer& buffer) {
  constexpr std::uint64_t kMost = 1U << 20U;
  constexpr std::uint64_t kTiff = 2;
  constexpr std::uint64_t kFirstPng = 10;
  const bool sane = predictor.colors <= 64 && predictor.bits <= 16 && predictor.columns <= kMost;
  if (predictor.kind < kTiff || !sane) return;
  const auto row = static_cast<std::size_t>((predictor.colors * predictor.bits * predictor.columns + 7) / 8);
  const auto pixel = static_cast<std::size_t>(std::max<std::uint64_t>(predictor.colors * predictor.bits / 8, 1));
  if (row == 0) return;
  if (predictor.kind >= kFirstPng) undo_png(buffer, row, pixel);
  if (predictor.kind == kTiff && predictor.bits == 8) undo_tiff(buffer.span(), row, pixel);
}

}  // namespace

// What a reference leads to may be a reference, or in a stream whose length is one: each is followed with one less left
// to follow, from limits::kMaxPdfReferences on. NOLINTBEGIN(misc-no-recursion)
Value Document::resolved(FileReader& reader, const Value& value, int references) {
  return value.type == Type::kReference ? object(reader, value.object, references) : value;
}

Value Document::object(FileReader& reader, std::uint32_t number, int references) {
  if (references == 0 || number >= entries_.size()) return {};
  const Entry entry = entries_[number];
  Value value;
  if (entry.kind == Entry::Kind::kInFile) value = in_file(reader, entry.at, number);
  if (entry.kind == Entry::Kind::kInStream) value = in_stream(reader, entry, number, references - 1);
  return resolved(reader, value, references - 1);
}

/// kNone unless the object that stands there is the one that is wanted: then the table is wrong.
Value Document::in_file(FileReader& reader, std::uint64_t at, std::uint32_t number) {
  Lexer lexer(file(reader), at);
  const Value own = lexer.read();
  const Value generation = lexer.read();
  const Value keyword = lexer.read();
  const bool fits = own.type == Type::kNumber && own.number == number && generation.type == Type::kNumber;
  // "obj" may be followed by a number without a space between them.
  if (!fits || !keyword.text().starts_with("obj")) return {};
  return lexer.read();
}

Value Document::in_stream(FileReader& reader, const Entry& entry, std::uint32_t number, int references) {
  const Inflated* stream = object_stream(reader, entry.stream, references);
  if (stream == nullptr) return {};
  const Input input{nullptr, stream->bytes.span(), &budget_};
  Lexer header(input, 0);
  for (std::uint64_t i = 0; i < stream->count; ++i) {
    const Value own = header.read();
    const Value offset = header.read();
    if (own.type != Type::kNumber || offset.type != Type::kNumber) return {};
    if (own.number == number) return Lexer(input, stream->first + offset.whole()).read();
  }
  return {};
}

Document::Inflated* Document::object_stream(FileReader& reader, std::uint32_t number, int references) {
  for (Inflated& kept : streams_) {
    if (kept.object == number && kept.bytes.size() != 0) {
      kept.used = ++uses_;
      return &kept;
    }
  }
  // An object stream in an object stream is forbidden (7.5.7), and would be a way to go round in circles.
  if (references == 0 || number >= entries_.size() || entries_[number].kind != Entry::Kind::kInFile) return nullptr;
  if (encrypted_) return nullptr;
  Lexer lexer(file(reader), entries_[number].at);
  const Value own = lexer.read();
  static_cast<void>(lexer.read());
  static_cast<void>(lexer.read());
  Stream stream;
  stream.dictionary = lexer.read();
  if (!reader.ok() || own.whole() != number || stream.dictionary.type != Type::kDictionary) return nullptr;
  stream.data = lexer.at();
  Inflated fresh;
  fresh.object = number;
  each_entry(stream.dictionary, [&](const Value& key, const Value& value) {
    if (key.is_name("N")) fresh.count = resolved(reader, value, references).whole();
    if (key.is_name("First")) fresh.first = resolved(reader, value, references).whole();
    return true;
  });
  if (!find_data(reader, stream)) return nullptr;
  const Status status = inflated(reader, stream, references, fresh.bytes);
  if (!reader.ok() || (status != Status::kOk && fresh.bytes.size() == 0)) return nullptr;
  fresh.used = ++uses_;
  Inflated& oldest = *std::ranges::min_element(streams_, {}, &Inflated::used);
  oldest = std::move(fresh);
  return &oldest;
}

/// `stream.data` is behind the dictionary; moves it behind the keyword and its line end (7.3.8.1).
bool Document::find_data(FileReader& reader, Stream& stream) {
  Lexer lexer(file(reader), stream.data);
  const Value keyword = lexer.read();
  constexpr std::string_view kKeyword = "stream";
  if (!reader.ok() || !keyword.text().starts_with(kKeyword)) return false;
  stream.data = keyword.at + kKeyword.size();
  const std::uint64_t size = reader.file_size();
  if (stream.data < size && reader.u8(stream.data) == '\r') ++stream.data;
  if (stream.data < size && reader.u8(stream.data) == '\n') ++stream.data;
  return reader.ok();
}

/// What stands between a stream's bytes and its data.
void Document::read_filters(FileReader& reader, const Stream& stream, int references, Filters& filters) {
  const auto read_filter = [&](const Value& name) {
    const bool flate = name.is_name("FlateDecode") || name.is_name("Fl");
    filters.is_flate = filters.is_flate || flate;
    filters.is_other = filters.is_other || !flate;
    return true;
  };
  const auto read_parameters = [&](const Value& parameters) {
    each_entry(parameters, [&](const Value& key, const Value& value) {
      if (key.is_name("Predictor")) filters.predictor.kind = value.whole();
      if (key.is_name("Colors")) filters.predictor.colors = value.whole();
      if (key.is_name("BitsPerComponent")) filters.predictor.bits = value.whole();
      if (key.is_name("Columns")) filters.predictor.columns = value.whole();
      return true;
    });
    return true;
  };
  each_entry(stream.dictionary, [&](const Value& key, const Value& written) {
    const bool wanted = key.is_name("Filter") || key.is_name("DecodeParms") || key.is_name("Length");
    if (!wanted) return true;
    const Value value = resolved(reader, written, references);
    if (key.is_name("Length")) filters.length = value.whole();
    if (key.is_name("Filter") && value.type == Type::kName) read_filter(value);
    if (key.is_name("Filter")) each_item(value, read_filter);
    if (key.is_name("DecodeParms")) read_parameters(value);
    if (key.is_name("DecodeParms")) each_item(value, read_parameters);
    return true;
  });
}

/// The stream's data behind its filter: Flate or none, which is all that tables and object streams are written with.
/// Its length is only a hint, since zlib data knows its own end and written lengths are often wrong.
Status Document::inflated(FileReader& reader, const Stream& stream, int references, Buffer& output) {
  Filters filters;
  read_filters(reader, stream, references, filters);
  if (!reader.ok()) return Status::kOk;
  if (filters.is_other) return Status::kUnsupported;
  const std::uint64_t behind = reader.file_size() - std::min(reader.file_size(), stream.data);
  const std::uint64_t most = std::min<std::uint64_t>(behind, limits::kMaxPdfStreamBytes);
  std::uint64_t guess = std::min(filters.length, most);
  if (!filters.is_flate) {
    const std::uint8_t* bytes = reader.view(stream.data, static_cast<std::size_t>(guess));
    if (bytes != nullptr) output.append(bytes, static_cast<std::size_t>(guess));
    return output.ok() ? Status::kOk : Status::kOutOfMemory;
  }
  if (guess == 0) guess = std::min<std::uint64_t>(limits::kPdfWindowBytes, most);
  for (;;) {
    const std::uint8_t* bytes = reader.view(stream.data, static_cast<std::size_t>(guess));
    if (bytes == nullptr) return Status::kOk;
    output = {};
    const std::size_t left = limits::kMaxPdfInflatedTotalBytes - inflated_total_;
    const Status status =
        inflate({bytes, static_cast<std::size_t>(guess)}, std::min(limits::kMaxPdfInflatedBytes, left), output);
    inflated_total_ += output.size();
    if (status == Status::kOutOfMemory) out_of_memory_ = true;
    if (status != Status::kTruncated || guess == most) {
      undo(filters.predictor, output);
      return status;
    }
    guess = std::min(most, guess * 2);
  }
}

// NOLINTEND(misc-no-recursion)

void Document::number_array(FileReader& reader, const Value& value, std::span<double> numbers, std::size_t& count) {
  count = 0;
  each_item(resolved(reader, value), [&](const Value& written) {
    const Value item = resolved(reader, written);
    if (item.type == Type::kNumber && count < numbers.size()) numbers[count++] = item.number;
    return reader.ok();
  });
}

}  // namespace gvw::pdf
