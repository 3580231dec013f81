// Huffman coding with tables made for the picture. Where the library's two passes keep all coefficients and look at
// each of them twice, this counts and records symbols, a third of the bytes, and writes the file from those. It is to
// the bit the file that the library writes with `optimize_coding`, in half the time.
//
// For one scan without restart intervals, which is all that is ever written here.
#include "library.h"
#include "pixels/simd.h"

extern "C" {
#include <jerror.h>
}

namespace {

using namespace gvw::simd;

/// ITU-T T.81, figure A.6: where the k-th coefficient in zigzag order stands.
constexpr std::uint8_t kNaturalOrder[DCTSIZE2] = {0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,
                                                  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
                                                  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
                                                  58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

/// For each row of a block and each set of its columns: the same coefficients as bits in zigzag order.
std::uint64_t zigzag_bits[DCTSIZE][256];

void fill_zigzag_bits() {
  if (zigzag_bits[0][1] != 0) return;
  std::uint8_t place[DCTSIZE2];
  for (std::uint8_t k = 0; k < DCTSIZE2; ++k) place[kNaturalOrder[k]] = k;
  for (unsigned row = 0; row < DCTSIZE; ++row) {
    for (unsigned columns = 1; columns < 256; ++columns) {
      for (unsigned column = 0; column < DCTSIZE; ++column) {
        if ((columns >> column & 1U) != 0) {
          zigzag_bits[row][columns] |= std::uint64_t{1} << place[DCTSIZE * row + column];
        }
      }
    }
  }
}

/// Bit k: the k-th coefficient in zigzag order is not zero.
inline std::uint64_t nonzero_bits(const JCOEF* block) {
  std::uint64_t bits = 0;
  for (std::size_t row = 0; row < DCTSIZE; row += 2) {
    const i8x16 both = narrow(load<i16x8>(block + DCTSIZE * row), load<i16x8>(block + DCTSIZE * (row + 1)));
    const std::uint32_t columns = top_bits(both != i8x16{});
    bits |= zigzag_bits[row][columns & 0xffU] | zigzag_bits[row + 1][columns >> 8U];
  }
  return bits;
}

inline int bits_of(int value) {
  const int magnitude = value < 0 ? -value : value;
  return magnitude == 0 ? 0 : 32 - __builtin_clz(static_cast<unsigned>(magnitude));
}

// ── symbols ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A table's number · 2^24 + symbol · 2^16 + the bits behind its code.
using Symbol = std::uint32_t;

constexpr std::size_t kChunkSymbols = 16384;
struct Chunk {
  Chunk* next;
  std::size_t count;
  Symbol symbols[kChunkSymbols];
};

/// Numbered twice as the library does, plus one for those of AC.
constexpr std::size_t kTables = std::size_t{2} * NUM_HUFF_TBLS;
constexpr unsigned kAc = 1;
constexpr std::size_t kTableSymbols = 256;

struct Encoder {
  /// The first member: the library only knows this part.
  jpeg_entropy_encoder entropy;
  Chunk* first;
  Chunk* last;
  int last_dc[MAX_COMPS_IN_SCAN];
  /// One more each, as jpeg_gen_optimal_table wants it.
  long counts[kTables][kTableSymbols + 1];
  /// The marker writer's, to be called when there are tables.
  void (*write_frame_header)(j_compress_ptr cinfo);
  void (*write_scan_header)(j_compress_ptr cinfo);
};

Encoder& encoder_of(j_compress_ptr cinfo) { return *reinterpret_cast<Encoder*>(cinfo->entropy); }

template <class Kind>
Kind* allocate(j_compress_ptr cinfo) {
  // The library's memory: it gives up where there is none, and frees all of it together.
  return static_cast<Kind*>(
      (*cinfo->mem->alloc_large)(reinterpret_cast<j_common_ptr>(cinfo), JPOOL_IMAGE, sizeof(Kind)));
}

void add_chunk(j_compress_ptr cinfo, Encoder& encoder) {
  auto* const chunk = allocate<Chunk>(cinfo);
  chunk->next = nullptr;
  chunk->count = 0;
  (encoder.last == nullptr ? encoder.first : encoder.last->next) = chunk;
  encoder.last = chunk;
}

inline Symbol symbol_of(unsigned table, unsigned symbol, int value, int size) {
  const auto mask = (1U << static_cast<unsigned>(size)) - 1U;
  // One less where it is negative: its complement (ITU-T T.81, F.1.2.1).
  const std::uint32_t low = static_cast<std::uint32_t>(value + (value >> 31)) & mask;
  return table << 24U | symbol << 16U | low;
}

/// Of a coefficient; a difference may have one more.
constexpr int kMaxCoefficientBits = 10;

/// The symbols of a block, written to `out`; gives where the next ones go. Not inlined: a browser compiles a function
/// anew with its optimiser only at its next call.
__attribute__((noinline)) Symbol* record_block(j_compress_ptr cinfo, const JCOEF* block, int difference, unsigned table,
                                               Symbol* out) {
  Encoder& encoder = encoder_of(cinfo);
  const int difference_bits = bits_of(difference);
  if (difference_bits > kMaxCoefficientBits + 1) ERREXIT(cinfo, JERR_BAD_DCT_COEF);
  ++encoder.counts[table][difference_bits];
  *out++ = symbol_of(table, static_cast<unsigned>(difference_bits), difference, difference_bits);

  table |= kAc;
  long* const counts = encoder.counts[table];
  std::uint64_t left = nonzero_bits(block) & ~std::uint64_t{1};
  int last = 0;
  while (left != 0) {
    const int k = __builtin_ctzll(left);
    left &= left - 1;
    int run = k - last - 1;
    last = k;
    for (; run > 15; run -= 16) {
      ++counts[0xf0];
      *out++ = symbol_of(table, 0xf0, 0, 0);
    }
    const int value = block[kNaturalOrder[k]];
    const int size = bits_of(value);
    if (size > kMaxCoefficientBits) ERREXIT(cinfo, JERR_BAD_DCT_COEF);
    const auto symbol = static_cast<unsigned>(16 * run + size);
    ++counts[symbol];
    *out++ = symbol_of(table, symbol, value, size);
  }
  if (last != DCTSIZE2 - 1) {
    ++counts[0];
    *out++ = symbol_of(table, 0, 0, 0);
  }
  return out;
}

boolean record_mcu(j_compress_ptr cinfo, JBLOCKROW* blocks) {
  Encoder& encoder = encoder_of(cinfo);
  // No block has more symbols than coefficients: where there is an end of block, the last is zero.
  constexpr std::size_t kMost = std::size_t{C_MAX_BLOCKS_IN_MCU} * DCTSIZE2;
  if (encoder.last->count > kChunkSymbols - kMost) add_chunk(cinfo, encoder);
  Chunk& chunk = *encoder.last;
  Symbol* out = chunk.symbols + chunk.count;
  for (int i = 0; i < cinfo->blocks_in_MCU; ++i) {
    const int component = cinfo->MCU_membership[i];
    const JCOEF* const block = blocks[i][0];
    const int difference = block[0] - encoder.last_dc[component];
    encoder.last_dc[component] = block[0];
    // DC and AC have the same number in every colour space that the library sets up.
    const auto table = 2U * static_cast<unsigned>(cinfo->cur_comp_info[component]->dc_tbl_no);
    out = record_block(cinfo, block, difference, table, out);
  }
  chunk.count = static_cast<std::size_t>(out - chunk.symbols);
  return TRUE;
}

// ── the file ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A code, moved up by the bits of the value behind it; and how many both are, at most 16 + 11.
struct Code {
  std::uint32_t bits;
  int size;
};

/// Symbols at a time, and room for all their bytes with a zero behind each, and for a word more at either end.
constexpr std::size_t kBatch = 1024;
constexpr std::size_t kRoom = 2 * (kBatch * sizeof(Symbol) + 2 * sizeof(std::uint64_t));

struct Writer {
  std::uint64_t bits;
  int free_bits;
  JOCTET* out;
  /// By the upper half of a Symbol.
  Code codes[kTables * kTableSymbols];
  JOCTET bytes[kRoom];

  /// An 0xff is followed by a zero, so that it is no marker.
  void put_byte(std::uint64_t byte) {
    out[0] = static_cast<JOCTET>(byte);
    out[1] = 0;
    out += out[0] == 0xff ? 2 : 1;
  }
};

inline void put_word(std::uint64_t word, Writer& writer) {
  // Some byte is 0xff only where adding one to each carries into its uppermost bit and that bit was set.
  constexpr std::uint64_t kTops = 0x8080808080808080U;
  if ((word & kTops & ~(word + 0x0101010101010101U)) != 0) {
    for (int shift = 56; shift >= 0; shift -= 8) writer.put_byte(word >> static_cast<unsigned>(shift));
  } else {
    const std::uint64_t big_endian = __builtin_bswap64(word);
    std::memcpy(writer.out, &big_endian, sizeof(big_endian));
    writer.out += sizeof(big_endian);
  }
}

__attribute__((noinline)) void put_symbols(Writer& writer, const Symbol* symbols, std::size_t count) {
  std::uint64_t bits = writer.bits;
  int free_bits = writer.free_bits;
  for (std::size_t i = 0; i < count; ++i) {
    const Code& code = writer.codes[symbols[i] >> 16U];
    const std::uint64_t added = code.bits | (symbols[i] & 0xffffU);
    free_bits -= code.size;
    if (free_bits < 0) {
      const std::uint64_t word =
          (bits << static_cast<unsigned>(code.size + free_bits)) | (added >> static_cast<unsigned>(-free_bits));
      put_word(word, writer);
      free_bits += 64;
      bits = added;
    } else {
      bits = (bits << static_cast<unsigned>(code.size)) | added;
    }
  }
  writer.bits = bits;
  writer.free_bits = free_bits;
}

/// The last byte is filled up with ones.
void put_rest(Writer& writer) {
  for (; writer.free_bits <= 64 - 8; writer.free_bits += 8) {
    writer.put_byte(writer.bits >> static_cast<unsigned>(64 - 8 - writer.free_bits));
  }
  const auto missing = static_cast<unsigned>(writer.free_bits - (64 - 8));
  if (missing < 8) writer.put_byte(writer.bits << missing | ((1U << missing) - 1U));
}

void give(j_compress_ptr cinfo, Writer& writer) {
  jpeg_destination_mgr& to = *cinfo->dest;
  const JOCTET* from = writer.bytes;
  while (from != writer.out) {
    if (to.free_in_buffer == 0 && (*to.empty_output_buffer)(cinfo) == FALSE) ERREXIT(cinfo, JERR_CANT_SUSPEND);
    const auto left = static_cast<std::size_t>(writer.out - from);
    const std::size_t count = left < to.free_in_buffer ? left : to.free_in_buffer;
    std::memcpy(to.next_output_byte, from, count);
    from += count;
    to.next_output_byte += count;
    to.free_in_buffer -= count;
  }
  writer.out = writer.bytes;
}

void make_table(j_compress_ptr cinfo, unsigned table, Writer& writer) {
  JHUFF_TBL*& made = ((table & kAc) != 0 ? cinfo->ac_huff_tbl_ptrs : cinfo->dc_huff_tbl_ptrs)[table / 2];
  if (made == nullptr) made = jpeg_alloc_huff_table(reinterpret_cast<j_common_ptr>(cinfo));
  jpeg_gen_optimal_table(cinfo, made, encoder_of(cinfo).counts[table]);
  // ITU-T T.81, C.2.
  std::uint32_t code = 0;
  const UINT8* symbol = made->huffval;
  Code* const codes = writer.codes + table * kTableSymbols;
  for (int length = 1; length <= 16; ++length, code <<= 1U) {
    for (int i = 0; i < made->bits[length]; ++i, ++code, ++symbol) {
      const unsigned size = *symbol & 15U;
      codes[*symbol] = {code << size, length + static_cast<int>(size)};
    }
  }
}

void finish_pass(j_compress_ptr cinfo) {
  const Encoder& encoder = encoder_of(cinfo);
  auto& writer = *allocate<Writer>(cinfo);
  bool is_made[NUM_HUFF_TBLS] = {};
  for (int i = 0; i < cinfo->comps_in_scan; ++i) {
    const auto table = static_cast<unsigned>(cinfo->cur_comp_info[i]->dc_tbl_no);
    // Only once: the library's maker of tables uses the counts up.
    if (is_made[table]) continue;
    is_made[table] = true;
    make_table(cinfo, 2 * table, writer);
    make_table(cinfo, 2 * table | kAc, writer);
  }
  (*encoder.write_frame_header)(cinfo);
  (*encoder.write_scan_header)(cinfo);
  writer.bits = 0;
  writer.free_bits = 64;
  writer.out = writer.bytes;
  for (const Chunk* chunk = encoder.first; chunk != nullptr; chunk = chunk->next) {
    for (std::size_t at = 0; at < chunk->count; at += kBatch) {
      put_symbols(writer, chunk->symbols + at, chunk->count - at < kBatch ? chunk->count - at : kBatch);
      give(cinfo, writer);
    }
  }
  put_rest(writer);
  give(cinfo, writer);
}

void write_later(j_compress_ptr /*cinfo*/) {}

void start_pass(j_compress_ptr cinfo, boolean /*gather_statistics*/) {
  Encoder& encoder = encoder_of(cinfo);
  fill_zigzag_bits();
  std::memset(encoder.counts, 0, sizeof(encoder.counts));
  std::memset(encoder.last_dc, 0, sizeof(encoder.last_dc));
  encoder.first = encoder.last = nullptr;
  add_chunk(cinfo, encoder);
  // The headers hold the tables.
  encoder.write_frame_header = cinfo->marker->write_frame_header;
  encoder.write_scan_header = cinfo->marker->write_scan_header;
  cinfo->marker->write_frame_header = cinfo->marker->write_scan_header = write_later;
}

}  // namespace

extern "C" {

void (*gvw_library_huffman)(j_compress_ptr cinfo) = nullptr;

void gvw_init_huffman_encoder(j_compress_ptr cinfo) {
  if (gvw_library_huffman != nullptr) {
    (*gvw_library_huffman)(cinfo);
    return;
  }
  auto* const encoder = allocate<Encoder>(cinfo);
  encoder->entropy.start_pass = start_pass;
  encoder->entropy.encode_mcu = record_mcu;
  encoder->entropy.finish_pass = finish_pass;
  cinfo->entropy = &encoder->entropy;
}

}  // extern "C"
