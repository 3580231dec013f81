#pragma once

#include <cstdint>

#include "token_rules.h"
#include "vocabulary.h"

namespace gvw {

/// One part of a prompt, as far as its tokens depend on it.
struct PartFacts {
  Kind kind = Kind::kImage;
  MediaLevel level = MediaLevel::kUnspecified;
  /// By published rules instead of recorded bills.
  bool documented = false;
  /// Sent through the File API instead of inline.
  bool by_file = false;
  /// Upright, in pixels; of a page in any unit, since only the ratio counts. 0 by 0: not known.
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  /// Pages of that size.
  std::uint32_t pages = 1;
  double seconds = 0;
  double frames_per_second = 1;
  bool has_audio = false;
};

/// What one picture, page or frame is made of.
struct UnitTokens {
  std::int64_t tokens = 0;
  Method method = Method::kFlat;
  Basis basis = Basis::kUnverified;
  /// The number in the rule: tokens, tokens a tile, or the budget of the grid.
  std::int32_t value = 0;
  /// Cells of the grid, or tiles; 0 where there are none.
  std::int32_t columns = 0;
  std::int32_t rows = 0;
  /// Pixels of a tile's side before it is scaled, and tiles beside those of the grid.
  std::int32_t tile_edge = 0;
  std::int32_t overview = 0;
};

struct SoundTokens {
  std::int64_t tokens = 0;
  std::int32_t tokens_per_second = 0;
  Basis basis = Basis::kUnverified;
};

struct PartTokens {
  std::int64_t tokens = 0;
  /// Of the least certain number in it.
  Basis basis = Basis::kUnverified;
  UnitTokens unit;
  /// Pictures, pages or frames; 0 for a sound file.
  std::int64_t units = 0;
  SoundTokens sound;
};

/// Tokens of one part under a rule set. Never fails: a size that is not known counts as the whole budget and makes the
/// answer unverified. The rules and their sources are rows of models.json.
PartTokens part_tokens(RuleSetId id, const PartFacts& facts);

/// The largest n with n * n * b <= a * scale, that is floor(sqrt(scale * a / b)) without a rounding error on the way.
/// `b` must not be 0. (Google's own code is thought to compute in floating point; at exact squares the two may differ.)
std::int32_t floor_sqrt_ratio(std::int32_t scale, std::uint32_t a, std::uint32_t b);

}  // namespace gvw
