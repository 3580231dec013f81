// The coefficients of a transform block (ITU-T H.265, 7.3.8.11), in place of libde265's residual_coding(), which is
// asked where an extension of range is in use or the stream is broken. Here the arithmetic decoder stays in registers
// for the whole block, and signs and levels are read many bits at a time.
#include <libde265/decctx.h>
#include <libde265/intrapred.h>
#include <libde265/scan.h>
#include <libde265/slice.h>

#include <algorithm>

#include "heif/bins.h"
#include "heif/residual_choice.h"
#include "heif/residual_places.h"

static_assert(sizeof(context_model) == sizeof(gvw::BinContext));

namespace {

using gvw::BinContext;
using gvw::BinReader;
using gvw::kPlaces;
using gvw::kSubBlockSize;

/// Of a sub-block's coefficients, as many may have a flag of being greater than one.
constexpr int kGreaterFlags = 8;
constexpr int kSubBlocksAcross = 8;

/// What stays the same for all of a block.
struct Block {
  BinContext* contexts;
  int log2_size;
  bool luma;
  int scan;
  bool hides_signs;
  std::int16_t* levels;
  std::int16_t* positions;
};

/// The coefficients of a sub-block that are not zero, in the order they are read.
struct SubBlock {
  int count = 0;
  std::uint8_t place[kSubBlockSize + 1];
};

[[gnu::always_inline]] inline int read_prefix(BinReader& reader, const Block& block, int first_context) {
  const int log2 = block.log2_size;
  const int offset = block.luma ? 3 * (log2 - 2) + ((log2 - 1) >> 2) : 15;
  const int shift = block.luma ? (log2 + 1) >> 2 : log2 - 2;
  BinContext* const contexts = block.contexts + first_context + offset;
  const int most = 2 * log2 - 1;
  int value = 0;
  while (value < most && reader.bit(contexts[value >> shift]) != 0) ++value;
  return value;
}

[[gnu::always_inline]] inline int read_last(BinReader& reader, int prefix) {
  if (prefix <= 3) return prefix;
  const int count = (prefix >> 1) - 1;
  return ((2 + (prefix & 1)) << count) + static_cast<int>(reader.bits(count));
}

/// `from` is the first place whose flag is coded; `inferred` where the last flag need not be, if all others are zero.
[[gnu::always_inline]] inline void read_significance(BinReader& reader, BinContext* contexts, BinContext& dc_context,
                                                     const std::uint8_t* context_of, int from, bool inferred,
                                                     SubBlock& sub) {
  const int before = sub.count;
  int count = before;
  for (int n = from; n > 0; --n) {
    sub.place[count] = static_cast<std::uint8_t>(n);
    count += static_cast<int>(reader.bit(contexts[context_of[n]]));
  }
  if (from >= 0) {
    sub.place[count] = 0;
    if (inferred && count == before) {
      ++count;
    } else {
      count += static_cast<int>(reader.bit(dc_context));
    }
  }
  sub.count = count;
}

/// coeff_abs_level_remaining of 9.3.3.11.
[[gnu::always_inline]] inline int read_remaining(BinReader& reader, int rice) {
  constexpr int kShortPrefix = 3;
  constexpr int kMostPrefix = 18;
  const std::uint32_t peeked = reader.peek();
  const int prefix = std::countl_one(peeked << 16);
  if (prefix <= kShortPrefix) {
    const std::uint32_t code = reader.take(peeked, prefix + 1 + rice);
    return (prefix << rice) + static_cast<int>(code & ((1U << rice) - 1));
  }
  int ones = std::min(prefix, BinReader::kMostBits);
  if (ones < BinReader::kMostBits) {
    reader.take(peeked, ones + 1);
  } else {
    reader.take(peeked, ones);
    while (reader.bits(1) != 0) {
      if (++ones > kMostPrefix) return 0;
    }
  }
  int rest = ones - kShortPrefix + rice;
  std::uint32_t code = 0;
  if (rest > BinReader::kMostBits) {
    code = reader.bits(BinReader::kMostBits);
    rest -= BinReader::kMostBits;
  }
  code = code << rest | reader.bits(rest);
  return static_cast<int>((((1U << (ones - kShortPrefix)) + kShortPrefix - 1) << rice) + code);
}

struct Greater {
  /// For each of the first eight coefficients, from the lowest bit, whether it is greater than one.
  unsigned flags = 0;
  /// Which of them has a flag of being greater than two, if any, and that flag.
  int asked = -1;
  unsigned two = 0;
};

/// `c1` is that of the standard's model: zero once a flag was set.
[[gnu::always_inline]] inline Greater read_greater(BinReader& reader, const Block& block, int count, int set, int& c1) {
  BinContext* const contexts =
      block.contexts + CONTEXT_MODEL_COEFF_ABS_LEVEL_GREATER1_FLAG + (block.luma ? 0 : 16) + std::ptrdiff_t{4} * set;
  Greater greater;
  c1 = 1;
  const int most = std::min(count, kGreaterFlags);
  for (int i = 0; i < most; ++i) {
    const unsigned flag = reader.bit(contexts[c1]);
    greater.flags |= flag << i;
    c1 = flag != 0 || c1 == 0 ? 0 : std::min(c1 + 1, 3);
  }
  if (greater.flags != 0) {
    greater.asked = std::countr_zero(greater.flags);
    greater.two = reader.bit(block.contexts[CONTEXT_MODEL_COEFF_ABS_LEVEL_GREATER2_FLAG + (block.luma ? 0 : 4) + set]);
  }
  return greater;
}

/// Signs and levels; `left` and `top` are the sub-block's place. Gives how many have been written.
[[gnu::always_inline]] inline void read_levels(BinReader& reader, const Block& block, const SubBlock& sub,
                                               const Greater& greater, int corner, int& written) {
  const bool hidden = block.hides_signs && sub.place[0] - sub.place[sub.count - 1] > 3;
  const int signs_count = sub.count - (hidden ? 1 : 0);
  // From the highest bit.
  std::uint32_t signs = 0;
  if (signs_count > 0) signs = reader.bits(signs_count) << (32 - signs_count);
  int rice = 0;
  int sum = 0;
  // A level that no flag has bounded goes on; the others are what the flags say.
  unsigned unbounded = ~0U << kGreaterFlags | (greater.flags & (greater.flags - 1));
  if (greater.flags != 0) unbounded |= greater.two << greater.asked;
  for (int i = 0; i < sub.count; ++i) {
    int level = 1 + static_cast<int>(greater.flags >> i & 1U);
    if (i == greater.asked) level += static_cast<int>(greater.two);
    if ((unbounded >> i & 1U) != 0) {
      level += read_remaining(reader, rice);
      if (level > 3 << rice) rice = std::min(rice + 1, 4);
    }
    sum += level;
    int value = (signs >> 31) != 0 ? -level : level;
    signs <<= 1;
    if (hidden && i == sub.count - 1 && (sum & 1) != 0) value = -value;
    const int place = sub.place[i];
    block.levels[written] = static_cast<std::int16_t>(std::clamp(value, -32768, 32767));
    block.positions[written] = static_cast<std::int16_t>(corner + kPlaces.x[block.scan][place] +
                                                         (kPlaces.y[block.scan][place] << block.log2_size));
    ++written;
  }
}

/// 9.3.4.2.5: the first of the contexts of the significance flags of a sub-block.
int significance_offset(const Block& block, bool is_first) {
  int offset = block.luma ? 0 : 27;
  if (block.log2_size == 2) return offset;
  if (block.luma) {
    offset += is_first ? 0 : 3;
    if (block.log2_size > 3) return offset + 21;
    return offset + (block.scan == 0 ? 9 : 15);
  }
  return offset + (block.log2_size == 3 ? 9 : 12);
}

[[gnu::always_inline]] inline int read_sub_blocks(BinReader& reader, const Block& block, scan_position last) {
  const position* const sub_blocks = get_scan_order(block.log2_size - 2, block.scan);
  std::uint8_t coded[kSubBlocksAcross + 1][kSubBlocksAcross + 1] = {};
  int c1 = 1;
  int written = 0;
  for (int i = last.subBlock; i >= 0; --i) {
    const position at = sub_blocks[i];
    const unsigned right = coded[at.y][at.x + 1];
    const unsigned below = coded[at.y + 1][at.x];
    const bool is_last = i == last.subBlock;
    if (!is_last && i > 0) {
      const int context = CONTEXT_MODEL_CODED_SUB_BLOCK_FLAG + (block.luma ? 0 : 2) + static_cast<int>(right | below);
      if (reader.bit(block.contexts[context]) == 0) continue;
    }
    coded[at.y][at.x] = 1;
    SubBlock sub;
    if (is_last) sub.place[sub.count++] = last.scanPos;
    const unsigned pattern = block.log2_size == 2 ? 4 : right | below << 1U;
    BinContext* const flags = block.contexts + CONTEXT_MODEL_SIGNIFICANT_COEFF_FLAG;
    BinContext* const contexts = flags + significance_offset(block, i == 0);
    const std::uint8_t* const context_of = kPlaces.significance[block.scan][pattern];
    BinContext& dc_context = i == 0 ? flags[block.luma ? 0 : 27] : contexts[context_of[0]];
    read_significance(reader, contexts, dc_context, context_of, is_last ? last.scanPos - 1 : kSubBlockSize - 1,
                      !is_last && i > 0, sub);
    if (sub.count == 0) continue;
    const int set = (i == 0 || !block.luma ? 0 : 2) + (c1 == 0 ? 1 : 0);
    const Greater greater = read_greater(reader, block, sub.count, set, c1);
    read_levels(reader, block, sub, greater, 4 * at.x + (4 * at.y << block.log2_size), written);
  }
  return written;
}

constexpr int kValueShift = BinReader::kRangeShift - 7;

/// libde265 keeps sixteen bits, of which those not read yet are zeros, and counts from -8 up to the next byte.
BinReader reader_of(const CABAC_decoder& decoder) {
  return {.window = std::uint64_t{decoder.value} << kValueShift,
          .range = decoder.range,
          .ahead = -decoder.bits_needed - 1,
          .next = decoder.bitstream_curr,
          .end = decoder.bitstream_end};
}

void give_back(const BinReader& reader, CABAC_decoder& decoder) {
  const int bytes = reader.ahead >> 3;
  const int ahead = reader.ahead & 7;
  decoder.bitstream_curr = const_cast<std::uint8_t*>(reader.next) - std::max(bytes - reader.beyond, 0);
  decoder.range = reader.range;
  decoder.value = static_cast<std::uint32_t>(reader.window >> kValueShift) & ~0U << (7 - ahead);
  decoder.bits_needed = static_cast<std::int16_t>(-1 - ahead);
}

bool is_ordinary(const thread_context& context) {
  const sps_range_extension& range = context.img->get_sps().range_extension;
  const CABAC_decoder& decoder = context.cabac_decoder;
  const bool extended = range.transform_skip_context_enabled_flag != 0 || range.explicit_rdpcm_enabled_flag != 0 ||
                        range.implicit_rdpcm_enabled_flag != 0 || range.persistent_rice_adaptation_enabled_flag != 0 ||
                        range.cabac_bypass_alignment_enabled_flag != 0;
  // What a broken stream leaves behind.
  const bool broken = decoder.bits_needed >= 0 || decoder.value >= decoder.range << 7U || decoder.range < 256;
  return !extended && !broken;
}

int scan_of(const de265_image& image, int x, int y, int log2_size, int component) {
  if (image.get_pred_mode(x, y) != MODE_INTRA) return 0;
  const IntraPredMode mode = component == 0 ? image.get_IntraPredMode(x, y) : image.get_IntraPredModeC(x, y);
  return get_intra_scan_idx(log2_size, mode, component, &image.get_sps());
}

}  // namespace

