#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "answers/detections.h"

namespace gvw::answers {
namespace {

Detections parsed(std::string_view text, double width = 1000, double height = 2000) {
  Detections found;
  EXPECT_EQ(parse_detections(text, width, height, found).status, Status::kOk);
  return found;
}

std::string_view label(std::string_view text, const Detection& item) {
  return text.substr(item.label.begin, item.label.end - item.label.begin);
}

TEST(Detections, ABoxIsYFirstOnAScaleOfAThousand) {
  constexpr std::string_view kText = R"([{"box_2d": [100, 200, 300, 500], "label": "cat"}])";
  const Detections found = parsed(kText);
  ASSERT_EQ(found.items.size(), 1U);
  const Detection& cat = found.items[0];
  EXPECT_EQ(label(kText, cat), "cat");
  EXPECT_TRUE(cat.has_box);
  EXPECT_DOUBLE_EQ(cat.x, 200);
  EXPECT_DOUBLE_EQ(cat.y, 200);
  EXPECT_DOUBLE_EQ(cat.width, 300);
  EXPECT_DOUBLE_EQ(cat.height, 400);
  EXPECT_LT(cat.confidence, 0);
}

TEST(Detections, PointsPolygonsMasksAndBoxesInSpace) {
  constexpr std::string_view kText = R"([
    {"point": [500, 250], "label": "eye"},
    {"label": "leaf", "polygon": [[0, 0], [1000, 0], [500, 1000]]},
    {"label": "roof", "mask": [[10, 20], [30, 40], [50, 60], [70, 80]], "box_2d": [0, 0, 10, 10]},
    {"box_2d": [0, 0, 500, 500], "mask": "data:image/png;base64,AAAA", "label": "dog"},
    {"label": "chair", "box_3d": [0.1, 1.5, -0.2, 0.5, 0.6, 0.7, 1, 2, -90], "confidence": 8.5e-1}
  ])";
  const Detections found = parsed(kText);
  ASSERT_EQ(found.items.size(), 5U);
  EXPECT_TRUE(found.items[0].has_point);
  EXPECT_DOUBLE_EQ(found.items[0].point_x, 250);
  EXPECT_DOUBLE_EQ(found.items[0].point_y, 1000);
  EXPECT_EQ(found.items[1].corner_numbers, 6U);
  EXPECT_DOUBLE_EQ(found.corners[found.items[1].first_corner + 5], 2000);
  EXPECT_EQ(found.items[2].corner_numbers, 8U);
  EXPECT_DOUBLE_EQ(found.corners[found.items[2].first_corner], 10);
  EXPECT_EQ(kText.substr(found.items[3].mask.begin, 10), "data:image");
  EXPECT_DOUBLE_EQ(found.items[4].box3d[8], -90);
  EXPECT_NEAR(found.items[4].box3d[0], 0.1, 1e-12);
  EXPECT_NEAR(found.items[4].confidence, 0.85, 1e-12);
}

TEST(Detections, WordsAndFencesAroundThem) {
  const Detections found = parsed(
      "Sure! [1] Here {they} are, it's done:\n```json\n[\n{\"label\":\"a\",\"box_2d\":[1,2,3,4],},\n"
      "{'label':'b', 'box_2d':[1 2 3 4]}]\n```\nAnd {\"box_2d\": [5,6,7,8]} too.");
  EXPECT_EQ(found.items.size(), 3U);
}

TEST(Detections, ItemsInsideOtherThings) {
  EXPECT_EQ(parsed(R"({"objects": {"cats": [{"box_2d": [1,2,3,4]}, {"box_2d": [1,2,3,4]}]}, "count": 2})").items.size(),
            2U);
  EXPECT_EQ(
      parsed(R"({"box_2d": [1,2,3,4], "label": null, "attributes": {"color": "red", "tags": ["x"]}})").items.size(),
      1U);
}

