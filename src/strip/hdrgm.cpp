#include "strip/hdrgm.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace gvw::stripping {
namespace {

constexpr std::string_view kNamespace = "http://ns.adobe.com/hdr-gain-map/1.0/";
constexpr std::string_view kPrefix = "hdrgm:";
/// One for each of red, green and blue.
constexpr std::size_t kMaxValues = 3;
/// No number of a gain map is longer; a sentence is.
constexpr std::size_t kMaxValueBytes = 24;

struct Field {
  std::string_view name;
  std::array<std::string_view, kMaxValues> values;
  std::size_t count = 0;
};

/// Reads XML from the front.
class Text {
 public:
  explicit Text(std::string_view text) : text_(text) {}

  bool take(std::string_view literal) {
    const auto from = std::min(text_.find_first_not_of(" \t\r\n"), text_.size());
    if (!text_.substr(from).starts_with(literal)) return false;
    text_.remove_prefix(from + literal.size());
    return true;
  }
  /// A number, or a truth value; empty when there is neither.
  std::string_view value() {
    take("");
    for (const std::string_view truth : {std::string_view("True"), std::string_view("False")}) {
      if (take(truth)) return truth;
    }
    const auto length = std::min(text_.find_first_not_of("+-.0123456789eE"), text_.size());
    const std::string_view number = text_.substr(0, length);
    text_.remove_prefix(length);
    const bool has_digit = number.find_first_of("0123456789") != std::string_view::npos;
    return has_digit && length <= kMaxValueBytes ? number : std::string_view{};
  }

 private:
  std::string_view text_;
};

/// As an attribute, as an element, or as one with a list.
void read_values(Text text, Field& field) {
  const auto add = [&](std::string_view value) {
    if (!value.empty()) field.values[field.count++] = value;
    return !value.empty();
  };
  field.count = 0;
  if (text.take("=")) {
    if (text.take("\"") || text.take("'")) add(text.value());
    return;
  }
  if (!text.take(">")) return;
  if (!text.take("<rdf:Seq>")) {
    add(text.value());
    return;
  }
  while (field.count < kMaxValues && text.take("<rdf:li>") && add(text.value()) && text.take("</rdf:li>")) continue;
}

void find_field(std::string_view packet, Field& field) {
  for (std::size_t at = packet.find(kPrefix); at != std::string_view::npos; at = packet.find(kPrefix, at + 1)) {
    const std::string_view behind = packet.substr(at + kPrefix.size());
    if (!behind.starts_with(field.name)) continue;
    read_values(Text(behind.substr(field.name.size())), field);
    if (field.count != 0) return;
  }
}

void write_attribute(const Field& field, Buffer& out) {
  for (const std::string_view piece :
       {std::string_view(" "), kPrefix, field.name, std::string_view("=\""), field.values[0], std::string_view("\"")}) {
    out.append(piece);
  }
}

void write_element(const Field& field, Buffer& out) {
  for (const std::string_view piece : {std::string_view("<"), kPrefix, field.name, std::string_view("><rdf:Seq>")}) {
    out.append(piece);
  }
  for (std::size_t i = 0; i < field.count; ++i) {
    out.append(std::string_view("<rdf:li>"));
    out.append(field.values[i]);
    out.append(std::string_view("</rdf:li>"));
  }
  for (const std::string_view piece : {std::string_view("</rdf:Seq></"), kPrefix, field.name, std::string_view(">")}) {
    out.append(piece);
  }
}

}  // namespace

bool write_hdrgm(std::string_view packet, Buffer& out) {
  if (packet.find(kNamespace) == std::string_view::npos) return false;
  enum : std::uint8_t { kVersion, kGainMapMax, kCapacityMax };
  Field fields[] = {{"Version", {}},    {"GainMapMax", {}},     {"HDRCapacityMax", {}},
                    {"GainMapMin", {}}, {"Gamma", {}},          {"OffsetSDR", {}},
                    {"OffsetHDR", {}},  {"HDRCapacityMin", {}}, {"BaseRenditionIsHDR", {}}};
  for (Field& field : fields) find_field(packet, field);
  // These three have no defaults.
  if (fields[kVersion].count != 1 || fields[kVersion].values[0] != "1.0") return false;
  if (fields[kGainMapMax].count == 0 || fields[kCapacityMax].count == 0) return false;

  out.append(
      std::string_view("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
                       "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
                       "<rdf:Description rdf:about=\"\" xmlns:hdrgm=\""));
  out.append(kNamespace);
  out.append('"');
  for (const Field& field : fields) {
    if (field.count == 1) write_attribute(field, out);
  }
  out.append('>');
  for (const Field& field : fields) {
    if (field.count > 1) write_element(field, out);
  }
  out.append(std::string_view("</rdf:Description></rdf:RDF></x:xmpmeta>"));
  return true;
}

}  // namespace gvw::stripping
