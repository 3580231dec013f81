// core.wasm: probe, metadata strip, token rules, base64, request JSON.
#include <emscripten/em_macros.h>

#include <algorithm>
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

using ProbeBlock = Block<ProbeField, kProbeFieldNames.size()>;

ProbeBlock probe_block;
/// Everything a probe remembers between two calls. JavaScript saves and restores it as bytes when it has to wait in
/// between.
ProbeState probe_state;
std::uint8_t window_bytes[limits::kWindowSlots][limits::kWindowBytes];
/// Offset and length of each window.
double window_table[limits::kWindowSlots][2];
/// The same as the core reads it; here, because clearing it at every step would cost as much as a probe.
Window windows[limits::kWindowSlots];

void write_facts(const ImageFacts& facts) {
  ProbeBlock& block = probe_block;
  block.set(ProbeField::kFormat, facts.format);
  block.set(ProbeField::kWidth, facts.width);
  block.set(ProbeField::kHeight, facts.height);
  block.set(ProbeField::kOrientation, facts.orientation);
  block.set(ProbeField::kUprightWidth, facts.upright_width);
  block.set(ProbeField::kUprightHeight, facts.upright_height);
  block.set(ProbeField::kFrames, facts.frames);
  block.set(ProbeField::kHasAlpha, facts.has_alpha);
  block.set(ProbeField::kBitDepth, facts.bit_depth);
  block.set(ProbeField::kColorModel, facts.color_model);
  block.set(ProbeField::kProgressive, facts.progressive);
  block.set(ProbeField::kExif, facts.exif);
  block.set(ProbeField::kXmp, facts.xmp);
  block.set(ProbeField::kIcc, facts.icc);
  block.set(ProbeField::kIptc, facts.iptc);
  block.set(ProbeField::kGps, facts.gps);
  block.set(ProbeField::kTruncated, facts.truncated);
  block.set(ProbeField::kPartial, facts.partial);
}

void step_probe(bool fresh) {
  // In place: an assignment would copy the arrays that the state leaves as they are.
  if (fresh) ::new (static_cast<void*>(&probe_state)) ProbeState;
  const auto count = std::min(probe_block.get<std::size_t>(ProbeField::kWindowCount), limits::kWindowSlots);
  for (std::size_t i = 0; i < count; ++i) {
    const auto length = std::min(static_cast<std::size_t>(window_table[i][1]), limits::kWindowBytes);
    windows[i] = {static_cast<std::uint64_t>(window_table[i][0]), {window_bytes[i], length}};
  }
  const auto file_size = probe_block.get<std::uint64_t>(ProbeField::kFileSize);
  const ProbeStep step = probe(probe_state, file_size, {windows, count});
  probe_block.set(ProbeField::kStatus, step.status);
  probe_block.set(ProbeField::kAt, step.at);
  probe_block.set(ProbeField::kNeedLength, step.need_length);
  probe_block.set(ProbeField::kPosition, probe_state.position);
  if (step.status == Status::kOk) write_facts(probe_state.facts);
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

/// `fresh`: a new probe, not a further step of the one whose state is in place.
EMSCRIPTEN_KEEPALIVE void probe_step(bool fresh) { step_probe(fresh); }
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

EMSCRIPTEN_KEEPALIVE std::uint32_t probe_block_address() { return address_of(probe_block); }
EMSCRIPTEN_KEEPALIVE std::uint32_t probe_state_address() { return address_of(probe_state); }
EMSCRIPTEN_KEEPALIVE std::uint32_t window_bytes_address() { return address_of(window_bytes); }
EMSCRIPTEN_KEEPALIVE std::uint32_t window_table_address() { return address_of(window_table); }
EMSCRIPTEN_KEEPALIVE std::uint32_t token_block_address() { return address_of(token_block); }
EMSCRIPTEN_KEEPALIVE std::uint32_t base64_input_address() { return address_of(base64_input); }
EMSCRIPTEN_KEEPALIVE std::uint32_t base64_output_address() { return address_of(base64_output); }
}

}  // namespace gvw::bindings
