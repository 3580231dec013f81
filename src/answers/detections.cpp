#include "answers/detections.h"

#include <algorithm>
#include <array>

#include "answers/scanner.h"
#include "base/limits.h"

namespace gvw::answers {
namespace {

/// Models write on a scale of their own, whatever the picture's size.
constexpr double kScale = 1000;

enum class Key : std::uint8_t { kOther, kLabel, kBox, kPoint, kPolygon, kMask, kBox3d, kConfidence };

struct Named {
  std::string_view name;
  Key key;
};

/// The names of Google's own prompts first, then what models have been seen to write instead.
constexpr Named kKeys[] = {
    {"box_2d", Key::kBox},
    {"label", Key::kLabel},
    {"point", Key::kPoint},
    {"mask", Key::kMask},
    {"box_3d", Key::kBox3d},
    {"polygon", Key::kPolygon},
    {"box2d", Key::kBox},
    {"bbox", Key::kBox},
    {"bbox_2d", Key::kBox},
    {"bounding_box", Key::kBox},
    {"box", Key::kBox},
    {"name", Key::kLabel},
    {"segmentation_mask", Key::kMask},
    {"contour", Key::kPolygon},
    {"box3d", Key::kBox3d},
    {"confidence", Key::kConfidence},
    {"score", Key::kConfidence},
};

Key key_of(std::string_view name) {
  const auto* row = std::ranges::find(kKeys, name, &Named::name);
  return row == std::end(kKeys) ? Key::kOther : row->key;
}

/// An object or array that is open.
struct Frame {
  bool is_object = false;
  /// Of an object: a value is due, of this key.
  bool has_key = false;
  Key key = Key::kOther;
  Detection item;
  bool has_geometry = false;
};

class Reader {
 public:
  Reader(std::string_view text, double width, double height, Detections& found)
      : scanner_(text), width_(width), height_(height), found_(found) {}

  Failure run() {
    while (!scanner_.at_end() && failure_.status == Status::kOk) {
      if (depth_ == 0) {
        skip_prose();
      } else if (top().is_object && !top().has_key) {
        read_key();
      } else {
        read_value();
      }
    }
    return failure_;
  }

 private:
  Frame& top() { return frames_[depth_ - 1]; }

  void fail(Status status) {
    if (failure_.status == Status::kOk) failure_ = {status, scanner_.at()};
  }

  /// This is no JSON: whatever was open is forgotten, and the text goes on as prose from here.
  void give_up() { depth_ = 0; }

  /// False: nothing to go on with. A text that is cut is at its end, so the loop ends by itself.
  bool accept(Scanned scanned) {
    if (scanned == Scanned::kNo) give_up();
    return scanned == Scanned::kYes;
  }

  void open(bool is_object) {
    scanner_.skip();
    if (depth_ == frames_.size()) {
      give_up();
      return;
    }
    frames_[depth_++] = Frame{};
    top().is_object = is_object;
  }

  void skip_prose() {
    const char c = scanner_.peek();
    if (c == '{' || c == '[') {
      open(c == '{');
    } else {
      scanner_.skip();
    }
  }

  void read_key() {
    if (!scanner_.skip_space()) return;
    const char c = scanner_.peek();
    if (c == '}') {
      close();
      return;
    }
    Text name;
    const bool quoted = c == '"' || c == '\'';
    if (!accept(quoted ? scanner_.string(name, true) : Scanned::kNo) || !scanner_.skip_space()) return;
    if (!accept(scanner_.peek() == ':' ? Scanned::kYes : Scanned::kNo)) return;
    scanner_.skip();
    top().has_key = true;
    top().key = key_of(scanner_.slice(name));
  }

  void read_value() {
    if (!scanner_.skip_space()) return;
    Frame& frame = top();
    const char c = scanner_.peek();
    const Key key = frame.is_object ? frame.key : Key::kOther;
    if (c == '[' && takes_numbers(key)) {
      read_geometry(key);
    } else if (c == '{' || c == '[') {
      frame.has_key = false;
      open(c == '{');
    } else if (c == ']' && !frame.is_object) {
      scanner_.skip();
      --depth_;
    } else if (c == '"' || c == '\'' || c == '<') {
      read_text(key);
    } else if (is_digit(c) || c == '-') {
      double number = 0;
      if (!accept(scanner_.number(number))) return;
      if (key == Key::kConfidence) frame.item.confidence = number;
      frame.has_key = false;
    } else if (is_letter(c)) {
      if (accept(scanner_.word())) frame.has_key = false;
    } else {
      give_up();
    }
  }

