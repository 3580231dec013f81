#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/file_reader.h"

/// Objects of a PDF as text: ISO 32000-1, 7.2 (lexical conventions) and 7.3 (objects).
namespace gvw::pdf {

/// Where objects are read from: the file, or an inflated object stream. Copied freely.
struct Input {
  /// Of the file; nullptr where the bytes are in `memory`.
  FileReader* reader = nullptr;
  std::span<const std::uint8_t> memory;
  /// Bytes all lexers of one document may still go over.
  std::uint64_t* budget = nullptr;
};

enum class Type : std::uint8_t {
  /// The end, a missing window (the reader tells), a spent budget, or what no object begins with.
  kNone,
  kNumber,
  kName,
  kString,
  /// true, false, null, obj, endobj, stream …
  kKeyword,
  kReference,
  kArray,
  kDictionary,
  /// A closing bracket of the kind.
  kArrayEnd,
  kDictionaryEnd,
};

struct Value {
  Type type = Type::kNone;
  double number = 0;
  bool is_integer = false;
  /// kReference: the object's number.
  std::uint32_t object = 0;
  /// kName (without the slash), kKeyword: up to the first kMaxTextBytes.
  static constexpr std::size_t kMaxTextBytes = 24;
  std::array<char, kMaxTextBytes> letters{};
  std::uint8_t length = 0;
  /// Where it begins; of an array or dictionary, where its first item does.
  std::uint64_t at = 0;
  Input input;

  [[nodiscard]] std::string_view text() const { return {letters.data(), length}; }
  [[nodiscard]] bool is_name(std::string_view name) const { return type == Type::kName && text() == name; }
  [[nodiscard]] bool is_keyword(std::string_view name) const { return type == Type::kKeyword && text() == name; }
  /// A whole number that fits, or `fallback`.
  [[nodiscard]] std::uint64_t whole(std::uint64_t fallback = 0) const {
    constexpr double kMost = 9e15;
    const bool fits = type == Type::kNumber && is_integer && number >= 0 && number < kMost;
    return fits ? static_cast<std::uint64_t>(number) : fallback;
  }
};

constexpr bool is_space(int byte) {
  return byte == 0 || byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r' || byte == ' ';
}
constexpr bool is_digit(int byte) { return byte >= '0' && byte <= '9'; }

class Lexer {
 public:
  Lexer(Input input, std::uint64_t at) : input_(input), at_(at) {}

  [[nodiscard]] std::uint64_t at() const { return at_; }

  /// The next object; behind it afterwards, of an array or dictionary behind its end. Such a one that never ends is
  /// taken to end at `endobj`, at `stream`, or at the end of the input. Nesting costs no stack.
  Value read();

 private:
  Value token();
  void read_number(Value& value);
  void read_name(Value& value);
  void read_keyword(Value& value);
  void skip_string();
  void skip_nested();
  [[nodiscard]] int peek(std::uint64_t ahead = 0) const;
  void skip_space();

  Input input_;
  std::uint64_t at_;
};

/// Calls `visit(key, value)` for each entry of a dictionary; ends when `visit` returns false.
template <class Visit>
// A visitor may look up what an entry refers to, which is limited by limits::kMaxPdfReferences.
// NOLINTNEXTLINE(misc-no-recursion)
void each_entry(const Value& dictionary, const Visit& visit) {
  if (dictionary.type != Type::kDictionary) return;
  Lexer lexer(dictionary.input, dictionary.at);
  for (;;) {
    const Value key = lexer.read();
    if (key.type == Type::kNone || key.type == Type::kDictionaryEnd) return;
    if (key.type == Type::kKeyword && (key.text() == "endobj" || key.text() == "stream")) return;
    if (key.type != Type::kName) continue;
    const Value value = lexer.read();
    if (value.type == Type::kNone || value.type == Type::kDictionaryEnd) return;
    if (!visit(key, value)) return;
  }
}

/// Calls `visit(value)` for each item of an array; ends when `visit` returns false.
template <class Visit>
void each_item(const Value& array, const Visit& visit) {
  if (array.type != Type::kArray) return;
  Lexer lexer(array.input, array.at);
  for (;;) {
    const Value value = lexer.read();
    if (value.type == Type::kNone || value.type == Type::kArrayEnd || value.is_keyword("endobj")) return;
    if (!visit(value)) return;
  }
}

}  // namespace gvw::pdf
