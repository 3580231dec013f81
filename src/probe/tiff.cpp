#include <algorithm>

#include "base/limits.h"
#include "probe/exif.h"
#include "probe/formats.h"
#include "probe/tiff_directory.h"

// TIFF 6.0 section 2 (structure) and 8 (fields), the BigTIFF design of AWare Systems, TIFF/EP for the metadata tags.
namespace gvw::probing {
namespace {

using tiff::Entry;
using tiff::Tiff;

constexpr std::uint16_t kTagWidth = 256;
constexpr std::uint16_t kTagHeight = 257;
constexpr std::uint16_t kTagBitsPerSample = 258;
constexpr std::uint16_t kTagPhotometric = 262;
constexpr std::uint16_t kTagExtraSamples = 338;
constexpr std::uint16_t kTagXmp = 700;
constexpr std::uint16_t kTagIptc = 33723;
constexpr std::uint16_t kTagExif = 34665;
constexpr std::uint16_t kTagIcc = 34675;

constexpr std::uint64_t kPhotometricMissing = 0xffff;

enum Stage : std::uint8_t { kHeader, kFirstDirectory, kDirectory, kNextOffset, kDone };

/// What the first directory says and the facts have no place for as it is.
struct Fields {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
  std::uint64_t photometric = kPhotometricMissing;
  std::uint64_t gps_directory = 0;
  /// Each may stand in another place of the file; of several only the first is followed.
  bool bits_known = false;
  bool extra_known = false;
};

ColorModel color_model(std::uint64_t photometric, bool alpha) {
  switch (photometric) {
    case 0:
    case 1:
      return alpha ? ColorModel::kGrayAlpha : ColorModel::kGray;
    case 2:
      return alpha ? ColorModel::kRgba : ColorModel::kRgb;
    case 3:
      return ColorModel::kPalette;
    case 5:
      return ColorModel::kCmyk;
    case 6:
      return ColorModel::kYcbcr;
    default:
      return ColorModel::kUnknown;
  }
}

/// The first of some SHORTs, which stand elsewhere when they are too many for the entry (RGB has three).
std::uint64_t first_short(const Tiff& tiff, const Entry& entry) {
  const std::uint64_t room = tiff.big ? 4 : 2;
  if (entry.type(tiff) != tiff::kTypeShort || entry.count(tiff) <= room) return tiff::whole_number(tiff, entry);
  const std::uint64_t at = tiff.word(entry.value_at(tiff));
  return tiff.holds(at, 2) ? tiff.number<std::uint16_t>(at) : 0;
}

void read_entry(const Tiff& tiff, const Entry& entry, Fields& fields, ImageFacts& facts) {
  switch (entry.tag) {
    case kTagWidth:
      fields.width = tiff::whole_number(tiff, entry);
      break;
    case kTagHeight:
      fields.height = tiff::whole_number(tiff, entry);
      break;
    case kTagBitsPerSample:
      if (fields.bits_known) break;
      fields.bits_known = true;
      facts.bit_depth = static_cast<std::uint8_t>(std::min<std::uint64_t>(first_short(tiff, entry), 255));
      break;
    case kTagPhotometric:
      fields.photometric = tiff::whole_number(tiff, entry);
      break;
    case tiff::kTagOrientation: {
      const std::uint64_t value = tiff::whole_number(tiff, entry);
      if (value >= 1 && value <= 8) facts.orientation = static_cast<std::uint8_t>(value);
      break;
    }
    case kTagExtraSamples: {
      if (fields.extra_known) break;
      fields.extra_known = true;
      const std::uint64_t meaning = first_short(tiff, entry);
      facts.has_alpha = meaning == 1 || meaning == 2;
      break;
    }
    case kTagXmp:
      facts.xmp = true;
      break;
    case kTagIptc:
      facts.iptc = true;
      break;
    case kTagIcc:
      facts.icc = true;
      break;
    case kTagExif:
      facts.exif = true;
      break;
    case tiff::kTagGpsDirectory:
      fields.gps_directory = tiff.word(entry.value_at(tiff));
      break;
    default:
      break;
  }
}

Failure read_first_directory(const Tiff& tiff, ProbeState& state) {
  const FileReader& reader = tiff.bytes.reader();
  ImageFacts facts = state.facts;
  facts.bit_depth = 1;  // the default of BitsPerSample
  Fields fields;
  const std::uint64_t directory = tiff.word(tiff.big ? 8 : 4);
  if (!reader.ok()) return {};
  if (!tiff.holds(directory, 2)) return {Status::kTruncated, directory};
  const std::uint64_t next_at =
      tiff::for_each_entry(tiff, directory, [&](const Entry& entry) { read_entry(tiff, entry, fields, facts); });
  if (fields.gps_directory != 0) facts.gps = has_coordinates(tiff, fields.gps_directory);
  const std::uint64_t next = next_at != 0 && tiff.holds(next_at, tiff.big ? 8 : 4) ? tiff.word(next_at) : 0;
  if (!reader.ok()) return {};
  constexpr std::uint64_t kMaxSide = 0xffffffff;
  if (fields.width == 0 || fields.height == 0 || fields.width > kMaxSide || fields.height > kMaxSide) {
    return {Status::kMalformed, directory};
  }
  facts.width = static_cast<std::uint32_t>(fields.width);
  facts.height = static_cast<std::uint32_t>(fields.height);
  facts.color_model = color_model(fields.photometric, facts.has_alpha);
  state.facts = facts;
  state.sized = true;
  state.stage = next == 0 ? kDone : kDirectory;
  state.tiff.remembered = directory;
  state.tiff.cursor = next;
  state.tiff.until_next = 1;
  return {};
}

/// Reads how many entries the directory has, which tells where the offset of the next one stands.
void read_entry_count(const Tiff& tiff, ProbeState& state) {
  TiffState& chain = state.tiff;
  const std::uint64_t count_bytes = tiff.big ? 8 : 2;
  const std::uint64_t entry_bytes = tiff.big ? 20 : 12;
  state.stage = kDone;
  if (chain.cursor == 0) return;
  // A chain that closes to a ring (Brent's check finds it) has no number of pages.
  if (chain.cursor == chain.remembered) state.facts.frames = 1;
  if (chain.cursor == chain.remembered || state.facts.frames == limits::kMaxTiffDirectories) {
    state.facts.partial = true;
    return;
  }
  if (!tiff.holds(chain.cursor, count_bytes)) return;
  const std::uint64_t count =
      tiff.big ? tiff.number<std::uint64_t>(chain.cursor) : tiff.number<std::uint16_t>(chain.cursor);
  if (tiff.bytes.reader().ok() && count > tiff.bytes.length() / entry_bytes) return;
  state.stage = kDirectory;
  if (!tiff.bytes.reader().ok()) return;
  if (--chain.until_next == 0) {
    chain.remembered = chain.cursor;
    chain.until_next = state.facts.frames * 2;
  }
  chain.cursor += count_bytes + count * entry_bytes;
  state.stage = kNextOffset;
}

void read_next_offset(const Tiff& tiff, ProbeState& state) {
  const bool whole = tiff.holds(state.tiff.cursor, tiff.big ? 8 : 4);
  const std::uint64_t next = whole ? tiff.word(state.tiff.cursor) : 0;
  if (!tiff.bytes.reader().ok()) return;
  if (whole) ++state.facts.frames;
  state.tiff.cursor = next;
  state.stage = whole ? kDirectory : kDone;
}

Failure read_header(FileReader& reader, ProbeState& state) {
  const bool little = reader.u8(0) == 'I';
  state.tiff.endian = little ? Endian::kLittle : Endian::kBig;
  state.tiff.big = reader.u8(little ? 2 : 3) == '+';
  if (!reader.ok()) return {};
  if (reader.file_size() < (state.tiff.big ? 16U : 8U)) return {Status::kTruncated, 4};
  state.stage = kFirstDirectory;
  return {};
}

}  // namespace

Match recognise_tiff(FileReader& reader, Word<Format>& format) {
  constexpr std::string_view kSignatures[] = {{"II*\0", 4}, {"MM\0*", 4}, {"II+\0", 4}, {"MM\0+", 4}};
  Match best = Match::kNo;
  for (const std::string_view signature : kSignatures) {
    const Match match = match_literal(reader, 0, signature);
    if (match == Match::kYes) format = Format::kTiff;
    if (match != Match::kNo) best = match;
    if (match == Match::kYes || !reader.ok()) break;
  }
  return best;
}

Failure probe_tiff(FileReader& reader, ProbeState& state) {
  Failure failure;
  if (state.stage == kHeader) failure = read_header(reader, state);
  const Extent whole{0, reader.file_size()};
  const Pieces pieces(reader, {&whole, 1});
  const Tiff tiff{pieces, 0, state.tiff.endian, state.tiff.big};
  if (state.stage == kFirstDirectory) failure = read_first_directory(tiff, state);
  while (reader.ok() && failure.status == Status::kOk && state.stage != kDone) {
    // Of what has been read nothing is looked at again, wherever the next directory stands.
    state.position = reader.file_size();
    state.stage == kDirectory ? read_entry_count(tiff, state) : read_next_offset(tiff, state);
  }
  return failure;
}

}  // namespace gvw::probing