  static bool takes_numbers(Key key) {
    return key == Key::kBox || key == Key::kPoint || key == Key::kPolygon || key == Key::kMask || key == Key::kBox3d;
  }

  void read_text(Key key) {
    Text string;
    if (!accept(scanner_.peek() == '<' ? scanner_.tokens(string) : scanner_.string(string, false))) return;
    Frame& frame = top();
    frame.has_key = false;
    if (key == Key::kLabel) frame.item.label = string;
    if (key == Key::kMask && string.end > string.begin) {
      frame.item.mask = string;
      frame.has_geometry = true;
    }
  }

  /// Numbers in brackets, however nested. Of a polygon all are kept, of the rest the few that are due.
  void read_geometry(Key key) {
    std::array<double, 9> few{};
    std::size_t count = 0;
    const std::size_t before = found_.corners.size();
    const bool all = key == Key::kPolygon || key == Key::kMask;
    for (int open = 0;;) {
      if (!scanner_.skip_space()) {
        forget(before);
        return;
      }
      const char c = scanner_.peek();
      if (c == '[' || c == ']') {
        scanner_.skip();
        open += c == '[' ? 1 : -1;
        if (open == 0) break;
      } else if (is_digit(c) || c == '-') {
        double number = 0;
        if (scanner_.number(number) != Scanned::kYes) {
          forget(before);
          return;
        }
        if (count < few.size()) few[count] = number;
        ++count;
        if (all && !keep_corner(number)) return;
      } else {
        forget(before);
        give_up();
        return;
      }
    }
    top().has_key = false;
    take(key, few, count, before);
  }

  void forget(std::size_t before) {
    while (found_.corners.size() > before) found_.corners.pop();
  }

  bool keep_corner(double number) {
    if (found_.corners.size() == limits::kMaxCornerNumbers) fail(Status::kTooLarge);
    if (failure_.status == Status::kOk && !found_.corners.push(number)) fail(Status::kOutOfMemory);
    return failure_.status == Status::kOk;
  }

  [[nodiscard]] double horizontal(double value) const { return std::clamp(value, 0.0, kScale) * width_ / kScale; }
  [[nodiscard]] double vertical(double value) const { return std::clamp(value, 0.0, kScale) * height_ / kScale; }

  void take(Key key, const std::array<double, 9>& numbers, std::size_t count, std::size_t before) {
    Detection& item = top().item;
    bool taken = false;
    if (key == Key::kBox && count == 4) {
      const auto [top_side, bottom] = std::minmax({numbers[0], numbers[2]});
      const auto [left, right] = std::minmax({numbers[1], numbers[3]});
      item.has_box = taken = true;
      item.x = horizontal(left);
      item.y = vertical(top_side);
      item.width = horizontal(right) - item.x;
      item.height = vertical(bottom) - item.y;
    } else if (key == Key::kPoint && count == 2) {
      item.has_point = taken = true;
      item.point_y = vertical(numbers[0]);
      item.point_x = horizontal(numbers[1]);
    } else if (key == Key::kBox3d && count == numbers.size()) {
      item.has_box3d = taken = true;
      std::ranges::copy(numbers, item.box3d);
    } else if ((key == Key::kPolygon || key == Key::kMask) && count >= 6 && count % 2 == 0) {
      taken = true;
      item.first_corner = before;
      item.corner_numbers = count;
      for (std::size_t i = before; i < before + count; i += 2) {
        found_.corners[i] = horizontal(found_.corners[i]);
        found_.corners[i + 1] = vertical(found_.corners[i + 1]);
      }
    }
    if (!taken) forget(before);
    top().has_geometry = top().has_geometry || taken;
  }

  void close() {
    scanner_.skip();
    const Frame& frame = top();
    if (frame.has_geometry) {
      if (found_.items.size() == limits::kMaxDetections) fail(Status::kTooLarge);
      if (failure_.status == Status::kOk && !found_.items.push(frame.item)) fail(Status::kOutOfMemory);
    }
    --depth_;
  }

  Scanner scanner_;
  double width_;
  double height_;
  Detections& found_;
  Failure failure_;
  std::array<Frame, limits::kMaxAnswerDepth> frames_;
  std::size_t depth_ = 0;
};

}  // namespace

Failure parse_detections(std::string_view text, double width, double height, Detections& found) {
  found.items.clear();
  found.corners.clear();
  if (text.size() > limits::kMaxAnswerBytes) return {Status::kTooLarge, limits::kMaxAnswerBytes};
  return Reader(text, width, height, found).run();
}

}  // namespace gvw::answers
