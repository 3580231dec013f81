#include "answers/detections.h"

#include <algorithm>
#include <array>
#include <utility>

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

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

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
      : text_(text), width_(width), height_(height), found_(found) {}

  Failure run() {
    while (at_ < text_.size() && failure_.status == Status::kOk) {
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
    if (failure_.status == Status::kOk) failure_ = {status, at_};
  }

  /// This is no JSON: whatever was open is forgotten, and the text goes on as prose from here.
  void give_up() { depth_ = 0; }
  /// Something is not complete, so the text has ended.
  void end() { at_ = text_.size(); }

  void open(bool is_object) {
    ++at_;
    if (depth_ == frames_.size()) return give_up();
    frames_[depth_++] = Frame{};
    top().is_object = is_object;
  }

  void skip_prose() {
    const char c = text_[at_];
    if (c == '{' || c == '[') {
      open(c == '{');
    } else {
      ++at_;
    }
  }

  /// White space, and commas wherever they stand: models forget them and write too many.
  bool skip_space() {
    while (at_ < text_.size() && (is_space(text_[at_]) || text_[at_] == ',')) ++at_;
    return at_ < text_.size();
  }

  void read_key() {
    if (!skip_space()) return;
    const char c = text_[at_];
    if (c == '}') return close();
    if (c != '"' && c != '\'') return give_up();
    const std::size_t begin = at_;
    Text name;
    if (!read_string(name, true)) return;
    if (!skip_space()) return;
    if (text_[at_] != ':') {
      at_ = std::max(at_, begin + 1);
      return give_up();
    }
    ++at_;
    top().has_key = true;
    top().key = key_of(text_.substr(name.begin, name.end - name.begin));
  }

  /// False: it does not end, or cannot be one. A key, or a string in single quotes, which may be an apostrophe, stays
  /// on its line.
  bool read_string(Text& string, bool one_line) {
    const char quote = text_[at_];
    string.begin = ++at_;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == quote) {
        string.end = at_++;
        return true;
      }
      if (c == '\\') ++at_;
      if (c == '\n' && (one_line || quote == '\'')) {
        give_up();
        return false;
      }
    }
    end();
    return false;
  }

  void read_value() {
    if (!skip_space()) return;
    Frame& frame = top();
    const char c = text_[at_];
    const Key key = frame.is_object ? frame.key : Key::kOther;
    if (c == '[' && takes_numbers(key)) {
      read_geometry(key);
    } else if (c == '{' || c == '[') {
      frame.has_key = false;
      open(c == '{');
    } else if (c == ']' && !frame.is_object) {
      ++at_;
      --depth_;
    } else if (c == '"' || c == '\'') {
      read_text(key);
    } else if (is_digit(c) || c == '-') {
      double number = 0;
      if (!read_number(number)) return;
      if (key == Key::kConfidence) frame.item.confidence = number;
      frame.has_key = false;
    } else if (is_letter(c)) {
      read_word();
    } else {
      give_up();
    }
  }

  static bool takes_numbers(Key key) {
    return key == Key::kBox || key == Key::kPoint || key == Key::kPolygon || key == Key::kMask || key == Key::kBox3d;
  }

  void read_text(Key key) {
    Text string;
    if (!read_string(string, false)) return;
    Frame& frame = top();
    frame.has_key = false;
    if (key == Key::kLabel) frame.item.label = string;
    if (key == Key::kMask && string.end > string.begin) {
      frame.item.mask = string;
      frame.has_geometry = true;
    }
  }

  void read_word() {
    constexpr std::array<std::string_view, 6> kWords{"true", "false", "null", "True", "False", "None"};
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
    if (at_ == text_.size()) return;
    if (std::ranges::find(kWords, text_.substr(begin, at_ - begin)) == kWords.end()) return give_up();
    top().has_key = false;
  }

  /// False: the text ends before something that is no part of a number does.
  bool read_number(double& number) {
    const bool negative = text_[at_] == '-';
    if (negative) ++at_;
    double scale = 0;
    int exponent = 0;
    number = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (is_digit(c)) {
        number = scale == 0 ? number * 10 + (c - '0') : number + scale * (c - '0');
        scale /= 10;
      } else if (c == '.' && scale == 0) {
        scale = 0.1;
      } else if (c == 'e' || c == 'E') {
        exponent = read_exponent();
        break;
      } else {
        break;
      }
    }
    for (; exponent > 0; --exponent) number *= 10;
    for (; exponent < 0; ++exponent) number /= 10;
    constexpr double kMost = 1e9;  // and not infinite
    number = std::min(number, kMost);
    if (negative) number = -number;
    return at_ < text_.size();
  }

  int read_exponent() {
    constexpr int kMost = 400;
    ++at_;
    const bool negative = at_ < text_.size() && text_[at_] == '-';
    if (at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '+')) ++at_;
    int exponent = 0;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_)
      exponent = std::min(exponent * 10 + (text_[at_] - '0'), kMost);
    return negative ? -exponent : exponent;
  }

  /// Numbers in brackets, however nested. Of a polygon all are kept, of the rest the few that are due.
  void read_geometry(Key key) {
    std::array<double, 9> few{};
    std::size_t count = 0;
    const std::size_t before = found_.corners.size();
    const bool all = key == Key::kPolygon || key == Key::kMask;
    for (int open = 0;;) {
      if (!skip_space()) return forget(before);
      const char c = text_[at_];
      if (c == '[' || c == ']') {
        ++at_;
        open += c == '[' ? 1 : -1;
        if (open == 0) break;
      } else if (is_digit(c) || c == '-') {
        double number = 0;
        if (!read_number(number)) return forget(before);
        if (count < few.size()) few[count] = number;
        ++count;
        if (all && !keep_corner(number)) return;
      } else {
        forget(before);
        return give_up();
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

  double horizontal(double value) const { return std::clamp(value, 0.0, kScale) * width_ / kScale; }
  double vertical(double value) const { return std::clamp(value, 0.0, kScale) * height_ / kScale; }

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
    ++at_;
    const Frame& frame = top();
    if (frame.has_geometry) {
      if (found_.items.size() == limits::kMaxDetections) return fail(Status::kTooLarge);
      if (!found_.items.push(frame.item)) return fail(Status::kOutOfMemory);
    }
    --depth_;
  }

  std::string_view text_;
  double width_;
  double height_;
  Detections& found_;
  std::size_t at_ = 0;
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