int gvw_residual_coding(thread_context* tctx, int x0, int y0, int log2TrafoSize, int cIdx) {
  if (!is_ordinary(*tctx)) return gvw_library_residual_coding(tctx, x0, y0, log2TrafoSize, cIdx);
  de265_image& image = *tctx->img;
  const pic_parameter_set& pps = image.get_pps();
  if (cIdx == 0) image.set_nonzero_coefficient(x0, y0, log2TrafoSize);
  const bool lossless = tctx->cu_transquant_bypass_flag != 0;
  const Block block{.contexts = reinterpret_cast<BinContext*>(&tctx->ctx_model[0]),
                    .log2_size = log2TrafoSize,
                    .luma = cIdx == 0,
                    .scan = scan_of(image, x0, y0, log2TrafoSize, cIdx),
                    .hides_signs = pps.sign_data_hiding_flag && !lossless,
                    .levels = tctx->coeffList[cIdx],
                    .positions = tctx->coeffPos[cIdx]};
  BinReader reader = reader_of(tctx->cabac_decoder);
  tctx->explicit_rdpcm_flag = 0;
  tctx->transform_skip_flag[cIdx] = 0;
  if (pps.transform_skip_enabled_flag && !lossless && log2TrafoSize <= pps.Log2MaxTransformSkipSize) {
    const int context = CONTEXT_MODEL_TRANSFORM_SKIP_FLAG + (cIdx == 0 ? 0 : 1);
    tctx->transform_skip_flag[cIdx] = static_cast<std::uint8_t>(reader.bit(block.contexts[context]));
  }
  const int x_prefix = read_prefix(reader, block, CONTEXT_MODEL_LAST_SIGNIFICANT_COEFFICIENT_X_PREFIX);
  const int y_prefix = read_prefix(reader, block, CONTEXT_MODEL_LAST_SIGNIFICANT_COEFFICIENT_Y_PREFIX);
  int x = read_last(reader, x_prefix);
  int y = read_last(reader, y_prefix);
  // The scan down columns is that along rows, mirrored.
  if (block.scan == 2) std::swap(x, y);
  tctx->nCoeff[cIdx] =
      static_cast<std::int16_t>(read_sub_blocks(reader, block, get_scan_position(x, y, block.scan, log2TrafoSize)));
  give_back(reader, tctx->cabac_decoder);
  return DE265_OK;
}
