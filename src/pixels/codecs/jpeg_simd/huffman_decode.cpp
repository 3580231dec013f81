// Huffman decoding of sequential files. Where the library's C finds a code and then the value behind it, this finds
// both with one look at a table wherever they are short together, and it reads eight bytes at once. Whatever is out of
// the ordinary (a marker in sight, the end of the data, a bad code) is left to the library, from the start of that MCU:
// the state here is the library's own.
#include "library.h"
#include "pixels/simd.h"

extern "C" {
#include <jdhuff.h>
}
#include <cstdint>
#include <cstring>

namespace {

/// jdhuff.c's huff_entropy_decoder, which its header does not show.
struct Library {
  jpeg_entropy_decoder entropy;
  struct {
    std::uint64_t get_buffer;
    int bits_left;
  } bits;
  int last_dc_val[MAX_COMPS_IN_SCAN];
  unsigned restarts_to_go;
  d_derived_tbl* dc_derived_tbls[NUM_HUFF_TBLS];
  d_derived_tbl* ac_derived_tbls[NUM_HUFF_TBLS];
  d_derived_tbl* dc_cur_tbls[D_MAX_BLOCKS_IN_MCU];
  d_derived_tbl* ac_cur_tbls[D_MAX_BLOCKS_IN_MCU];
  boolean dc_needed[D_MAX_BLOCKS_IN_MCU];
  boolean ac_needed[D_MAX_BLOCKS_IN_MCU];
};

/// What the next kLookBits bits mean: a coefficient, and a second one where both are seen. 0: not even one.
using Look = std::uint64_t;
constexpr unsigned kLookBits = 11;

/// Of one coefficient: the bits of code and value together; the step from the coefficient before to this one in zigzag
/// order; the value.
inline Look look_of(unsigned bits, unsigned step, int value) {
  return bits | step << 8U | static_cast<std::uint32_t>(value) << 16U;
}
inline unsigned bits_of(Look look) { return look & 0xffU; }
inline unsigned step_of(Look look) { return look >> 8U & 0xffU; }
inline JCOEF value_of(Look look) { return static_cast<JCOEF>(look >> 16U); }
/// Of the second; its bits are those of both. Where there is no second, it is the first again.
inline Look second_of(Look look) { return look >> 32U; }

/// An end of block is a step beyond whatever damage can lead to, to a coefficient of zero that is zero already.
constexpr unsigned kLongestRun = 16;
constexpr unsigned kEnd = DCTSIZE2 + kLongestRun;

constexpr std::size_t kLooks = std::size_t{1} << kLookBits;

struct Decoder {
  /// The first member, for the library's functions go on using it.
  Library library;
  void (*start_pass)(j_decompress_ptr cinfo);
  boolean (*decode_mcu)(j_decompress_ptr cinfo, JBLOCKROW* blocks);
  std::uint8_t order[kEnd + DCTSIZE2];
  Look looks[NUM_HUFF_TBLS][kLooks];
  /// Of each block of an MCU.
  const Look* block_looks[D_MAX_BLOCKS_IN_MCU];
};

Decoder& decoder_of(j_decompress_ptr cinfo) { return *reinterpret_cast<Decoder*>(cinfo->entropy); }

/// ITU-T T.81, F.2.2.1: the value that `size` bits stand for, size above 0.
inline int extended(std::uint32_t bits, unsigned size) {
  const bool is_negative = (bits >> (size - 1)) == 0;
  return static_cast<int>(bits) - (is_negative ? (1 << size) - 1 : 0);
}

// ── the table ───────────────────────────────────────────────────────────────────────────────────────────────────────

void fill_looks(const JHUFF_TBL& table, Look* looks) {
  std::memset(looks, 0, kLooks * sizeof(Look));
  std::size_t first = 0;  // of those that begin with the code
  const UINT8* symbol = table.huffval;
  for (unsigned length = 1; length <= kLookBits; ++length) {
    const unsigned behind = kLookBits - length;
    for (unsigned i = 0; i < table.bits[length]; ++i, ++symbol, first += std::size_t{1} << behind) {
      const unsigned size = *symbol & 15U;
      if (size > behind) continue;
      const unsigned run = *symbol >> 4U;
      const unsigned step = size == 0 && run != kLongestRun - 1 ? kEnd : run + 1;
      for (std::uint32_t rest = 0; rest < 1U << behind; ++rest) {
        looks[first + rest] = look_of(length + size, step, size == 0 ? 0 : extended(rest >> (behind - size), size));
      }
    }
  }
}

/// From the last one back: what is behind a coefficient is looked up among those that are still single.
void pair_looks(Look* looks) {
  static Look single[kLooks];
  std::memcpy(single, looks, sizeof(single));
  for (std::size_t i = 0; i < kLooks; ++i) {
    const Look look = single[i];
    if (look == 0) continue;
    const unsigned bits = bits_of(look);
    const Look next = single[i << bits & (kLooks - 1)];
    if (next != 0 && bits + bits_of(next) <= kLookBits && step_of(look) != kEnd) {
      looks[i] = look | (next + bits) << 32U;
    } else {
      looks[i] = look | look_of(bits, 0, value_of(look)) << 32U;
    }
  }
}

void start_pass(j_decompress_ptr cinfo) {
  Decoder& decoder = decoder_of(cinfo);
  // It checks the tables too.
  (*decoder.start_pass)(cinfo);
  // What damage puts behind the last coefficient comes to lie there, as in the library's table.
  for (unsigned k = 0; k < sizeof(decoder.order); ++k) {
    decoder.order[k] = static_cast<std::uint8_t>(jpeg_natural_order[k < DCTSIZE2 ? k : DCTSIZE2 - 1]);
  }
  for (int i = 0; i < cinfo->comps_in_scan; ++i) {
    const int table = cinfo->cur_comp_info[i]->ac_tbl_no;
    fill_looks(*cinfo->ac_huff_tbl_ptrs[table], decoder.looks[table]);
    pair_looks(decoder.looks[table]);
  }
  for (int i = 0; i < cinfo->blocks_in_MCU; ++i) {
    decoder.block_looks[i] = decoder.looks[cinfo->cur_comp_info[cinfo->MCU_membership[i]]->ac_tbl_no];
  }
}

// ── blocks ──────────────────────────────────────────────────────────────────────────────────────────────────────────

struct Reader {
  /// The next ones, from the top; behind `count` of them there may be more, but no others.
  std::uint64_t bits;
  unsigned count;
  const JOCTET* next;
  const JOCTET* end;

