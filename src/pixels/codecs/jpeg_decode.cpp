#include <algorithm>
#include <cstdlib>

#include "base/limits.h"
#include "pixels/codecs/jpeg.h"
#include "pixels/codecs/jpeg_io.h"

namespace gvw {
namespace {

/// All that a decode touches, outside the frames that an error jumps over.
struct Decoding {
  GvwJpegGuard guard;
  jpeg_decompress_struct cinfo;
  jpeg::Source source;
  jpeg_progress_mgr progress;
  const DecodeOptions* options;
  Image* image;
  Status refused;
};

void open(Decoding& job, std::span<const std::uint8_t> file) {
  job.cinfo.err = gvw_jpeg_errors(&job.guard);
  // Until jpeg_create_decompress has run, jpeg_destroy must find nothing.
  job.cinfo.mem = nullptr;
  job.refused = Status::kOk;
  jpeg::set_source(&job.cinfo, job.source, file);
}

/// jpeg_create_decompress clears the structure but for the error manager.
void create(Decoding& job) {
  jpeg_source_mgr* const source = &job.source.manager;
  jpeg_create_decompress(&job.cinfo);
  job.cinfo.src = source;
  job.progress = {};
  jpeg::limit_scans(&job.cinfo, job.progress);
}

bool is_too_large(const jpeg_decompress_struct& cinfo, std::uint64_t max_pixels) {
  return std::uint64_t{cinfo.image_width} * cinfo.image_height > max_pixels;
}

/// The largest denominator that leaves at least the wanted size.
unsigned scale_denominator(const jpeg_decompress_struct& cinfo, const DecodeOptions& options) {
  if (options.least_width == 0 || options.least_height == 0) return 1;
  unsigned denominator = 8;
  while (denominator > 1 && (cinfo.image_width < std::uint64_t{options.least_width} * denominator ||
                             cinfo.image_height < std::uint64_t{options.least_height} * denominator)) {
    denominator /= 2;
  }
  return denominator;
}

/// CMYK to RGBA in place. Stored values are inverted, as Adobe writes them: 255 is no ink.
void from_inverted_cmyk(std::uint8_t* pixels, std::size_t count) {
  for (std::uint8_t* p = pixels; p != pixels + count * kPixelBytes; p += kPixelBytes) {
    for (int i = 0; i < 3; ++i) p[i] = static_cast<std::uint8_t>((p[i] * p[3] + 127) / 255);
    p[3] = 255;
  }
}

void read_icc(Decoding& job) {
  JOCTET* profile = nullptr;
  unsigned length = 0;
  if (jpeg_read_icc_profile(&job.cinfo, &profile, &length) == 0) return;
  if (is_rgb_profile({profile, length})) {
    job.image->icc = Buffer::adopt(profile, length);  // the library gives it by malloc
  } else {
    std::free(profile);
  }
}

bool allocate(Decoding& job) {
  job.image->width = job.cinfo.output_width;
  job.image->height = job.cinfo.output_height;
  job.image->pixels = Buffer::of_size(std::size_t{job.cinfo.output_width} * job.cinfo.output_height * kPixelBytes);
  return job.image->pixels.ok();
}

void read_rows(Decoding& job) {
  constexpr JDIMENSION kRows = 16;
  JSAMPROW rows[kRows];
  const std::size_t stride = job.image->width * kPixelBytes;
  while (job.cinfo.output_scanline < job.cinfo.output_height) {
    const JDIMENSION first = job.cinfo.output_scanline;
    const JDIMENSION count = std::min(kRows, job.cinfo.output_height - first);
    for (JDIMENSION i = 0; i < count; ++i) rows[i] = job.image->pixels.data() + (first + i) * stride;
    jpeg_read_scanlines(&job.cinfo, rows, count);
  }
}

/// True when every bit of every coefficient has been read: a progressive file that ends early says so by nothing else.
bool is_complete(const jpeg_decompress_struct& cinfo) {
  if (cinfo.coef_bits == nullptr) return true;
  for (int i = 0; i < cinfo.num_components; ++i) {
    if (std::any_of(cinfo.coef_bits[i], cinfo.coef_bits[i] + DCTSIZE2, [](int bits) { return bits != 0; }))
      return false;
  }
  return true;
}

void decode_step(void* context) {
  auto& job = *static_cast<Decoding*>(context);
  create(job);
  jpeg_save_markers(&job.cinfo, JPEG_APP0 + 2, 0xffff);
  jpeg_read_header(&job.cinfo, TRUE);
  if (is_too_large(job.cinfo, job.options->max_pixels)) {
    job.refused = Status::kTooLarge;
    return;
  }
  const bool four = job.cinfo.jpeg_color_space == JCS_CMYK || job.cinfo.jpeg_color_space == JCS_YCCK;
  job.cinfo.out_color_space = four ? JCS_CMYK : JCS_EXT_RGBA;
  job.cinfo.dct_method = JDCT_ISLOW;
  job.cinfo.scale_num = 1;
  job.cinfo.scale_denom = scale_denominator(job.cinfo, *job.options);
  jpeg_calc_output_dimensions(&job.cinfo);
  if (!allocate(job)) {
    job.refused = Status::kOutOfMemory;
    return;
  }
  jpeg_start_decompress(&job.cinfo);
  read_rows(job);
  read_icc(job);
  if (four) from_inverted_cmyk(job.image->pixels.data(), job.image->pixels.size() / kPixelBytes);
  job.image->opaque = true;
  job.image->truncated = job.source.ended && (job.guard.cut_short > 0 || !is_complete(job.cinfo));
  job.image->warnings = static_cast<std::uint32_t>(job.guard.manager.num_warnings);
}

struct Reading {
  Decoding decoding;
  JpegStyle* style;
};

void style_step(void* context) {
  auto& [job, style] = *static_cast<Reading*>(context);
  create(job);
  jpeg_read_header(&job.cinfo, TRUE);
  const jpeg_component_info* components = job.cinfo.comp_info;
  style->gray = job.cinfo.jpeg_color_space == JCS_GRAYSCALE;
  style->progressive = job.cinfo.progressive_mode != FALSE;
  const int second = job.cinfo.num_components > 1 ? 1 : 0;
  for (const int i : {0, second}) {
    const JQUANT_TBL* table = job.cinfo.quant_tbl_ptrs[components[i].quant_tbl_no & 3];
    if (table == nullptr) {
      job.refused = Status::kMalformed;
      return;
    }
    auto& copy = i == 0 ? style->luma : style->chroma;
    std::copy_n(table->quantval, DCTSIZE2, copy.begin());
    if (second == 0) style->chroma = style->luma;
  }
  // Samplings beyond 2 are rare, and their chroma is not worth keeping apart.
  const auto ratio = [](int luma, int chroma) { return static_cast<std::uint8_t>(luma > chroma ? 2 : 1); };
  style->luma_across = ratio(components[0].h_samp_factor, components[second].h_samp_factor);
  style->luma_down = ratio(components[0].v_samp_factor, components[second].v_samp_factor);
}

}  // namespace

Result<Image> decode_jpeg(std::span<const std::uint8_t> file, const DecodeOptions& options) {
  Image image;
  Decoding job;
  open(job, file);
  job.options = &options;
  job.image = &image;
  const bool finished = gvw_jpeg_run(&job.guard, decode_step, &job) != 0;
  Status status = finished ? job.refused : jpeg::status_of(job.guard, job.source.ended);
  // A header that says enough decides, whatever is wrong behind it.
  const bool has_size = job.cinfo.comp_info != nullptr;
  if (!finished && has_size && is_too_large(job.cinfo, options.max_pixels)) status = Status::kTooLarge;
  jpeg_destroy_decompress(&job.cinfo);
  if (status != Status::kOk) return Failure{status, job.source.ended ? file.size() : 0};
  if (image.truncated && !options.partial) return Failure{Status::kTruncated, file.size()};
  return image;
}

Result<JpegStyle> read_jpeg_style(std::span<const std::uint8_t> file) {
  JpegStyle style;
  Reading reading;
  open(reading.decoding, file);
  reading.style = &style;
  Decoding& job = reading.decoding;
  const bool finished = gvw_jpeg_run(&job.guard, style_step, &reading) != 0;
  const Status status = finished ? job.refused : jpeg::status_of(job.guard, job.source.ended);
  jpeg_destroy_decompress(&job.cinfo);
  if (status != Status::kOk) return status;
  return style;
}

}  // namespace gvw
