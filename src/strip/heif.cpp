#include "strip/heif.h"

#include <algorithm>

#include "base/limits.h"
#include "strip/containers.h"

// ISO/IEC 14496-12: 4 (boxes), 8.1 (free, mdat), 8.11 (meta); ISO/IEC 23008-12.
namespace gvw::stripping {
namespace {

using heif::Canvas;
using isobmff::Box;

enum class Role : std::uint8_t { kStructure, kData, kDropped };

struct TopBox {
  Box box;
  Role role = Role::kDropped;
};

class HeifStrip {
 public:
  HeifStrip(FileReader& reader, Rewrite& out, const StripOptions& options)
      : reader_(reader), out_(out), keep_gain_map_(options.keep_gain_map) {}

  Failure run();

 private:
  Failure read_boxes();
  Failure add_box(const Box& box);
  Failure collect_kept();
  Failure check_place(const Range& range);
  Failure check_removed();
  Failure rewrite(Canvas& canvas);
  void blank(Canvas& canvas);
  void cut();
  bool holds_kept(const Box& box);
  RemovedKind kind_of(const Box& box);

  FileReader& reader_;
  Rewrite& out_;
  bool keep_gain_map_;
  List<TopBox> boxes_;
  /// Where the last box ends; what follows is none.
  std::uint64_t end_ = 0;
  bool has_meta_ = false;
  /// Samples of tracks lie in mdat too: what no item lays claim to is not free for the taking.
  bool has_movie_ = false;
  ItemTable table_;
  /// Of the items that stay: sorted, none overlapping.
  List<Range> kept_;
};

/// What a `meta` box of the file is: the picture's, if its handler says so; somebody's, to be dropped, if it names no
/// primary item; else damaged.
Failure recognise_meta(FileReader& reader, const Box& meta, bool& pictures) {
  constexpr std::uint64_t kVersionBytes = 4;
  constexpr std::uint64_t kHandlerTypeAt = 8;
  pictures = false;
  bool primary = false;
  if (meta.end - meta.body < kVersionBytes) return {};
  // Where the box is of another make, what does not look like boxes is dropped with it.
  static_cast<void>(for_each_box(reader, meta.body + kVersionBytes, meta.end, [&](const Box& box) {
    if (box.type == four_cc("hdlr") && box.end - box.body >= kHandlerTypeAt + 4) {
      pictures = reader.u32(box.body + kHandlerTypeAt, Endian::kBig) == four_cc("pict");
    }
    primary = primary || box.type == four_cc("pitm");
    return Failure{};
  }));
  return primary && !pictures ? Failure{Status::kMalformed, meta.start} : Failure{};
}

Failure HeifStrip::add_box(const Box& box) {
  TopBox top{box, Role::kDropped};
  switch (box.type) {
    case four_cc("meta"): {
      bool pictures = false;
      const Failure failure = recognise_meta(reader_, box, pictures);
      if (failure.status != Status::kOk) return failure;
      if (!pictures) break;
      if (has_meta_) return {Status::kMalformed, box.start};
      has_meta_ = true;
      table_.boxes.meta = box;
      top.role = Role::kStructure;
      break;
    }
    case four_cc("moov"):
    case four_cc("moof"):
      has_movie_ = true;
      top.role = Role::kStructure;
      break;
    case four_cc("mini"):
      // Everything in one box of bits (ISO/IEC 23008-12 Amendment 3): another format in all but the name.
      return {Status::kUnsupported, box.start};
    case four_cc("ftyp"):
    case four_cc("styp"):
    case four_cc("sidx"):
    case four_cc("ssix"):
    case four_cc("mfra"):
    case four_cc("pdin"):
      top.role = Role::kStructure;
      break;
    case four_cc("mdat"):
      top.role = Role::kData;
      break;
    default:
      break;
  }
  if (boxes_.size() == limits::kMaxHeifBoxes) return {Status::kTooLarge, box.start};
  boxes_.append(top);
  return {};
}

/// Once the picture's own boxes have been seen, what is no box or the beginning of another file (a video behind the
/// picture) is a trailer.
Failure HeifStrip::read_boxes() {
  constexpr std::uint64_t kHeaderBytes = 8;
  while (end_ < reader_.file_size()) {
    const bool complete = has_meta_ || has_movie_;
    if (complete && reader_.file_size() - end_ < kHeaderBytes) break;
    Box box;
    Failure failure = isobmff::read_box(reader_, end_, isobmff::kTopLevel, box);
    if (!reader_.ok()) return {};
    if (end_ == 0 && box.type != four_cc("ftyp")) return {Status::kMalformed, 0};
    if (end_ != 0 && box.type == four_cc("ftyp")) {
      // Of two files in a row a reader that looks for a picture would take the second's.
      if (!has_meta_) return {Status::kMalformed, end_};
      break;
    }
    if (failure.status != Status::kOk) {
      if (complete) break;
      return failure;
    }
    if (box.end > reader_.file_size()) {
      const bool vital = box.type == four_cc("mdat") || box.type == four_cc("moov") || box.type == four_cc("meta");
      if (complete && !vital) break;
      return {Status::kTruncated, end_};
    }
    failure = add_box(box);
    if (!reader_.ok() || failure.status != Status::kOk) return failure;
    end_ = box.end;
  }
  if (!has_meta_ && !has_movie_) return {Status::kMalformed, end_};
  return boxes_.ok() ? Failure{} : Failure{Status::kOutOfMemory, 0};
}

/// An item's bytes lie in one box, and not where the file's own structure is.
Failure HeifStrip::check_place(const Range& range) {
  const auto behind =
      std::ranges::upper_bound(boxes_.span(), range.from, {}, [](const TopBox& top) { return top.box.start; });
  const TopBox& top = *std::prev(behind);  // the first one starts at 0
  const bool is_meta = has_meta_ && top.box.start == table_.boxes.meta.start;
  const Box& place = is_meta ? table_.boxes.idat : top.box;
  const bool sound =
      (is_meta ? place.type != 0 : top.role != Role::kStructure) && range.from >= place.body && range.to <= place.end;
  return sound ? Failure{} : Failure{Status::kMalformed, range.from};
}

Failure HeifStrip::collect_kept() {
  List<Range> all;
  for (const Item& item : table_.items.span()) {
    for (const Range& range : table_.ranges.span().subspan(item.first_range, item.ranges)) {
      const Failure failure = check_place(range);
      if (failure.status != Status::kOk) return failure;
      if (item.kept && range.from < range.to) all.append(range);
    }
  }
  std::ranges::sort(all.span(), {}, &Range::from);
  for (const Range& range : all.span()) {
    if (kept_.size() != 0 && range.from <= kept_[kept_.size() - 1].to) {
      Range& last = kept_[kept_.size() - 1];
      last.to = std::max(last.to, range.to);
    } else {
      kept_.append(range);
    }
  }
  return all.ok() && kept_.ok() ? Failure{} : Failure{Status::kOutOfMemory, 0};
}

/// Metadata that shares bytes with what stays cannot be removed without harm: such a file is refused. Pictures that go
/// may share theirs (a thumbnail can be the base layer of its picture).
Failure HeifStrip::check_removed() {
  for (const Item& item : table_.items.span()) {
    if (item.kept) continue;
    out_.removed(item.kind);
    if (item.picture) continue;
    for (const Range& range : table_.ranges.span().subspan(item.first_range, item.ranges)) {
      const auto next = std::ranges::lower_bound(kept_.span(), range.from, std::less_equal<>{}, &Range::to);
      if (next != kept_.span().end() && next->from < range.to) return {Status::kMalformed, range.from};
    }
  }
  return {};
}

RemovedKind HeifStrip::kind_of(const Box& box) {
  constexpr std::uint64_t kExtendedTypeBytes = 16;
  switch (box.type) {
    case four_cc("uuid"):
      if (reader_.matches(box.body - kExtendedTypeBytes,
                          "\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac")) {
        return RemovedKind::kXmp;
      }
      if (reader_.matches(box.body - kExtendedTypeBytes,
                          "\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81")) {
        return RemovedKind::kC2pa;
      }
      return RemovedKind::kOther;
    case four_cc("jumb"):
      return RemovedKind::kC2pa;
    case four_cc("mpvd"):  // a motion photo's video
    case four_cc("sefd"):  // Samsung's trailer as a box
      return RemovedKind::kTrailer;
    default:
      return RemovedKind::kOther;
  }
}

bool HeifStrip::holds_kept(const Box& box) {
  const auto next = std::ranges::lower_bound(kept_.span(), box.body, std::less_equal<>{}, &Range::to);
  return next != kept_.span().end() && next->from < box.end;
}

void HeifStrip::blank(Canvas& canvas) {
  for (const Item& item : table_.items.span()) {
    if (item.kept) continue;
    for (const Range& range : table_.ranges.span().subspan(item.first_range, item.ranges))
      canvas.blank(range, item.kind);
  }
  const Box& idat = table_.boxes.idat;
  if (idat.type != 0) canvas.blank({idat.body, idat.end}, RemovedKind::kOther);
  for (const TopBox& top : boxes_.span()) {
    if (top.role == Role::kDropped) canvas.free_box(top.box, kind_of(top.box));
    // What another tool has taken out of the lists only is still there.
    if (top.role == Role::kData && !has_movie_) canvas.blank({top.box.body, top.box.end}, RemovedKind::kOther);
  }
}

/// Boxes that are free now need not stay at the end of the file: nothing lies behind them.
void HeifStrip::cut() {
  std::size_t count = boxes_.size();
  while (count > 1 && boxes_[count - 1].role == Role::kDropped && !holds_kept(boxes_[count - 1].box)) --count;
  if (end_ < reader_.file_size()) out_.removed(RemovedKind::kTrailer);
  out_.cut(boxes_[count - 1].box.end);
}

Failure HeifStrip::rewrite(Canvas& canvas) {
  Failure failure;
  if (has_meta_) failure = heif::rewrite_meta(reader_, table_, canvas);
  for (const TopBox& top : boxes_.span()) {
    if (!reader_.ok() || failure.status != Status::kOk) return failure;
    if (top.box.type == four_cc("moov")) failure = heif::rewrite_movie(reader_, top.box, canvas);
  }
  return failure;
}

Failure HeifStrip::run() {
  Failure failure = read_boxes();
  if (!reader_.ok() || failure.status != Status::kOk) return failure;
  if (has_meta_) {
    const Box meta = table_.boxes.meta;
    failure = read_items(reader_, meta, table_);
    if (!reader_.ok() || failure.status != Status::kOk) return failure;
    failure = heif::choose(reader_, table_, keep_gain_map_);
    if (!reader_.ok() || failure.status != Status::kOk) return failure;
    // Only a sequence may do without a picture of its own, and then it names none.
    const bool pictureless = has_movie_ && table_.boxes.pitm.type == 0;
    if (!pictureless && !table_.keeps(table_.primary)) return {Status::kMalformed, meta.start};
    out_.kept_gain_map({keep_gain_map_ && heif::keeps_gain_map(table_), 0, 0});
  }
  failure = collect_kept();
  if (failure.status == Status::kOk) failure = check_removed();
  if (failure.status != Status::kOk) return failure;

  const std::span<std::uint8_t> bytes = out_.whole();
  if (bytes.empty()) return {Status::kOutOfMemory, 0};
  Canvas canvas(out_, bytes, kept_.span());
  failure = rewrite(canvas);
  if (!reader_.ok() || failure.status != Status::kOk) return failure;
  blank(canvas);
  cut();
  return {};
}

}  // namespace

Failure strip_heif(FileReader& reader, Rewrite& out, const StripOptions& options) {
  return HeifStrip(reader, out, options).run();
}

}  // namespace gvw::stripping