  void drop(unsigned size) {
    bits <<= size;
    count -= size;
  }

  /// Byte by byte, with a zero behind each 0xff. False: it is a marker.
  bool fill_slowly() {
    while (count <= 56) {
      const std::uint64_t byte = *next;
      if (byte == 0xff && next[1] != 0) return false;
      next += byte == 0xff ? 2 : 1;
      bits |= byte << (56 - count);
      count += 8;
    }
    return true;
  }

  /// At least the bits of one code and one value, 16 + 15. False: the library has to.
  bool fill() {
    if (count >= 32) return true;
    // Seven bytes at most, each with a zero behind it.
    if (end - next < 16) return false;
    const auto bytes_there = gvw::simd::load_half(next);
    const std::uint64_t word = reinterpret_cast<gvw::simd::u64x2>(
        __builtin_shufflevector(bytes_there, bytes_there, 7, 6, 5, 4, 3, 2, 1, 0, 8, 9, 10, 11, 12, 13, 14, 15))[0];
    // As in the encoder: is any byte 0xff?
    if ((word & 0x8080808080808080U & ~(word + 0x0101010101010101U)) != 0) return fill_slowly();
    bits |= word >> count;
    const unsigned bytes = (63 - count) / 8;
    next += bytes;
    count += 8 * bytes;
    return true;
  }

  /// The next code's symbol, or a negative number: there is none.
  int symbol(const d_derived_tbl& table) {
    const auto look = static_cast<unsigned>(table.lookup[bits >> (64 - HUFF_LOOKAHEAD)]);
    unsigned length = look >> HUFF_LOOKAHEAD;
    if (length <= HUFF_LOOKAHEAD) {
      drop(length);
      return static_cast<int>(look & 0xffU);
    }
    auto code = static_cast<JLONG>(bits >> (64 - length));
    for (; code > table.maxcode[length]; code = static_cast<JLONG>(bits >> (64 - length))) ++length;
    if (length > 16) return -1;
    drop(length);
    return table.pub->huffval[(code + table.valoffset[length]) & 0xff];
  }

