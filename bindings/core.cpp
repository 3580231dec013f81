// core.wasm: probe, metadata strip, token rules, base64, request JSON.
#include <emscripten/em_macros.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <string_view>

#include "base/limits.h"
#include "fixed_door.h"
#include "open_door.h"
#include "probe/probe.h"
#include "request/base64.h"
#include "request/json_echo.h"
#include "strip/strip.h"
#include "tokens/tokens.h"

namespace gvw::bindings {
namespace {

// ── probe: windows in, facts out ────────────────────────────────────────────────────────────────────────────────────

// The facts are read where they lie.
static_assert(sizeof(ImageFacts) == kProbeFieldNames.size() * sizeof(std::uint32_t));
static_assert(offsetof(ImageFacts, width) == static_cast<std::size_t>(ProbeField::kWidth) * sizeof(std::uint32_t));

/// Everything a probe remembers between two calls. JavaScript saves and restores it as bytes when it has to wait in
/// between.
ProbeState probe_state;
/// What the last step came to.
ProbeStep last_step;
std::uint8_t window_bytes[limits::kWindowSlots][limits::kWindowBytes];
Window windows[limits::kWindowSlots];

/// A size or an offset as JavaScript gives it. By way of a signed number, which is one instruction.
std::uint64_t whole_number(double value) { return static_cast<std::uint64_t>(static_cast<std::int64_t>(value)); }

void place_window(std::size_t slot, std::uint64_t offset, std::size_t length) {
  windows[slot] = {offset, {window_bytes[slot], std::min(length, limits::kWindowBytes)}};
}

Status step_probe(double file_size, std::size_t window_count) {
  last_step = probe(probe_state, whole_number(file_size), {windows, std::min(window_count, limits::kWindowSlots)});
  return last_step.status;
}

/// A window that ends before the parser's own place is not looked at again; its slot is free.
std::size_t free_slot(std::size_t window_count) {
  std::size_t slot = 0;
  while (slot < window_count && windows[slot].offset + windows[slot].bytes.size() > probe_state.position) ++slot;
  return slot;
}

// ── tokens ──────────────────────────────────────────────────────────────────────────────────────────────────────────

using TokenBlock = Block<TokenField, kTokenFieldNames.size()>;

TokenBlock token_block;

void count_part_tokens() {
  TokenBlock& block = token_block;
  PartFacts facts;
  facts.kind = block.get<Kind>(TokenField::kKind);
  facts.level = block.get<MediaLevel>(TokenField::kLevel);
  facts.documented = block[TokenField::kDocumented] != 0;
  facts.by_file = block[TokenField::kByFile] != 0;
  facts.width = block.get<std::uint32_t>(TokenField::kWidth);
  facts.height = block.get<std::uint32_t>(TokenField::kHeight);
  facts.pages = block.get<std::uint32_t>(TokenField::kPages);
  facts.seconds = block[TokenField::kSeconds];
  facts.frames_per_second = block[TokenField::kFramesPerSecond];
  facts.has_audio = block[TokenField::kHasAudio] != 0;
  const PartTokens part = part_tokens(block.get<RuleSetId>(TokenField::kRuleSet), facts);
  block.set(TokenField::kTokens, part.tokens);
  block.set(TokenField::kBasis, part.basis);
  block.set(TokenField::kMethod, part.unit.method);
  block.set(TokenField::kUnitTokens, part.unit.tokens);
  block.set(TokenField::kValue, part.unit.value);
  block.set(TokenField::kColumns, part.unit.columns);
  block.set(TokenField::kRows, part.unit.rows);
  block.set(TokenField::kTileEdge, part.unit.tile_edge);
  block.set(TokenField::kOverview, part.unit.overview);
  block.set(TokenField::kUnits, part.units);
  block.set(TokenField::kSoundTokens, part.sound.tokens);
  block.set(TokenField::kTokensPerSecond, part.sound.tokens_per_second);
}

// ── base64: a small window, so that a payload of any size leaves the heap as it is ──────────────────────────────────

std::uint8_t base64_input[limits::kBase64WindowBytes];
std::uint8_t base64_output[base64_length(limits::kBase64WindowBytes)];

// ── request JSON ────────────────────────────────────────────────────────────────────────────────────────────────────

Failure echo_failure;
std::size_t echo_text_size = 0;

/// Inputs: the JSON, and the marker of its payloads. Output: the JSON with these cut out, and behind it their places.
Status echo_given_json() {
  const Buffer json = take(0);
  const Buffer mark = take(1);
  auto result = echo_json(json.span(), {reinterpret_cast<const char*>(mark.data()), mark.size()});
  echo_failure = result.failure();
  if (!result.ok()) return echo_failure.status;
  Buffer text = std::move(result.value().text);
  echo_text_size = text.size();
  text.append(result.value().places.span());
  if (!text.ok()) return Status::kOutOfMemory;
  give(std::move(text));
  return Status::kOk;
}

// ── metadata ────────────────────────────────────────────────────────────────────────────────────────────────────────

Failure strip_failure;
std::uint32_t strip_removed_kinds = 0;
KeptGainMap strip_kept_gain_map;

/// Input: a file. Output: the file without metadata, or nothing when there was none to remove.
Status strip_given_file(std::uint32_t format, const StripOptions& options) {
  const Buffer file = take();
  auto result = strip(file.span(), static_cast<Format>(format), options);
  strip_failure = result.failure();
  strip_removed_kinds = result.ok() ? result.value().removed : 0;
  strip_kept_gain_map = result.ok() ? result.value().gain_map : KeptGainMap{};
  if (!result.ok()) return strip_failure.status;
  give(std::move(result.value().bytes));
  return Status::kOk;
}

}  // namespace

// Plain exports: an invoker of embind's would cost several times the work behind it, and its runtime more than all of
// this package's own JavaScript.
extern "C" {
/// Tells this module from the others.
EMSCRIPTEN_KEEPALIVE std::uint32_t module_mark() { return 0x434f5245; }

/// Begins a probe; the first slot holds the file's first `length` bytes.
EMSCRIPTEN_KEEPALIVE std::uint32_t probe_begin(double file_size, std::uint32_t length) {
  // In place: an assignment would copy the arrays that the state leaves as they are.
  ::new (static_cast<void*>(&probe_state)) ProbeState;
  place_window(0, 0, length);
  return static_cast<std::uint32_t>(step_probe(file_size, 1));
}
/// The slot holds the file's `length` bytes at `offset`.
EMSCRIPTEN_KEEPALIVE void give_window(std::uint32_t slot, double offset, std::uint32_t length) {
  place_window(std::min<std::size_t>(slot, limits::kWindowSlots - 1), whole_number(offset), length);
}
/// Goes on with the probe whose state is in place.
EMSCRIPTEN_KEEPALIVE std::uint32_t probe_continue(double file_size, std::uint32_t window_count) {
  return static_cast<std::uint32_t>(step_probe(file_size, window_count));
}
EMSCRIPTEN_KEEPALIVE double probe_at() { return static_cast<double>(last_step.at); }
EMSCRIPTEN_KEEPALIVE std::uint32_t probe_need_length() { return static_cast<std::uint32_t>(last_step.need_length); }
EMSCRIPTEN_KEEPALIVE double probe_position() { return static_cast<double>(probe_state.position); }
/// The first of so many slots whose window is not needed any more, or the one behind them.
EMSCRIPTEN_KEEPALIVE std::uint32_t free_window_slot(std::uint32_t window_count) {
  return static_cast<std::uint32_t>(free_slot(std::min<std::size_t>(window_count, limits::kWindowSlots)));
}
EMSCRIPTEN_KEEPALIVE void count_tokens() { count_part_tokens(); }
EMSCRIPTEN_KEEPALIVE void base64_step(std::uint32_t count) {
  encode_base64(base64_input, std::min<std::size_t>(count, sizeof(base64_input)), base64_output);
}
EMSCRIPTEN_KEEPALIVE std::uint32_t echo_request() { return static_cast<std::uint32_t>(echo_given_json()); }
EMSCRIPTEN_KEEPALIVE std::uint32_t echo_text_length() { return static_cast<std::uint32_t>(echo_text_size); }
EMSCRIPTEN_KEEPALIVE double echo_at() { return static_cast<double>(echo_failure.at); }

EMSCRIPTEN_KEEPALIVE std::uint32_t strip_metadata(std::uint32_t format, std::uint32_t keep_orientation,
                                                  bool keep_gain_map) {
  return static_cast<std::uint32_t>(strip_given_file(format, {keep_orientation, keep_gain_map}));
}
/// A bit for each of the vocabulary's removedKinds that is gone; 0 when the file had none.
EMSCRIPTEN_KEEPALIVE std::uint32_t strip_removed() { return strip_removed_kinds; }
/// Whether there is a gain map in what the strip left; of a JPEG where it begins, and the length of the segments behind
/// its SOI that describe it.
EMSCRIPTEN_KEEPALIVE bool strip_gain_map() { return strip_kept_gain_map.there; }
EMSCRIPTEN_KEEPALIVE double strip_gain_map_at() { return static_cast<double>(strip_kept_gain_map.at); }
EMSCRIPTEN_KEEPALIVE double strip_gain_map_header() { return static_cast<double>(strip_kept_gain_map.header_bytes); }
EMSCRIPTEN_KEEPALIVE double strip_at() { return static_cast<double>(strip_failure.at); }

EMSCRIPTEN_KEEPALIVE std::uint32_t window_slots() { return limits::kWindowSlots; }
EMSCRIPTEN_KEEPALIVE std::uint32_t window_length() { return limits::kWindowBytes; }
EMSCRIPTEN_KEEPALIVE std::uint32_t base64_window_length() { return limits::kBase64WindowBytes; }
EMSCRIPTEN_KEEPALIVE std::uint32_t probe_state_length() { return sizeof(probe_state); }

EMSCRIPTEN_KEEPALIVE std::uint32_t probe_facts_address() { return address_of(probe_state.facts); }
EMSCRIPTEN_KEEPALIVE std::uint32_t probe_state_address() { return address_of(probe_state); }
EMSCRIPTEN_KEEPALIVE std::uint32_t window_bytes_address() { return address_of(window_bytes); }
EMSCRIPTEN_KEEPALIVE std::uint32_t token_block_address() { return address_of(token_block); }
EMSCRIPTEN_KEEPALIVE std::uint32_t base64_input_address() { return address_of(base64_input); }
EMSCRIPTEN_KEEPALIVE std::uint32_t base64_output_address() { return address_of(base64_output); }
}

}  // namespace gvw::bindings
