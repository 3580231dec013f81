#include "media/pdf/lexer.h"

namespace gvw::pdf {
namespace {

constexpr int kEnd = -1;

constexpr bool is_delimiter(int byte) {
  return byte == '(' || byte == ')' || byte == '<' || byte == '>' || byte == '[' || byte == ']' || byte == '{' ||
         byte == '}' || byte == '/' || byte == '%';
}

constexpr bool is_regular(int byte) { return byte != kEnd && !is_space(byte) && !is_delimiter(byte); }

constexpr int hex_digit(int byte) {
  if (is_digit(byte)) return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

void add_letter(Value& value, int byte) {
  if (value.length < Value::kMaxTextBytes) value.letters[value.length++] = static_cast<char>(byte);
}

}  // namespace

int Lexer::peek(std::uint64_t ahead) const {
  const std::uint64_t at = at_ + ahead;
  if (*input_.budget == 0) return kEnd;
  --*input_.budget;
  if (input_.reader == nullptr) return at < input_.memory.size() ? input_.memory[static_cast<std::size_t>(at)] : kEnd;
  if (at >= input_.reader->file_size()) return kEnd;
  const std::uint8_t* byte = input_.reader->view(at, 1);
  return byte == nullptr ? kEnd : *byte;
}

void Lexer::skip_space() {
  for (int byte = peek(); byte != kEnd; byte = peek()) {
    if (byte == '%') {
      while (byte != kEnd && byte != '\n' && byte != '\r') {
        ++at_;
        byte = peek();
      }
    } else if (is_space(byte)) {
      ++at_;
    } else {
      return;
    }
  }
}

/// Signs that repeat, and a minus inside, have been seen; readers take what they can (7.3.3 allows one sign in front).
void Lexer::read_number(Value& value) {
  // As a whole number, divided once: "595.28" is what a compiler makes of 595.28.
  constexpr int kMaxDigits = 15;
  bool negative = false;
  bool digits = false;
  bool fraction = false;
  double power = 1;
  int count = 0;
  value.type = Type::kNumber;
  value.is_integer = true;
  for (int byte = peek(); is_regular(byte); ++at_, byte = peek()) {
    if (is_digit(byte)) {
      digits = true;
      const bool kept = count < kMaxDigits;
      if (kept) value.number = value.number * 10 + (byte - '0');
      if (value.number > 0) ++count;
      if (kept && fraction) power *= 10;
      if (!kept && !fraction) power /= 10;
    } else if (byte == '.') {
      value.is_integer = false;
      fraction = true;
    } else if (byte == '-') {
      negative = negative || !digits;
    } else if (byte != '+') {
      break;
    }
  }
  value.number /= power;
  if (negative) value.number = -value.number;
}

void Lexer::read_name(Value& value) {
  value.type = Type::kName;
  ++at_;
  for (int byte = peek(); is_regular(byte); ++at_, byte = peek()) {
    if (byte == '#') {
      const int high = hex_digit(peek(1));
      const int low = hex_digit(peek(2));
      if (high >= 0 && low >= 0) {
        add_letter(value, high * 16 + low);
        at_ += 2;
        continue;
      }
    }
    add_letter(value, byte);
  }
}

void Lexer::read_keyword(Value& value) {
  value.type = Type::kKeyword;
  for (int byte = peek(); is_regular(byte); ++at_, byte = peek()) add_letter(value, byte);
}

/// Its content does not matter here, only where it ends (7.3.4).
void Lexer::skip_string() {
  if (peek() == '<') {
    for (int byte = peek(); byte != kEnd; byte = peek()) {
      ++at_;
      if (byte == '>') return;
    }
    return;
  }
  std::uint64_t depth = 0;
  for (int byte = peek(); byte != kEnd; byte = peek()) {
    ++at_;
    if (byte == '\\') ++at_;
    if (byte == '(') ++depth;
    if (byte == ')' && --depth == 0) return;
  }
}

Value Lexer::token() {
  skip_space();
  Value value;
  value.at = at_;
  value.input = input_;
  const int byte = peek();
  if (byte == kEnd) return value;
  if (is_digit(byte) || byte == '+' || byte == '-' || byte == '.') {
    read_number(value);
    // A sign or point and then no number: whatever it is has to be got past.
    if (at_ == value.at) ++at_;
  } else if (byte == '/') {
    read_name(value);
  } else if (byte == '(' || (byte == '<' && peek(1) != '<')) {
    value.type = Type::kString;
    skip_string();
  } else if (byte == '<') {
    at_ += 2;
    value.type = Type::kDictionary;
    value.at = at_;
  } else if (byte == '>') {
    at_ += peek(1) == '>' ? 2 : 1;
    value.type = Type::kDictionaryEnd;
  } else if (byte == '[' || byte == ']') {
    ++at_;
    value.type = byte == '[' ? Type::kArray : Type::kArrayEnd;
    value.at = at_;
  } else if (is_delimiter(byte)) {  // braces and a stray parenthesis are no objects
    ++at_;
    value.type = Type::kKeyword;
  } else {
    read_keyword(value);
  }
  return value;
}

void Lexer::skip_nested() {
  for (std::uint64_t depth = 1; depth > 0;) {
    const std::uint64_t before = at_;
    const Value value = token();
    if (value.type == Type::kNone) return;
    if (value.type == Type::kArray || value.type == Type::kDictionary) ++depth;
    if (value.type == Type::kArrayEnd || value.type == Type::kDictionaryEnd) --depth;
    if (value.is_keyword("endobj") || value.is_keyword("stream")) {
      at_ = before;
      return;
    }
  }
}

Value Lexer::read() {
  Value value = token();
  if (value.type == Type::kArray || value.type == Type::kDictionary) skip_nested();
  const bool may_refer = value.type == Type::kNumber && value.is_integer && value.number >= 0;
  if (!may_refer || value.number > 0xffffffffU) return value;
  // "12 0 R" is one object, "12 0" are two.
  const std::uint64_t behind = at_;
  const Value generation = token();
  if (generation.type == Type::kNumber && generation.is_integer && token().is_keyword("R")) {
    value.type = Type::kReference;
    value.object = static_cast<std::uint32_t>(value.number);
  } else {
    at_ = behind;
  }
  return value;
}

}  // namespace gvw::pdf