  int value(unsigned size) {
    const auto found = static_cast<std::uint32_t>(bits >> (64 - size));
    drop(size);
    return extended(found, size);
  }
};

/// One or two coefficients in one look, from k on. False: the next one is not to be had so.
inline bool take_looked_up(Reader& reader, const Look* looks, const std::uint8_t* order, JCOEF* block, unsigned& k) {
  const Look look = looks[reader.bits >> (64 - kLookBits)];
  if (look == 0) return false;
  k += step_of(look);
  block[order[k]] = value_of(look);
  // The last coefficient has nothing behind it.
  const Look second = k < DCTSIZE2 - 1 ? second_of(look) : look_of(bits_of(look), 0, value_of(look));
  k += step_of(second);
  block[order[k]] = value_of(second);
  reader.drop(bits_of(second));
  return true;
}

/// Not inlined: a browser compiles a function anew with its optimiser only at its next call. False: the library has to.
__attribute__((noinline)) bool decode_block(Reader& state, const d_derived_tbl& dc, const d_derived_tbl& ac,
                                            const Look* looks, const std::uint8_t* order, int& last_dc, JCOEF* block) {
  Reader reader = state;
  if (!reader.fill()) return false;
  const int size = reader.symbol(dc);
  if (size < 0) return false;
  if (size != 0) {
    // In unsigned numbers: damaged files add up to more than there is room for.
    const auto difference = static_cast<unsigned>(reader.value(static_cast<unsigned>(size)));
    last_dc = static_cast<int>(static_cast<unsigned>(last_dc) + difference);
  }
  block[0] = static_cast<JCOEF>(last_dc);
  for (unsigned k = 0; k < DCTSIZE2 - 1;) {
    if (!reader.fill()) return false;
    if (take_looked_up(reader, looks, order, block, k)) continue;
    const int symbol = reader.symbol(ac);
    if (symbol < 0) return false;
    const unsigned bits = static_cast<unsigned>(symbol) & 15U;
    const unsigned run = static_cast<unsigned>(symbol) >> 4U;
    if (bits == 0 && run != 15) break;
    k += run + 1;
    if (bits != 0) block[order[k]] = static_cast<JCOEF>(reader.value(bits));
  }
  state = reader;
  return true;
}

bool decode_blocks(j_decompress_ptr cinfo, JBLOCKROW* blocks) {
  Decoder& decoder = decoder_of(cinfo);
  Library& library = decoder.library;
  jpeg_source_mgr& source = *cinfo->src;
  const auto count = static_cast<unsigned>(library.bits.bits_left);
  Reader reader{count == 0 ? 0 : library.bits.get_buffer << (64 - count), count, source.next_input_byte,
                source.next_input_byte + source.bytes_in_buffer};
  int last_dc[MAX_COMPS_IN_SCAN];
  std::memcpy(last_dc, library.last_dc_val, sizeof(last_dc));
  for (int i = 0; i < cinfo->blocks_in_MCU; ++i) {
    if (!decode_block(reader, *library.dc_cur_tbls[i], *library.ac_cur_tbls[i], decoder.block_looks[i], decoder.order,
                      last_dc[cinfo->MCU_membership[i]], blocks[i][0])) {
      return false;
    }
  }
  std::memcpy(library.last_dc_val, last_dc, sizeof(last_dc));
  library.bits.get_buffer = reader.count == 0 ? 0 : reader.bits >> (64 - reader.count);
  library.bits.bits_left = static_cast<int>(reader.count);
  source.next_input_byte = reader.next;
  source.bytes_in_buffer = static_cast<std::size_t>(reader.end - reader.next);
  return true;
}

boolean decode_mcu(j_decompress_ptr cinfo, JBLOCKROW* blocks) {
  Decoder& decoder = decoder_of(cinfo);
  Library& library = decoder.library;
  const bool restart = cinfo->restart_interval != 0 && library.restarts_to_go == 0;
  const bool ordinary =
      blocks != nullptr && !restart && cinfo->unread_marker == 0 && library.entropy.insufficient_data == FALSE;
  if (ordinary && decode_blocks(cinfo, blocks)) {
    if (cinfo->restart_interval != 0) --library.restarts_to_go;
    return TRUE;
  }
  if (ordinary) {
    // As they were.
    for (int i = 0; i < cinfo->blocks_in_MCU; ++i) std::memset(blocks[i], 0, sizeof(JBLOCK));
  }
  return (*decoder.decode_mcu)(cinfo, blocks);
}

}  // namespace

extern "C" void gvw_init_huffman_decoder(j_decompress_ptr cinfo) {
  jinit_huff_decoder(cinfo);
  // The library's bit buffer has 64 bits there; see cmake/codecs.cmake for WebAssembly.
#if defined(__wasm__) || defined(__LP64__)
  if (gvw_jpeg_kernels == 0) return;
  auto* const decoder = static_cast<Decoder*>(
      (*cinfo->mem->alloc_large)(reinterpret_cast<j_common_ptr>(cinfo), JPOOL_IMAGE, sizeof(Decoder)));
  decoder->library = *reinterpret_cast<Library*>(cinfo->entropy);
  decoder->start_pass = decoder->library.entropy.start_pass;
  decoder->decode_mcu = decoder->library.entropy.decode_mcu;
  decoder->library.entropy.start_pass = start_pass;
  decoder->library.entropy.decode_mcu = decode_mcu;
  cinfo->entropy = &decoder->library.entropy;
#endif
}
