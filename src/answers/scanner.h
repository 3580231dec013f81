#pragma once

#include <cstddef>
#include <string_view>

#include "answers/detections.h"

/// Private to the answers: JSON as models write it, piece by piece.
namespace gvw::answers {

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

enum class Scanned : std::uint8_t {
  kYes,
  /// It is not what it was taken for.
  kNo,
  /// The text ends before it does.
  kCut,
};

/// A place in a text. Each step looks at the text up to where it stops, and at one letter more.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const { return text_[at_]; }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::string_view slice(const Text& text) const {
    return text_.substr(text.begin, text.end - text.begin);
  }
  void skip() { ++at_; }

  /// White space, and commas wherever they stand: models forget them and write too many. False: nothing is behind.
  bool skip_space();
  /// A string in the quotes it begins with. In single quotes it stays on its line, for it may be an apostrophe; so does
  /// a key.
  Scanned string(Text& string, bool is_key);
  /// Tokens in angle brackets, one behind the other, that lack the quotes they should stand in, or the first of them.
  Scanned tokens(Text& tokens);
  /// A number in decimal notation, at most 1e9 either way; a wider one is as good as that.
  Scanned number(double& number);
  /// true, false, null, and Python's names for them.
  Scanned word();

 private:
  int exponent();

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace gvw::answers
