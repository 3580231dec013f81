// What the echo accepts is JSON with the same meaning, and echoing again changes nothing.
#include <nlohmann/json.hpp>
#include <string>

#include "base/limits.h"
#include "check.h"
#include "request/json_echo.h"

namespace gvw {
namespace {

/// No text has it, so that no string becomes a place.
constexpr std::string_view kNoMarker("\xff", 1);

std::string text_of(const JsonEcho& echo) {
  const auto bytes = echo.text.span();
  return {bytes.begin(), bytes.end()};
}

void check_places(const JsonEcho& echo) {
  const auto text = echo.text.span();
  const auto places = echo.places.span();
  require(places.size() % 8 == 0);
  std::size_t last = 0;
  for (std::size_t at = 0; at < places.size(); at += 8) {
    std::size_t offset = 0;
    for (unsigned i = 0; i < 4; ++i) offset |= static_cast<std::size_t>(places[at + i]) << 8 * i;
    require(offset > last && offset < text.size());
    require(text[offset - 1] == '"' && text[offset] == '"');
    last = offset;
  }
}

void check(std::span<const std::uint8_t> json) {
  const auto with_places = echo_json(json, "p");
  const auto result = echo_json(json, kNoMarker);
  require(result.ok() == with_places.ok());
  if (!result.ok()) {
    const Failure failure = result.failure();
    require(failure.status == Status::kMalformed || failure.status == Status::kBadArgument);
    if (failure.status == Status::kMalformed) require(failure.at <= json.size());
    return;
  }
  check_places(with_places.value());
  const std::string text = text_of(result.value());
  const auto meant = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
  const auto echoed = nlohmann::json::parse(text, nullptr, false);
  require(!meant.is_discarded() && !echoed.is_discarded());
  require(meant == echoed);
  const auto again = echo_json({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, kNoMarker);
  require(again.ok() && text_of(again.value()) == text);
}

}  // namespace
}  // namespace gvw

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  gvw::check({data, size});
  return 0;
}
