#include "tokens/tokens.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"

namespace gvw {
namespace {

/// Of two numbers in one sum the less certain one decides.
Basis weaker(Basis a, Basis b) { return std::max(a, b); }

/// Seconds and rates come from files as decimal fractions: 0.1 * 30 must be 3 frames, not 4.
constexpr double kRoundingSlack = 1e-9;

std::int64_t rounded(double value, Rounding rounding) {
  if (!(value > 0)) return 0;  // NaN, too
  value = std::min(value, limits::kMaxCountedUnits);
  switch (rounding) {
    case Rounding::kFloor:
      return static_cast<std::int64_t>(std::floor(value + kRoundingSlack));
    case Rounding::kCeil:
      return static_cast<std::int64_t>(std::ceil(value - kRoundingSlack));
    case Rounding::kRound:
      return static_cast<std::int64_t>(std::floor(value + 0.5 + kRoundingSlack));
  }
  return 0;
}

std::int64_t tiles_along(std::uint32_t side, std::int64_t edge) {
  return (static_cast<std::int64_t>(side) + edge - 1) / edge;
}

UnitTokens flat(const Amount& amount) {
  return {.tokens = amount.value, .method = Method::kFlat, .basis = amount.basis, .value = amount.value};
}

UnitTokens tiled(const Amount& amount, const TileRule& rule, std::uint32_t width, std::uint32_t height) {
  const auto small_edge = static_cast<std::uint32_t>(rule.small_edge);
  if (width <= small_edge && height <= small_edge) return flat(rule.small);
  const std::int64_t shorter = std::min(width, height);
  const std::int64_t edge = std::clamp<std::int64_t>(shorter * rule.divisor_denominator / rule.divisor_numerator,
                                                     rule.min_unit, rule.max_unit);
  UnitTokens unit{.method = Method::kTiles, .basis = amount.basis, .value = amount.value};
  unit.columns = static_cast<std::int32_t>(tiles_along(width, edge));
  unit.rows = static_cast<std::int32_t>(tiles_along(height, edge));
  unit.tile_edge = static_cast<std::int32_t>(edge);
  unit.overview = rule.overview;
  unit.tokens = amount.value * (static_cast<std::int64_t>(unit.columns) * unit.rows + rule.overview);
  return unit;
}

UnitTokens gridded(const Amount& amount, std::uint32_t width, std::uint32_t height) {
  UnitTokens unit{.method = Method::kGrid, .basis = amount.basis, .value = amount.value};
  unit.columns = floor_sqrt_ratio(amount.value, width, height);
  unit.rows = floor_sqrt_ratio(amount.value, height, width);
  // A picture too long for even one row of the grid is one row of square cells, as many as the budget has.
  const auto one_line = [&](std::uint32_t longer, std::uint32_t shorter) {
    return static_cast<std::int32_t>(
        std::min<std::uint32_t>(longer / shorter, static_cast<std::uint32_t>(amount.value)));
  };
  if (unit.rows == 0) {
    unit.columns = one_line(width, height);
    unit.rows = 1;
  } else if (unit.columns == 0) {
    unit.rows = one_line(height, width);
    unit.columns = 1;
  }
  unit.tokens = static_cast<std::int64_t>(unit.columns) * unit.rows;
  return unit;
}

UnitTokens unit_tokens(const Amount& amount, const TileRule& tiles, std::uint32_t width, std::uint32_t height) {
  if (amount.method == Method::kFlat) return flat(amount);
  if (width == 0 || height == 0) {
    UnitTokens unit = flat(amount);
    unit.basis = Basis::kUnverified;
    return unit;
  }
  return amount.method == Method::kTiles ? tiled(amount, tiles, width, height) : gridded(amount, width, height);
}

SoundTokens sound_tokens(const SecondsRule& rule, double seconds) {
  return {.tokens = rounded(seconds * rule.tokens_per_second, rule.rounding),
          .tokens_per_second = rule.tokens_per_second,
          .basis = rule.basis};
}

}  // namespace

std::int32_t floor_sqrt_ratio(std::int32_t scale, std::uint32_t a, std::uint32_t b) {
  const std::uint64_t scaled = static_cast<std::uint64_t>(scale) * a;
  const std::uint64_t quotient = scaled / b;  // n * n * b <= scaled exactly when n * n <= floor(scaled / b)
  auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(quotient)));
  while (root * root > quotient) --root;
  while ((root + 1) * (root + 1) <= quotient) ++root;
  return static_cast<std::int32_t>(root);
}

PartTokens part_tokens(RuleSetId id, const PartFacts& facts) {
  const RuleSet& set = kRuleSets[static_cast<std::size_t>(id)];
  const Rules& rules = facts.documented ? set.documented : set.observed;
  const auto level = static_cast<std::size_t>(facts.level);
  const double seconds = std::max(0.0, facts.seconds);
  PartTokens part;
  switch (facts.kind) {
    case Kind::kImage:
      part.unit = unit_tokens(rules.image[level], rules.image_tiles, facts.width, facts.height);
      part.units = 1;
      break;
    case Kind::kDocument:
      part.unit = unit_tokens(rules.page[level], TileRule{}, facts.width, facts.height);
      part.units = facts.pages;
      break;
    case Kind::kVideo: {
      const FrameRule& frames = facts.by_file ? rules.frames_by_file : rules.frames_inline;
      part.unit = unit_tokens(frames.levels[level], TileRule{}, facts.width, facts.height);
      part.units = std::max<std::int64_t>(1, rounded(seconds * facts.frames_per_second, frames.rounding));
      if (facts.has_audio) part.sound = sound_tokens(rules.track, seconds);
      break;
    }
    case Kind::kAudio:
      part.sound = sound_tokens(rules.audio, seconds);
      break;
  }
  part.tokens = part.unit.tokens * part.units + part.sound.tokens;
  const bool only_sound = facts.kind == Kind::kAudio;
  const bool only_units = part.sound.tokens_per_second == 0;
  if (only_sound) {
    part.basis = part.sound.basis;
  } else {
    part.basis = only_units ? part.unit.basis : weaker(part.unit.basis, part.sound.basis);
  }
  return part;
}

}  // namespace gvw
