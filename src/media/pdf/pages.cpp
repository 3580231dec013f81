#include <algorithm>
#include <cmath>

#include "media/pdf/document.h"

// The page tree: ISO 32000-1, 7.7.3, boxes 14.11.2, UserUnit 14.11.
namespace gvw::pdf {
namespace {

/// What readers take where a page has no box of its own: a letter.
constexpr std::array<double, 4> kLetter{0, 0, 612, 792};
/// Beyond this a side is a mistake: Acrobat's own limit is 14,400 units.
constexpr double kMaxSide = 1e7;

std::array<double, 4> intersection(const std::array<double, 4>& a, const std::array<double, 4>& b) {
  return {std::max(a[0], b[0]), std::max(a[1], b[1]), std::min(a[2], b[2]), std::min(a[3], b[3])};
}

double width(const std::array<double, 4>& box) { return box[2] - box[0]; }
double height(const std::array<double, 4>& box) { return box[3] - box[1]; }

/// A quarter turn clockwise, 0 to 3; what is no multiple of 90 is no turn.
int quarters(double degrees) {
  const double turns = degrees / 90;
  if (!(std::abs(turns) < 1e6) || turns != std::floor(turns)) return 0;
  return static_cast<int>(turns - std::floor(turns / 4) * 4);
}

}  // namespace

/// Corners in any order; false for what encloses nothing, and `box` then stays the one that is inherited.
bool Document::read_box(FileReader& reader, const Value& value, std::array<double, 4>& box) {
  std::array<double, 4> numbers{};
  std::size_t count = 0;
  number_array(reader, value, numbers, count);
  if (count < numbers.size()) return false;
  const std::array<double, 4> read{std::min(numbers[0], numbers[2]), std::min(numbers[1], numbers[3]),
                                   std::max(numbers[0], numbers[2]), std::max(numbers[1], numbers[3])};
  const bool encloses = width(read) > 0 && height(read) > 0 && width(read) < kMaxSide && height(read) < kMaxSide;
  if (encloses) box = read;
  return encloses;
}

Failure Document::walk(FileReader& reader, MediaFacts& facts) {
  while (!nodes_.empty() && !out_of_memory_ && budget_ != 0) {
    finish_walk(facts);
    // A node stays on the stack until all of it has been read.
    const Failure failure = visit(reader, nodes_.back());
    if (!reader.ok()) return {};
    if (failure.status != Status::kOk) return failure;
  }
  if (out_of_memory_ || budget_ == 0) return {};
  if (sizes_.empty() && told_pages_ != 0 && !repaired_) return {Status::kMalformed, 0};
  // Where nodes were lost, readers believe the root's count; elsewhere the pages themselves.
  if (told_pages_ < sizes_.size() || told_pages_ > sizes_.size() + lost_) told_pages_ = sizes_.size();
  finish_walk(facts);
  phase_ = Phase::kDone;
  return {};
}

Failure Document::visit(FileReader& reader, const Node& node) {
  const Node own = node;
  const Value dictionary = object(reader, own.object);
  if (!reader.ok()) return {};
  if (dictionary.type != Type::kDictionary) {
    // A page that is not there: a damaged table, or a page that was never written. Readers count it as an empty one.
    if (!repaired_ && !encrypted_) return {Status::kMalformed, 0};
    if (own.depth == 0) return {Status::kMalformed, 0};
    measure(reader, dictionary, inherited_[own.inherited]);
    nodes_.pop();
    return {};
  }
  Inherited inherited = inherited_[own.inherited];
  Value kids;
  bool is_page = false;
  each_entry(dictionary, [&](const Value& key, const Value& value) {
    if (key.is_name("Kids")) kids = resolved(reader, value);
    if (key.is_name("Type")) is_page = resolved(reader, value).is_name("Page");
    if (key.is_name("MediaBox")) inherited.has_media = read_box(reader, value, inherited.media) || inherited.has_media;
    if (key.is_name("CropBox")) inherited.has_crop = read_box(reader, value, inherited.crop) || inherited.has_crop;
    if (key.is_name("Rotate")) {
      const Value turn = resolved(reader, value);
      if (turn.type == Type::kNumber) inherited.rotate = turn.number;
    }
    return reader.ok();
  });
  if (!reader.ok()) return {};
  if (kids.type == Type::kArray && !is_page) return push_kids(reader, kids, own, inherited);
  measure(reader, dictionary, inherited);
  if (!reader.ok()) return {};
  nodes_.pop();
  return {};
}

Failure Document::push_kids(FileReader& reader, const Value& kids, const Node& parent, const Inherited& inherited) {
  // A node that was met before would be met for ever.
  if (visited_.size() <= parent.object && !visited_.resize(entries_.size())) out_of_memory_ = true;
  if (out_of_memory_) return {};
  if (visited_[parent.object] != 0 || parent.depth == limits::kMaxPdfDepth) {
    ++lost_;
    nodes_.pop();
    return {};
  }
  const std::size_t before = nodes_.size();
  if (!inherited_.push(inherited)) out_of_memory_ = true;
  const auto set = static_cast<std::uint32_t>(inherited_.size() - 1);
  bool too_many = false;
  each_item(kids, [&](const Value& kid) {
    if (kid.type != Type::kReference) return true;
    too_many = nodes_pushed_ + (nodes_.size() - before) >= limits::kMaxPdfNodes;
    if (!too_many && !nodes_.push({kid.object, set, parent.depth + 1})) out_of_memory_ = true;
    return !too_many && !out_of_memory_;
  });
  if (!reader.ok()) {
    while (nodes_.size() > before) nodes_.pop();
    inherited_.pop();
    return {};
  }
  nodes_pushed_ += nodes_.size() - before;
  visited_[parent.object] = 1;
  // The parent makes way, and the first kid comes to the top.
  std::rotate(nodes_.begin() + before - 1, nodes_.begin() + before, nodes_.end());
  nodes_.pop();
  std::reverse(nodes_.begin() + before - 1, nodes_.end());
  return too_many ? Failure{Status::kTooLarge, 0} : Failure{};
}

void Document::measure(FileReader& reader, const Value& page, const Inherited& inherited) {
  double unit = 1;
  each_entry(page, [&](const Value& key, const Value& value) {
    if (!key.is_name("UserUnit")) return true;
    const Value number = resolved(reader, value);
    if (number.type == Type::kNumber && number.number > 0 && number.number < kMaxSide) unit = number.number;
    return false;
  });
  if (!reader.ok()) return;
  const std::array<double, 4> media = inherited.has_media ? inherited.media : kLetter;
  std::array<double, 4> seen = inherited.has_crop ? intersection(inherited.crop, media) : media;
  if (width(seen) <= 0 || height(seen) <= 0) seen = media;
  const PageSize stored{width(seen) * unit, height(seen) * unit};
  const bool sideways = quarters(inherited.rotate) % 2 != 0;
  if (sizes_.empty()) {
    first_stored_ = stored;
    first_rotate_ = inherited.rotate;
  }
  if (!sizes_.push(sideways ? PageSize{stored.height, stored.width} : stored)) out_of_memory_ = true;
}

/// What is known so far, as the answer.
void Document::finish_walk(MediaFacts& facts) {
  constexpr std::array<std::uint8_t, 4> kOrientations{1, 6, 3, 8};
  constexpr std::uint64_t kMostPages = 0x7fffffff;
  // The root's own count is believed only as long as the pages have not been counted.
  const std::uint64_t pages = std::max<std::uint64_t>(sizes_.size(), std::min(told_pages_, kMostPages));
  facts.pages = static_cast<std::uint32_t>(pages);
  facts.frames = facts.pages;
  facts.settled = !sizes_.empty();
  if (sizes_.empty()) return;
  facts.width = first_stored_.width;
  facts.height = first_stored_.height;
  facts.orientation = kOrientations[static_cast<std::size_t>(quarters(first_rotate_))];
}

}  // namespace gvw::pdf
