#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "probe/formats.h"

// SVG 2 section 8.2 (width, height, viewBox), CSS Values 3 section 6.2 (units), XML 1.0 section 2.8 (prolog).
namespace gvw::probing {
namespace {

enum class Encoding : std::uint8_t { kUtf8, kUtf16Big, kUtf16Little };

/// Characters of a text file as they come: UTF-8, or UTF-16 behind a byte order mark. Only ASCII is looked at.
class Text {
 public:
  /// From the beginning of the file.
  explicit Text(FileReader& reader) : reader_(reader) {
    const std::uint8_t first = reader.u8(0);
    // A whole UTF-8 mark is three bytes; the two of UTF-16 can be nothing else.
    if (first == 0xef) {
      if (reader.matches(0, "\xef\xbb\xbf")) at_ = 3;
    } else if (first == 0xff || first == 0xfe) {
      const bool marked = reader.matches(0, first == 0xff ? "\xff\xfe" : "\xfe\xff");
      if (marked) encoding_ = first == 0xff ? Encoding::kUtf16Little : Encoding::kUtf16Big;
      if (marked) at_ = 2;
    }
  }
  Text(FileReader& reader, Encoding encoding, std::uint64_t at) : reader_(reader), at_(at), encoding_(encoding) {}

  [[nodiscard]] bool ok() const { return reader_.ok(); }
  [[nodiscard]] Encoding encoding() const { return encoding_; }
  [[nodiscard]] std::uint64_t at() const { return at_; }
  void go_to(std::uint64_t at) { at_ = at; }

  /// 0 when the read failed; a character that is not ASCII is 0x80.
  [[nodiscard]] char peek() {
    unsigned unit = 0;
    if (encoding_ == Encoding::kUtf8) {
      unit = reader_.u8(at_);
    } else {
      unit = reader_.u16(at_, encoding_ == Encoding::kUtf16Little ? Endian::kLittle : Endian::kBig);
    }
    return static_cast<char>(unit < 0x80 ? unit : 0x80);
  }
  char next() {
    const char character = peek();
    at_ += encoding_ == Encoding::kUtf8 ? 1 : 2;
    return character;
  }
  void skip_space() {
    while (ok() && is_space(peek())) next();
  }
  /// Passes over `literal` if it stands here.
  bool take(std::string_view literal) {
    const std::uint64_t before = at_;
    const bool here = std::ranges::all_of(literal, [&](char wanted) {
      if (peek() != wanted || !ok()) return false;
      next();
      return true;
    });
    if (!here && ok()) at_ = before;
    return here;
  }
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

