#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/buffer.h"
#include "base/growing_array.h"
#include "base/limits.h"
#include "media/facts.h"
#include "media/pdf/lexer.h"

namespace gvw::pdf {

/// Where an object is (ISO 32000-1, 7.5.4, 7.5.8.3).
struct Entry {
  enum class Kind : std::uint8_t { kUnknown, kFree, kInFile, kInStream };
  /// In the file; of one in a stream, its place among the stream's objects.
  std::uint64_t at = 0;
  /// The object stream's number.
  std::uint32_t stream = 0;
  Kind kind = Kind::kUnknown;
};

/// Parameters of a predictor (7.4.4.3).
struct Predictor {
  std::uint64_t kind = 1;
  std::uint64_t colors = 1;
  std::uint64_t bits = 8;
  std::uint64_t columns = 1;
};

struct Filters {
  bool is_flate = false;
  bool is_other = false;
  std::uint64_t length = 0;
  Predictor predictor;
};

struct Stream {
  Value dictionary;
  /// Where its bytes begin in the file.
  std::uint64_t data = 0;
};

/// The pages of a PDF, found window by window: ISO 32000-1, 7.5 (file structure), 7.7.3 (page tree).
///
/// Goes on where it was when a window was missing. Whatever it has read stays true, so a call that broke off is simply
/// made again; objects are looked up once they are wanted and never kept, only where they are.
class Document {
 public:
  void clear() { *this = Document{}; }
  /// Counts and measures the pages. Failures are the document's; missing windows are found in the reader.
  Failure read(FileReader& reader, MediaFacts& facts);
  [[nodiscard]] std::span<const PageSize> page_sizes() const { return sizes_.span(); }

 private:
  enum class Phase : std::uint8_t { kTail, kSections, kRoot, kWalk, kScan, kSort, kDone };

  /// What a page takes from the nodes above it (7.7.3.4).
  struct Inherited {
    std::array<double, 4> media{};
    std::array<double, 4> crop{};
    bool has_media = false;
    bool has_crop = false;
    double rotate = 0;
  };
  struct Node {
    std::uint32_t object = 0;
    std::uint32_t inherited = 0;
    std::uint32_t depth = 0;
  };
  struct Inflated {
    std::uint32_t object = 0;
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    std::uint64_t used = 0;
    Buffer bytes;
  };
  /// How far a cross-reference table has been read.
  struct Table {
    std::uint64_t at = 0;
    std::uint64_t next = 0;
    std::uint64_t left = 0;
  };

  // document.cpp
  Failure step(FileReader& reader, MediaFacts& facts);
  Failure repair_or(Failure failure);
  [[nodiscard]] Input file(FileReader& reader) { return {&reader, {}, &budget_}; }
  Failure find_start(FileReader& reader);
  Failure find_root(FileReader& reader);
  void note_trailer(const Value& trailer);

  // xref.cpp
  Failure read_sections(FileReader& reader);
  Failure read_table(FileReader& reader);
  Failure read_stream_section(FileReader& reader, std::uint64_t at);
  std::size_t read_rows(std::span<const std::uint8_t> bytes, const std::array<std::uint64_t, 3>& widths,
                        std::uint64_t first, std::uint64_t count);
  Failure read_entries(const Value& dictionary, std::span<const std::uint8_t> bytes);
  Failure queue_section(std::uint64_t at);
  Failure end_section(const Value& trailer);
  bool note(std::uint64_t object, const Entry& entry, bool replace = false);

  // objects.cpp
  /// The object's value; kNone when there is none, or a window is missing.
  Value object(FileReader& reader, std::uint32_t number, int references = limits::kMaxPdfReferences);
  /// A value that is no reference any more.
  Value resolved(FileReader& reader, const Value& value, int references = limits::kMaxPdfReferences);
  Value in_file(FileReader& reader, std::uint64_t at, std::uint32_t number);
  Value in_stream(FileReader& reader, const Entry& entry, std::uint32_t number, int references);
  Inflated* object_stream(FileReader& reader, std::uint32_t number, int references);
  bool find_data(FileReader& reader, Stream& stream);
  void read_filters(FileReader& reader, const Stream& stream, int references, Filters& filters);
  Status inflated(FileReader& reader, const Stream& stream, int references, Buffer& output);
  void number_array(FileReader& reader, const Value& value, std::span<double> numbers, std::size_t& count);

  // pages.cpp
  Failure walk(FileReader& reader, MediaFacts& facts);
  Failure visit(FileReader& reader, const Node& node);
  Failure push_kids(FileReader& reader, const Value& kids, const Node& parent, const Inherited& inherited);
  void measure(FileReader& reader, const Value& page, const Inherited& inherited);
  bool read_box(FileReader& reader, const Value& value, std::array<double, 4>& box);
  void finish_walk(MediaFacts& facts);

  // repair.cpp
  Failure scan(FileReader& reader);
  void scan_piece(std::span<const std::uint8_t> piece, std::uint64_t at);
  void note_found(std::span<const std::uint8_t> piece, std::size_t keyword, std::uint64_t at);
  Failure sort(FileReader& reader);
  Failure sort_object(FileReader& reader, std::uint32_t number);

  Phase phase_ = Phase::kTail;
  std::uint64_t budget_ = limits::kMaxPdfLexedBytes;
  std::size_t inflated_total_ = 0;
  /// Bytes in front of the header, which offsets do not count.
  std::uint64_t base_ = 0;
  bool has_start_ = false;
  bool repaired_ = false;
  bool encrypted_ = false;
  bool out_of_memory_ = false;

  GrowingArray<Entry> entries_;
  GrowingArray<std::uint64_t> sections_;
  std::size_t sections_done_ = 0;
  Table table_;
  std::uint32_t root_ = 0;

  GrowingArray<Node> nodes_;
  GrowingArray<Inherited> inherited_;
  GrowingArray<std::uint8_t> visited_;
  std::size_t nodes_pushed_ = 0;
  std::uint64_t told_pages_ = 0;
  /// Nodes that lead nowhere: back to where they came from, or too deep.
  std::uint64_t lost_ = 0;
  GrowingArray<PageSize> sizes_;
  /// The first page's as stored.
  PageSize first_stored_;
  double first_rotate_ = 0;

  std::uint64_t scanned_ = 0;
  std::uint32_t sorted_ = 0;
  GrowingArray<std::uint64_t> trailers_;
  std::size_t trailers_done_ = 0;
  std::uint32_t catalog_ = 0;

  std::array<Inflated, limits::kPdfStreamSlots> streams_;
  std::uint64_t uses_ = 0;
};

}  // namespace gvw::pdf
