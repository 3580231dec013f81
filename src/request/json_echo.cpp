#include "request/json_echo.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/limits.h"

namespace gvw {
namespace {

using Json = nlohmann::json;

void append_escape(Buffer& out, char letter) {
  out.append('\\');
  out.append(letter);
}

/// As JSON.stringify writes a string: ECMA-262, QuoteJSONString.
void append_quoted(Buffer& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out.append('"');
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text.substr(copied, i - copied));
    copied = i + 1;
    switch (byte) {
      case '"':
      case '\\':
        append_escape(out, static_cast<char>(byte));
        break;
      case '\b':
        append_escape(out, 'b');
        break;
      case '\f':
        append_escape(out, 'f');
        break;
      case '\n':
        append_escape(out, 'n');
        break;
      case '\r':
        append_escape(out, 'r');
        break;
      case '\t':
        append_escape(out, 't');
        break;
      default:
        out.append("\\u00");
        out.append(kHex[byte >> 4U]);
        out.append(kHex[byte & 0x0fU]);
    }
  }
  out.append(text.substr(copied));
  out.append('"');
}

/// Takes nlohmann's events and writes the same JSON; no document is ever built.
class Echo final : public nlohmann::json_sax<Json> {
 public:
  Echo(JsonEcho& out, std::string_view marker) : out_(out), marker_(marker) {}

  bool null() override { return literal("null"); }
  bool boolean(bool value) override { return literal(value ? "true" : "false"); }
  /// Every whole number that has no sign is announced as unsigned, so this zero was written with one.
  bool number_integer(number_integer_t value) override { return value == 0 ? literal("-0") : whole(value); }
  bool number_unsigned(number_unsigned_t value) override { return whole(value); }
  bool number_float(number_float_t /*value*/, const string_t& as_written) override { return literal(as_written); }
  bool binary(binary_t& /*value*/) override { return false; }  // JSON text has none

  bool string(string_t& text) override {
    separate();
    std::uint32_t payload = 0;
    if (is_place(text, payload)) {
      out_.text.append('"');
      append_u32(static_cast<std::uint32_t>(out_.text.size()));
      append_u32(payload);
      out_.text.append('"');
    } else {
      append_quoted(out_.text, text);
    }
    return go_on();
  }

  bool start_object(std::size_t /*elements*/) override { return open('{'); }
  bool end_object() override { return close('}'); }
  bool start_array(std::size_t /*elements*/) override { return open('['); }
  bool end_array() override { return close(']'); }

  bool key(string_t& name) override {
    separate();
    append_quoted(out_.text, name);
    out_.text.append(':');
    first_ = true;
    return go_on();
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    // Told is how many bytes had been read, with the one that does not fit, or with the end, as the last of them.
    failure_ = {Status::kMalformed, position == 0 ? 0 : position - 1};
    return false;
  }

  [[nodiscard]] Failure failure() const { return failure_; }

 private:
  bool is_place(std::string_view text, std::uint32_t& payload) const {
    if (!text.starts_with(marker_) || text.size() == marker_.size()) return false;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + marker_.size(), end, payload);
    return error == std::errc() && stop == end;
  }

  void append_u32(std::uint32_t value) {
    for (unsigned shift = 0; shift < 32; shift += 8) out_.places.append(static_cast<char>(value >> shift & 0xffU));
  }

  void separate() {
    if (!first_) out_.text.append(',');
    first_ = false;
  }

  bool literal(std::string_view text) {
    separate();
    out_.text.append(text);
    return go_on();
  }

  template <class Number>
  bool whole(Number value) {
    char digits[24];
    const auto [end, error] = std::to_chars(std::begin(digits), std::end(digits), value);
    return literal({digits, static_cast<std::size_t>(end - digits)});
  }

  bool open(char bracket) {
    separate();
    if (++depth_ > limits::kMaxJsonDepth) {
      failure_ = {Status::kBadArgument, out_.text.size()};
      return false;
    }
    out_.text.append(bracket);
    first_ = true;
    return go_on();
  }

  bool close(char bracket) {
    --depth_;
    out_.text.append(bracket);
    first_ = false;
    return go_on();
  }

  bool go_on() {
    if (out_.text.ok() && out_.places.ok()) return true;
    failure_ = {Status::kOutOfMemory, 0};
    return false;
  }

  JsonEcho& out_;
  std::string_view marker_;
  Failure failure_;
  int depth_ = 0;
  bool first_ = true;
};

}  // namespace

Result<JsonEcho> echo_json(std::span<const std::uint8_t> json, std::string_view marker) {
  if (json.size() > limits::kMaxJsonBytes) return Failure{Status::kTooLarge, limits::kMaxJsonBytes};
  JsonEcho echo;
  echo.text.reserve(json.size());
  Echo sax(echo, marker);
  if (!Json::sax_parse(json.begin(), json.end(), &sax)) {
    const Failure failure = sax.failure();
    return failure.status == Status::kOk ? Failure{Status::kMalformed, 0} : failure;
  }
  return echo;
}

}  // namespace gvw