TEST(Detections, CornersInTheWrongOrderAndOutOfRange) {
  const Detections found = parsed(R"([{"box_2d": [300, 500, 100, 200]}, {"box_2d": [-50, -1.5, 1200, 1e300]}])");
  ASSERT_EQ(found.items.size(), 2U);
  EXPECT_DOUBLE_EQ(found.items[0].x, 200);
  EXPECT_DOUBLE_EQ(found.items[0].height, 400);
  EXPECT_DOUBLE_EQ(found.items[1].x, 0);
  EXPECT_DOUBLE_EQ(found.items[1].width, 1000);
  EXPECT_DOUBLE_EQ(found.items[1].height, 2000);
}

TEST(Detections, WhatIsNoGeometryIsNoItem) {
  EXPECT_EQ(parsed(R"([{"label": "cat"}, {"box_2d": [1, 2, 3]}, {"box_2d": "1,2,3,4"}, {"point": [1]}])").items.size(),
            0U);
  EXPECT_EQ(parsed(R"({"polygon": [[1, 2], [3, 4]]})").items.size(), 0U);
  EXPECT_EQ(parsed("").items.size(), 0U);
  EXPECT_EQ(parsed("No cats, sorry.").items.size(), 0U);
}

TEST(Detections, EscapesStayInTheText) {
  constexpr std::string_view kText = R"({"label": "a \"quoted\" } thing", "box_2d": [1, 2, 3, 4]})";
  const Detections found = parsed(kText);
  ASSERT_EQ(found.items.size(), 1U);
  EXPECT_EQ(label(kText, found.items[0]), R"(a \"quoted\" } thing)");
}

TEST(Detections, MaskTokensWithoutTheirQuotes) {
  constexpr std::string_view kText =
      R"([{"box_2d": [1, 2, 3, 4], "mask": <start_of_mask><seg_35><seg_65>", "label": "a"},
          {"box_2d": [1, 2, 3, 4], "mask": <seg_4>, "label": "b"}, {"mask": <seg_4
          , "box_2d": [1, 2, 3, 4]}, {"box_2d": [5, 6, 7, 8], "label": "c"}])";
  const Detections found = parsed(kText);
  ASSERT_EQ(found.items.size(), 3U);
  const auto mask = [&](const Detection& item) {
    return kText.substr(item.mask.begin, item.mask.end - item.mask.begin);
  };
  EXPECT_EQ(mask(found.items[0]), "<start_of_mask><seg_35><seg_65>");
  EXPECT_EQ(label(kText, found.items[0]), "a");
  EXPECT_EQ(mask(found.items[1]), "<seg_4>");
  EXPECT_EQ(label(kText, found.items[2]), "c");
}

TEST(Detections, OfEveryCutTheResultIsAPrefix) {
  const std::string kText =
      "Here:\n```json\n[{\"box_2d\": [1, 2, 300, 400], \"label\": \"it's a {cat}\"},\n {\"point\": [5, 6.5], "
      "\"label\": "
      "\"x\\\"y\"}, {\"label\": \"z\", \"polygon\": [[1,2],[3,4],[5,6]]},\n{\"mask\": \"data:image/png;base64,AA\", "
      "\"box_2d\": [9, 8, 7, 6], \"nested\": {\"box_2d\": [1, 1, 2, 2]}},\n{\"mask\": <seg_1><seg_2>, "
      "\"label\": \"m\"}]\n```\nDone {really}.";
  const Detections whole = parsed(kText);
  ASSERT_EQ(whole.items.size(), 6U);
  std::size_t before = 0;
  for (std::size_t length = 0; length <= kText.size(); ++length) {
    const Detections cut = parsed(std::string_view(kText).substr(0, length));
    ASSERT_GE(cut.items.size(), before);
    before = cut.items.size();
    for (std::size_t i = 0; i < cut.items.size(); ++i) {
      EXPECT_EQ(cut.items[i].label.begin, whole.items[i].label.begin);
      EXPECT_EQ(cut.items[i].label.end, whole.items[i].label.end);
      EXPECT_EQ(cut.items[i].x, whole.items[i].x);
      EXPECT_EQ(cut.items[i].corner_numbers, whole.items[i].corner_numbers);
    }
  }
}

TEST(Detections, DepthCostsNothing) {
  EXPECT_EQ(parsed(std::string(1'000'000, '[')).items.size(), 0U);
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(parsed(objects).items.size(), 0U);
}

}  // namespace
}  // namespace gvw::answers