 private:
  FileReader& reader_;
  std::uint64_t at_ = 0;
  Encoding encoding_ = Encoding::kUtf8;
};

/// Passes over everything to the end of `literal`, or to `limit`.
bool skip_past(Text& text, std::string_view literal, std::uint64_t limit) {
  while (text.ok() && text.at() < limit) {
    if (text.take(literal)) return true;
    if (text.ok()) text.next();
  }
  return false;
}

/// A document type may hold declarations in brackets, and those may hold ">".
bool skip_doctype(Text& text, std::uint64_t limit) {
  while (text.ok() && text.at() < limit) {
    const char c = text.next();
    if (c == '>') return true;
    if (c == '[' && !skip_past(text, "]", limit)) return false;
  }
  return false;
}

bool ends_name(char c) { return Text::is_space(c) || c == '>' || c == '/' || c == '=' || c == '\0'; }

/// Goes behind the root element's name if that is "svg", with or without a prefix.
bool find_root(Text& text) {
  const std::uint64_t limit = limits::kMaxSvgPrologBytes;
  for (;;) {
    text.skip_space();
    if (text.at() > limit || !text.take("<")) return false;
    if (text.take("?")) {
      if (!skip_past(text, "?>", limit)) return false;
    } else if (text.take("!--")) {
      if (!skip_past(text, "-->", limit)) return false;
    } else if (text.take("!DOCTYPE")) {
      if (!skip_doctype(text, limit)) return false;
    } else {
      break;
    }
  }
  std::uint64_t name = text.at();
  while (text.ok() && !ends_name(text.peek()) && text.at() <= limit) {
    if (text.next() == ':') name = text.at();
  }
  const std::uint64_t end = text.at();
  text.go_to(name);
  return text.take("svg") && text.at() == end;
}

/// A number as CSS writes it; `found` is false when there is none.
double read_number(Text& text, bool& found) {
  const bool negative = text.peek() == '-';
  if (negative || text.peek() == '+') text.next();
  double value = 0;
  int digits = 0;
  int behind_point = 0;
  bool point = false;
  for (; text.ok() && digits < limits::kMaxSvgDigits; text.next()) {
    const char c = text.peek();
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      value = value * 10 + (c - '0');
      behind_point += point ? 1 : 0;
      ++digits;
    } else {
      break;
    }
  }
  found = digits > 0;
  for (; behind_point > 0; --behind_point) value /= 10;
  return negative ? -value : value;
}

/// A length in CSS pixels; 0 for what is no absolute length: percentages, "auto", nonsense.
double read_length(Text& text) {
  struct Unit {
    std::string_view name;
    double pixels;
  };
  constexpr Unit kUnits[] = {{"px", 1},         {"pt", 96.0 / 72}, {"pc", 16}, {"in", 96},
                             {"cm", 96 / 2.54}, {"mm", 96 / 25.4}, {"em", 16}, {"ex", 8}};
  text.skip_space();
  bool found = false;
  const double number = read_number(text, found);
  if (!found || number <= 0 || text.take("%")) return 0;
  const auto* unit = std::ranges::find_if(kUnits, [&](const Unit& row) { return text.take(row.name); });
  return unit == std::end(kUnits) ? number : number * unit->pixels;
}

struct Size {
  double width = 0;
  double height = 0;
  double box_width = 0;
  double box_height = 0;
};

void read_view_box(Text& text, Size& size) {
  double numbers[4] = {};
  for (double& number : numbers) {
    while (text.ok() && (Text::is_space(text.peek()) || text.peek() == ',')) text.next();
    bool found = false;
    number = read_number(text, found);
    if (!found) return;
  }
  size.box_width = numbers[2];
  size.box_height = numbers[3];
}

enum class Attribute : std::uint8_t { kOther, kWidth, kHeight, kViewBox };

Attribute read_attribute_name(Text& text) {
  constexpr std::string_view kNames[] = {"", "width", "height", "viewBox"};
  auto attribute = Attribute::kOther;
  for (std::size_t i = 1; i < std::size(kNames); ++i) {
    const std::uint64_t before = text.at();
    if (text.take(kNames[i])) {
      if (ends_name(text.peek())) attribute = static_cast<Attribute>(i);
      text.go_to(before);
    }
  }
  while (text.ok() && !ends_name(text.peek())) text.next();
  return attribute;
}

/// Reads the attributes of the start tag the text stands in. Returns false where it is no XML.
bool read_tag(Text& text, Size& size) {
  const std::uint64_t limit = text.at() + limits::kMaxSvgTagBytes;
  while (text.ok() && text.at() < limit) {
    text.skip_space();
    if (text.take(">") || text.take("/")) return true;
    const Attribute attribute = read_attribute_name(text);
    text.skip_space();
    if (!text.take("=")) return false;
    text.skip_space();
    const char quote = text.next();
    if (quote != '"' && quote != '\'') return false;
    if (attribute == Attribute::kWidth) size.width = read_length(text);
    if (attribute == Attribute::kHeight) size.height = read_length(text);
    if (attribute == Attribute::kViewBox) read_view_box(text, size);
    if (!skip_past(text, {&quote, 1}, limit)) return false;
  }
  return false;
}

/// What a viewer makes of it without a page around: CSS 2.2 section 10.3.2 and 10.6.2.
void settle(Size& size) {
  constexpr double kDefaultWidth = 300;
  constexpr double kDefaultHeight = 150;
  const bool has_box = size.box_width > 0 && size.box_height > 0;
  const double ratio = has_box ? size.box_width / size.box_height : 0;
  if (size.width == 0 && size.height == 0) {
    size.width = has_box ? size.box_width : kDefaultWidth;
    size.height = has_box ? size.box_height : kDefaultHeight;
  } else if (size.width == 0) {
    size.width = has_box ? size.height * ratio : kDefaultWidth;
  } else if (size.height == 0) {
    size.height = has_box ? size.width / ratio : kDefaultHeight;
  }
}

std::uint32_t pixels(double length) {
  return static_cast<std::uint32_t>(std::clamp(std::floor(length + 0.5), 1.0, 4294967295.0));
}

}  // namespace

Match recognise_svg(FileReader& reader, Word<Format>& format) {
  if (reader.file_size() == 0) return Match::kNo;
  Text text(reader);
  const char first = text.peek();
  if (!reader.ok() || (first != '<' && !Text::is_space(first))) return Match::kNo;
  if (!find_root(text)) return reader.status() == Status::kTruncated ? Match::kCut : Match::kNo;
  format = Format::kSvg;
  return Match::kYes;
}

Failure probe_svg(FileReader& reader, ProbeState& state) {
  if (state.position == 0) {
    Text prolog(reader);
    static_cast<void>(find_root(prolog));  // recognised by it
    if (!reader.ok()) return {};
    state.position = prolog.at();
    state.stage = static_cast<std::uint8_t>(prolog.encoding());
  }
  Text text(reader, static_cast<Encoding>(state.stage), state.position);
  Size size;
  const bool whole = read_tag(text, size);
  if (!reader.ok()) return {};
  if (!whole) return {Status::kMalformed, text.at()};
  settle(size);
  ImageFacts& facts = state.facts;
  facts.width = pixels(size.width);
  facts.height = pixels(size.height);
  facts.color_model = ColorModel::kRgba;
  facts.has_alpha = true;
  state.sized = true;
  return {};
}

}  // namespace gvw::probing
