#include "answers/scanner.h"

#include <algorithm>
#include <array>

namespace gvw::answers {

bool Scanner::skip_space() {
  while (!at_end() && (is_space(peek()) || peek() == ',')) ++at_;
  return !at_end();
}

Scanned Scanner::string(Text& string, bool is_key) {
  const char quote = peek();
  string.begin = ++at_;
  for (; !at_end(); ++at_) {
    const char c = peek();
    if (c == quote) {
      string.end = at_++;
      return Scanned::kYes;
    }
    if (c == '\\') ++at_;
    if (c == '\n' && (is_key || quote == '\'')) return Scanned::kNo;
  }
  return Scanned::kCut;
}

Scanned Scanner::tokens(Text& tokens) {
  tokens.begin = at_;
  for (bool inside = false; !at_end() && (inside || peek() == '<'); ++at_) {
    inside = peek() != '>';
    if (peek() == '\n') return Scanned::kNo;
  }
  if (at_end()) return Scanned::kCut;
  tokens.end = at_;
  if (peek() == '"') ++at_;
  return Scanned::kYes;
}

/// Digits are gathered as a whole number and divided once, so that "0.7" is what a compiler makes of 0.7.
Scanned Scanner::number(double& number) {
  constexpr int kMaxDigits = 15;
  const bool negative = peek() == '-';
  if (negative) ++at_;
  bool fraction = false;
  int digits = 0;
  int power = 0;
  number = 0;
  for (; !at_end(); ++at_) {
    const char c = peek();
    if (is_digit(c)) {
      const bool kept = digits < kMaxDigits;
      if (kept) number = number * 10 + (c - '0');
      if (number > 0) ++digits;
      if (kept && fraction) --power;
      if (!kept && !fraction) ++power;
    } else if (c == '.' && !fraction) {
      fraction = true;
    } else if (c == 'e' || c == 'E') {
      power += exponent();
      break;
    } else {
      break;
    }
  }
  constexpr int kMostPower = 300;
  double factor = 1;
  for (int i = std::min(power < 0 ? -power : power, kMostPower); i > 0; --i) factor *= 10;
  constexpr double kMost = 1e9;
  number = std::min(power < 0 ? number / factor : number * factor, kMost);
  if (negative) number = -number;
  return at_end() ? Scanned::kCut : Scanned::kYes;
}

int Scanner::exponent() {
  constexpr int kMost = 400;
  ++at_;
  const bool negative = !at_end() && peek() == '-';
  if (!at_end() && (peek() == '-' || peek() == '+')) ++at_;
  int exponent = 0;
  for (; !at_end() && is_digit(peek()); ++at_) exponent = std::min(exponent * 10 + (peek() - '0'), kMost);
  return negative ? -exponent : exponent;
}

Scanned Scanner::word() {
  constexpr std::array<std::string_view, 6> kWords{"true", "false", "null", "True", "False", "None"};
  const std::size_t begin = at_;
  while (!at_end() && is_letter(peek())) ++at_;
  if (at_end()) return Scanned::kCut;
  const bool known = std::ranges::find(kWords, text_.substr(begin, at_ - begin)) != kWords.end();
  return known ? Scanned::kYes : Scanned::kNo;
}

}  // namespace gvw::answers
