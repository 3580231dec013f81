#pragma once

#include <cstdint>
#include <string_view>

#include "base/growing_array.h"
#include "base/result.h"

/// Geometry in a model's answer: boxes, points, polygons, masks and boxes in space.
namespace gvw::answers {

/// Bytes of the answer, quotes not included; a JSON string with its escapes. begin == end: not there.
struct Text {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// One thing the model found. Coordinates are pixels of the picture as it was sent, that is upright, inside it.
struct Detection {
  Text label;
  /// What the model wrote for a mask; the form is the caller's to tell.
  Text mask;
  bool has_box = false;
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  bool has_point = false;
  double point_x = 0;
  double point_y = 0;
  bool has_box3d = false;
  /// Centre, size (both metres), roll, pitch and yaw (degrees), as the model wrote them.
  double box3d[9] = {};
  /// Below 0: not told.
  double confidence = -1;
  /// In Detections::corners: x, y, x, y …
  std::size_t first_corner = 0;
  std::size_t corner_numbers = 0;
};

struct Detections {
  GrowingArray<Detection> items;
  GrowingArray<double> corners;
};

/// Reads every complete item out of an answer in whatever stands around it: words, code fences, objects and arrays, an
/// end that is missing. An item is a JSON object with one of the names of geometry in it (`box_2d`: [ymin, xmin, ymax,
/// xmax], `point`: [y, x], `polygon` or `mask`: [[x, y], …], `mask`: text, `box_3d`: nine numbers), 0 to 1000 along
/// each side.
///
/// Corners in the wrong order are swapped, numbers out of range are moved to the edge. What an item is depends on the
/// text up to its closing brace and on nothing behind it: of a text that is cut the result is a prefix of the whole
/// one's. Fails only with too_large (limits::kMaxAnswerBytes, kMaxDetections, kMaxCornerNumbers) or out_of_memory.
Failure parse_detections(std::string_view text, double width, double height, Detections& found);

}  // namespace gvw::answers
