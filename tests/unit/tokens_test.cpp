#include "tokens/tokens.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "reference/square_root.h"
#include "support/files.h"

namespace gvw {
namespace {

using testing::index_of;

RuleSetId rule_set_of(const std::string& name) {
  for (std::size_t i = 0; i < kRuleSets.size(); ++i) {
    if (kRuleSets[i].name == name) return static_cast<RuleSetId>(i);
  }
  throw std::runtime_error("no rule set " + name);
}

PartFacts facts_of(const nlohmann::json& given) {
  PartFacts facts;
  facts.kind = static_cast<Kind>(index_of(kKindNames, given.at("kind")));
  facts.level = static_cast<MediaLevel>(index_of(kMediaLevelNames, given.value("level", "unspecified")));
  facts.documented = given.value("basis", "observed") == "documented";
  facts.by_file = given.value("via", "inline") == "files";
  facts.width = given.value("width", 0U);
  facts.height = given.value("height", 0U);
  facts.pages = given.value("pages", 1U);
  facts.seconds = given.value("seconds", 0.0);
  facts.frames_per_second = given.value("fps", 1.0);
  facts.has_audio = given.value("hasAudio", false);
  return facts;
}

nlohmann::json answer_of(const PartTokens& part) {
  return {{"tokens", part.tokens},           {"basis", kBasisNames[static_cast<std::size_t>(part.basis)]},
          {"columns", part.unit.columns},    {"rows", part.unit.rows},
          {"tileEdge", part.unit.tile_edge}, {"units", part.units},
          {"soundTokens", part.sound.tokens}};
}

TEST(Tokens, Vectors) {
  const auto vectors = testing::vectors("tokens.json");
  for (const auto& group : vectors.at("groups")) {
    for (const auto& row : group.at("cases")) {
      const auto& given = row.at("given");
      const nlohmann::json answer = answer_of(part_tokens(rule_set_of(given.at("ruleSet")), facts_of(given)));
      for (const auto& [name, value] : row.at("expected").items()) {
        EXPECT_EQ(answer.at(name), value) << name << " of " << given;
      }
    }
  }
}

TEST(Tokens, RootsAreExactForEveryRatioOfSmallNumbers) {
  for (const std::int32_t scale : {1, 70, 280, 560, 1120, 2240}) {
    for (std::uint32_t a = 1; a <= 130; ++a) {
      for (std::uint32_t b = 1; b <= 130; ++b) {
        ASSERT_EQ(floor_sqrt_ratio(scale, a, b), reference::floor_sqrt_ratio(scale, a, b))
            << scale << " " << a << "/" << b;
      }
    }
  }
}

TEST(Tokens, RootsAreExactAroundSquares) {
  // scale * a / b is a whole square, one less, and one more than it, where doubles begin to round.
  for (std::uint32_t root = 1; root < 60'000; root += 7) {
    const std::uint32_t square = root * root;
    EXPECT_EQ(floor_sqrt_ratio(1, square, 1), static_cast<std::int32_t>(root));
    EXPECT_EQ(floor_sqrt_ratio(1, square - 1, 1), static_cast<std::int32_t>(root - 1));
    EXPECT_EQ(floor_sqrt_ratio(1, square + 1, 1), static_cast<std::int32_t>(root));
    EXPECT_EQ(floor_sqrt_ratio(2, square, 2), static_cast<std::int32_t>(root));
  }
  const std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  EXPECT_EQ(floor_sqrt_ratio(1, most, 1), 65535);
  EXPECT_EQ(floor_sqrt_ratio(2240, most, 1), 3'101'729);
  EXPECT_EQ(floor_sqrt_ratio(2240, 1, most), 0);
  EXPECT_EQ(floor_sqrt_ratio(2240, 0, 1), 0);
}

TEST(Tokens, AGridNeverExceedsItsBudgetAndFollowsTheRatioAlone) {
  const RuleSetId rules = RuleSetId::kGemini3;
  for (std::uint32_t width = 1; width < 5000; width += 37) {
    for (std::uint32_t height = 1; height < 5000; height += 41) {
      const PartTokens part = part_tokens(rules, {.width = width, .height = height});
      ASSERT_GE(part.unit.columns, 1);
      ASSERT_GE(part.unit.rows, 1);
      ASSERT_LE(part.tokens, 1120);
      ASSERT_EQ(part.tokens, std::int64_t{part.unit.columns} * part.unit.rows);
      ASSERT_EQ(part_tokens(rules, {.width = width * 3, .height = height * 3}).tokens, part.tokens);
      const PartTokens turned = part_tokens(rules, {.width = height, .height = width});
      ASSERT_EQ(turned.tokens, part.tokens);
      ASSERT_EQ(turned.unit.columns, part.unit.rows);
    }
  }
}

TEST(Tokens, TilesCoverThePicture) {
  const RuleSetId rules = RuleSetId::kGemini2_0;
  for (std::uint32_t width = 385; width < 9000; width += 61) {
    for (std::uint32_t height = 1; height < 9000; height += 67) {
      const UnitTokens unit = part_tokens(rules, {.width = width, .height = height}).unit;
      ASSERT_GE(std::int64_t{unit.columns} * unit.tile_edge, width);
      ASSERT_LT(std::int64_t{unit.columns - 1} * unit.tile_edge, width);
      ASSERT_GE(std::int64_t{unit.rows} * unit.tile_edge, height);
      ASSERT_LT(std::int64_t{unit.rows - 1} * unit.tile_edge, height);
      ASSERT_EQ(unit.tokens, 258 * (std::int64_t{unit.columns} * unit.rows + 1));
    }
  }
}

TEST(Tokens, EveryRuleSetAnswersEveryQuestion) {
  for (std::size_t set = 0; set < kRuleSets.size(); ++set) {
    for (std::size_t kind = 0; kind < kKindNames.size(); ++kind) {
      for (std::size_t level = 0; level < kMediaLevelNames.size(); ++level) {
        for (const bool documented : {false, true}) {
          for (const bool by_file : {false, true}) {
            const PartTokens part = part_tokens(static_cast<RuleSetId>(set), {.kind = static_cast<Kind>(kind),
                                                                              .level = static_cast<MediaLevel>(level),
                                                                              .documented = documented,
                                                                              .by_file = by_file,
                                                                              .width = 640,
                                                                              .height = 480,
                                                                              .seconds = 2});
            EXPECT_GT(part.tokens, 0) << kRuleSets[set].name << " " << kKindNames[kind];
          }
        }
      }
    }
  }
}

TEST(Tokens, TheLeastCertainNumberDecides) {
  // Frames of gemini-2.5 at MEDIUM are unverified, its sound is observed.
  PartFacts facts{.kind = Kind::kVideo, .level = MediaLevel::kMedium, .seconds = 2, .has_audio = true};
  EXPECT_EQ(part_tokens(RuleSetId::kGemini2_5, facts).basis, Basis::kUnverified);
  facts.level = MediaLevel::kUnspecified;
  EXPECT_EQ(part_tokens(RuleSetId::kGemini2_5, facts).basis, Basis::kObserved);
  facts.level = MediaLevel::kLow;
  EXPECT_EQ(part_tokens(RuleSetId::kGemini2_5, facts).basis, Basis::kDocumented);
}

TEST(Tokens, DurationsThatNoFileHasDoNoHarm) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double no_number = std::numeric_limits<double>::quiet_NaN();
  for (const double seconds : {-1.0, -infinity, no_number}) {
    EXPECT_EQ(part_tokens(RuleSetId::kGemini3, {.kind = Kind::kAudio, .seconds = seconds}).tokens, 0);
    EXPECT_EQ(part_tokens(RuleSetId::kGemini3, {.kind = Kind::kVideo, .seconds = seconds}).units, 1);
  }
  for (const double seconds : {1e18, 1e300, infinity}) {
    const PartFacts facts{.kind = Kind::kVideo, .seconds = seconds, .frames_per_second = 60, .has_audio = true};
    EXPECT_GT(part_tokens(RuleSetId::kGemini3, facts).tokens, 1'000'000'000'000) << seconds;
  }
  EXPECT_EQ(
      part_tokens(RuleSetId::kGemini3, {.kind = Kind::kVideo, .seconds = 5, .frames_per_second = no_number}).units, 1);
  EXPECT_EQ(part_tokens(RuleSetId::kGemini3, {.kind = Kind::kVideo, .seconds = 5, .frames_per_second = -3}).units, 1);
}

TEST(Tokens, TheLargestSizesDoNotOverflow) {
  const std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  EXPECT_GT(part_tokens(RuleSetId::kGemini2_0, {.width = most, .height = most}).tokens, 0);
  EXPECT_GT(part_tokens(RuleSetId::kGemini2_0, {.width = most, .height = 1}).tokens, 0);
  EXPECT_EQ(part_tokens(RuleSetId::kGemini3, {.width = most, .height = most}).tokens, 1089);
  EXPECT_EQ(part_tokens(RuleSetId::kGemini3, {.kind = Kind::kDocument, .width = 1, .height = 1, .pages = most}).tokens,
            std::int64_t{most} * 529);
}

}  // namespace
}  // namespace gvw
