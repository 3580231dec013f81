// The rule sets of src/tokens/models.json → the C++ table of token rules.

import { check, cppEnum, cppHeader, cppNamedEnum, pascal } from "./text.mjs";

export const bases = ["observed", "documented", "unverified"];
export const methods = ["flat", "tiles", "grid"];
const roundings = ["floor", "ceil", "round"];
export const levels = ["unspecified", "low", "medium", "high", "ultra_high"];

const cppStructs = `/// One number and what it rests on. \`value\` is tokens (kFlat), tokens a tile (kTiles) or the token budget (kGrid).
struct Amount {
  std::int32_t value;
  Method method;
  Basis basis;
};

/// Indexed by MediaLevel.
using Levels = std::array<Amount, ${levels.length}>;

/// How a picture is cut where an Amount says kTiles. Both edges at most \`small_edge\` pixels: \`small\` for the whole.
/// Else square units of floor(min(width, height) * divisor_denominator / divisor_numerator) pixels, clamped to
/// min_unit..max_unit, each begun one a tile, and \`overview\` tiles more. All zero where no Amount is kTiles.
struct TileRule {
  std::int32_t small_edge;
  Amount small;
  std::int32_t divisor_numerator;
  std::int32_t divisor_denominator;
  std::int32_t min_unit;
  std::int32_t max_unit;
  std::int32_t overview;
};

/// For each frame. Frames are seconds * frames a second, rounded so, but at least one.
struct FrameRule {
  Levels levels;
  Rounding rounding;
};

struct SecondsRule {
  std::int32_t tokens_per_second;
  Rounding rounding;
  Basis basis;
};

struct Rules {
  Levels image;
  TileRule image_tiles;
  /// For each page of a document; where it is a grid, the page's size is in points.
  Levels page;
  /// Of a video sent inline, and of one sent through the File API.
  FrameRule frames_inline;
  FrameRule frames_by_file;
  /// A sound file, and the sound of a video.
  SecondsRule audio;
  SecondsRule track;
};

struct RuleSet {
  const char* name;
  Rules observed;
  Rules documented;
};`;

const noTiles = {
  smallEdge: 0,
  small: ["flat", 0, "unverified"],
  divisor: [0, 0],
  minUnit: 0,
  maxUnit: 0,
  overview: 0,
};

/** Rule sets written as "like" another one become whole: its numbers, with the basis given, then their own members. */
function expandRuleSets(ruleSets) {
  const done = new Map();
  for (const set of ruleSets) {
    check(!done.has(set.name), `rule set "${set.name}" is there twice`);
    const model = set.like === undefined ? undefined : done.get(set.like);
    check(set.like === undefined || model !== undefined, `rule set "${set.name}": "${set.like}" must stand before it`);
    const whole = { name: set.name };
    for (const basis of ["observed", "documented"]) {
      const inherited = model === undefined ? {} : withBasis(model[basis], set.basis);
      const own = set[basis] ?? {};
      whole[basis] = { ...inherited, ...own };
      if (own.frames !== undefined || whole[basis].framesByFile === undefined) {
        whole[basis].framesByFile = own.framesByFile ?? whole[basis].frames;
      }
    }
    done.set(set.name, whole);
  }
  return [...done.values()];
}

function withBasis(value, basis) {
  if (basis === undefined || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((entry) => (bases.includes(entry) ? basis : entry));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withBasis(entry, basis)]));
}

function cppMember(type, names, name, where) {
  check(names.includes(name), `${where}: "${name}" is none of ${names.join(", ")}`);
  return `${type}::k${pascal(name)}`;
}

function cppInt(value, where) {
  check(Number.isInteger(value) && value >= 0 && value < 2 ** 31, `${where}: ${value} is not a count`);
  return String(value);
}

function cppAmount([method, value, basis], where) {
  const names = [cppMember("Method", methods, method, where), cppMember("Basis", bases, basis, where)];
  return `{${cppInt(value, where)}, ${names.join(", ")}}`;
}

function levelCells(rule, where) {
  const known = ["rounding", "tiles", "other", ...levels];
  for (const key of Object.keys(rule)) check(known.includes(key), `${where}: unknown member "${key}"`);
  const cells = levels.map((level) => rule[level] ?? rule.other);
  check(!cells.includes(undefined), `${where}: a level has no cell`);
  return cells;
}

function cppLevels(rule, where) {
  const cells = levelCells(rule, where).map((cell) => `        ${cppAmount(cell, where)},`);
  return `{{\n${cells.join("\n")}\n      }}`;
}

function cppTiles(image, where) {
  const tiled = levelCells(image, where).some(([method]) => method === "tiles");
  check(tiled === (image.tiles !== undefined), `${where}: "tiles" belongs exactly where a cell uses it`);
  const { smallEdge, small, divisor, minUnit, maxUnit, overview } = image.tiles ?? noTiles;
  const numbers = [...divisor, minUnit, maxUnit, overview].map((value) => cppInt(value, where));
  return `{${cppInt(smallEdge, where)}, ${cppAmount(small, where)}, ${numbers.join(", ")}}`;
}

function cppRules(rules, where) {
  const rounding = (name) => cppMember("Rounding", roundings, name, where);
  const frames = (rule) => `{${cppLevels(rule, `${where} frames`)}, ${rounding(rule.rounding)}}`;
  const seconds = ([tokens, round, basis]) =>
    `{${cppInt(tokens, where)}, ${rounding(round)}, ${cppMember("Basis", bases, basis, where)}}`;
  return `{
      .image = ${cppLevels(rules.image, `${where} image`)},
      .image_tiles = ${cppTiles(rules.image, `${where} image`)},
      .page = ${cppLevels(rules.page, `${where} page`)},
      .frames_inline = ${frames(rules.frames)},
      .frames_by_file = ${frames(rules.framesByFile)},
      .audio = ${seconds(rules.audio)},
      .track = ${seconds(rules.track)},
    }`;
}

function cppRuleSet({ name, observed, documented }) {
  return `  {
    .name = ${JSON.stringify(name)},
    .observed = ${cppRules(observed, `${name} observed`)},
    .documented = ${cppRules(documented, `${name} documented`)},
  },`;
}

export function modelsHeader({ ruleSets }) {
  const sets = expandRuleSets(ruleSets);
  const names = sets.map((set) => set.name);
  const rows = sets.map(cppRuleSet).join("\n");
  return cppHeader(
    "src/tokens/models.json",
    ["array", "cstdint"],
    [
      `/// What a number rests on: a recorded bill, Google's own text, or neither.\n${cppNamedEnum("Basis", bases)}`,
      cppEnum("Method", methods),
      cppEnum("Rounding", roundings),
      `/// mediaResolution.\n${cppNamedEnum("MediaLevel", levels)}`,
      cppStructs,
      cppEnum("RuleSetId", names),
      `/// Indexed by RuleSetId.\ninline constexpr std::array<RuleSet, ${sets.length}> kRuleSets{{\n${rows}\n}};`,
    ],
  );
}
