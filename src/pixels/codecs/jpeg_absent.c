/* What libjpeg-turbo refers to but this project does not link: samples of 12 and 16 bits, lossless JPEG, writing
 * progressive files, colour quantisation, merged upsampling, the fast and the floating-point DCT, and the kernels
 * nobody asks for. Whoever gets here by a file is refused; it saves a third of the library. */
#include <stddef.h>
#include <stdio.h>

#define JPEG_INTERNALS
/* Each of these needs the one before. */
/* clang-format off */
#include <jinclude.h>
#include <jpeglib.h>
#include <jerror.h>
#include <jdct.h>
#include <jsimd.h>
#include <jsimddct.h>
/* clang-format on */

#define REFUSE_DECODE(name) \
  void name(j_decompress_ptr cinfo) { ERREXIT(cinfo, JERR_NOT_COMPILED); }
#define REFUSE_DECODE_BUFFER(name) \
  void name(j_decompress_ptr cinfo, boolean flag) { ERREXIT(cinfo, JERR_NOT_COMPILED); }
#define REFUSE_ENCODE(name) \
  void name(j_compress_ptr cinfo) { ERREXIT(cinfo, JERR_NOT_COMPILED); }
#define REFUSE_ENCODE_BUFFER(name) \
  void name(j_compress_ptr cinfo, boolean flag) { ERREXIT(cinfo, JERR_NOT_COMPILED); }

/* ── samples of other widths, lossless ── */

#if LIBJPEG_TURBO_VERSION_NUMBER >= 3000000

REFUSE_ENCODE_BUFFER(j12init_c_main_controller)
REFUSE_ENCODE_BUFFER(j12init_c_prep_controller)
REFUSE_ENCODE_BUFFER(j12init_c_coef_controller)
REFUSE_ENCODE_BUFFER(j12init_c_diff_controller)
REFUSE_ENCODE(j12init_color_converter)
REFUSE_ENCODE(j12init_downsampler)
REFUSE_ENCODE(j12init_forward_dct)
REFUSE_ENCODE(j12init_lossless_compressor)
REFUSE_ENCODE_BUFFER(j16init_c_main_controller)
REFUSE_ENCODE_BUFFER(j16init_c_prep_controller)
REFUSE_ENCODE_BUFFER(j16init_c_diff_controller)
REFUSE_ENCODE(j16init_color_converter)
REFUSE_ENCODE(j16init_downsampler)
REFUSE_ENCODE(j16init_lossless_compressor)
REFUSE_ENCODE_BUFFER(jinit_c_diff_controller)
REFUSE_ENCODE(jinit_lossless_compressor)
REFUSE_ENCODE(jinit_lhuff_encoder)

REFUSE_DECODE_BUFFER(j12init_d_main_controller)
REFUSE_DECODE_BUFFER(j12init_d_coef_controller)
REFUSE_DECODE_BUFFER(j12init_d_post_controller)
REFUSE_DECODE_BUFFER(j12init_d_diff_controller)
REFUSE_DECODE(j12init_inverse_dct)
REFUSE_DECODE(j12init_upsampler)
REFUSE_DECODE(j12init_color_deconverter)
REFUSE_DECODE(j12init_1pass_quantizer)
REFUSE_DECODE(j12init_2pass_quantizer)
REFUSE_DECODE(j12init_merged_upsampler)
REFUSE_DECODE(j12init_lossless_decompressor)
REFUSE_DECODE_BUFFER(j16init_d_main_controller)
REFUSE_DECODE_BUFFER(j16init_d_post_controller)
REFUSE_DECODE_BUFFER(j16init_d_diff_controller)
REFUSE_DECODE(j16init_upsampler)
REFUSE_DECODE(j16init_color_deconverter)
REFUSE_DECODE(j16init_lossless_decompressor)
REFUSE_DECODE_BUFFER(jinit_d_diff_controller)
REFUSE_DECODE(jinit_lossless_decompressor)
REFUSE_DECODE(jinit_lhuff_decoder)

#endif

/* ── ways that are never chosen here ── */

REFUSE_ENCODE(jinit_phuff_encoder)
REFUSE_DECODE(jinit_1pass_quantizer)
REFUSE_DECODE(jinit_2pass_quantizer)
REFUSE_DECODE(jinit_merged_upsampler)

void jpeg_idct_ifast(j_decompress_ptr cinfo, jpeg_component_info* compptr, JCOEFPTR coef_block, JSAMPARRAY output_buf,
                     JDIMENSION output_col) {
  ERREXIT(cinfo, JERR_NOT_COMPILED);
}
void gvw_no_idct(j_decompress_ptr cinfo, jpeg_component_info* compptr, JCOEFPTR coef_block, JSAMPARRAY output_buf,
                 JDIMENSION output_col) {
  ERREXIT(cinfo, JERR_NOT_COMPILED);
}
void jpeg_idct_float(j_decompress_ptr cinfo, jpeg_component_info* compptr, JCOEFPTR coef_block, JSAMPARRAY output_buf,
                     JDIMENSION output_col) {
  ERREXIT(cinfo, JERR_NOT_COMPILED);
}
void jpeg_fdct_ifast(DCTELEM* data) {}
void jpeg_fdct_float(FAST_FLOAT* data) {}

/* ── kernels that are not there: the library keeps to its own code ── */

#define NO_KERNEL(name) \
  int name(void) { return 0; }

NO_KERNEL(jsimd_can_rgb_gray)
NO_KERNEL(jsimd_can_ycc_rgb565)
NO_KERNEL(jsimd_c_can_null_convert)
NO_KERNEL(jsimd_can_h2v2_smooth_downsample)
NO_KERNEL(jsimd_can_h2v2_upsample)
NO_KERNEL(jsimd_can_h2v1_upsample)
NO_KERNEL(jsimd_can_int_upsample)
NO_KERNEL(jsimd_can_h2v2_merged_upsample)
NO_KERNEL(jsimd_can_h2v1_merged_upsample)
NO_KERNEL(jsimd_can_huff_encode_one_block)
NO_KERNEL(jsimd_can_encode_mcu_AC_first_prepare)
NO_KERNEL(jsimd_can_encode_mcu_AC_refine_prepare)
NO_KERNEL(jsimd_can_convsamp_float)
NO_KERNEL(jsimd_can_fdct_ifast)
NO_KERNEL(jsimd_can_fdct_float)
NO_KERNEL(jsimd_can_quantize_float)
NO_KERNEL(jsimd_can_idct_2x2)
NO_KERNEL(jsimd_can_idct_6x6)
NO_KERNEL(jsimd_can_idct_12x12)
NO_KERNEL(jsimd_can_idct_ifast)
NO_KERNEL(jsimd_can_idct_float)

void jsimd_rgb_gray_convert(j_compress_ptr cinfo, JSAMPARRAY input_buf, JSAMPIMAGE output_buf, JDIMENSION output_row,
                            int num_rows) {}
void jsimd_ycc_rgb565_convert(j_decompress_ptr cinfo, JSAMPIMAGE input_buf, JDIMENSION input_row, JSAMPARRAY output_buf,
                              int num_rows) {}
void jsimd_c_null_convert(j_compress_ptr cinfo, JSAMPARRAY input_buf, JSAMPIMAGE output_buf, JDIMENSION output_row,
                          int num_rows) {}
void jsimd_h2v2_smooth_downsample(j_compress_ptr cinfo, jpeg_component_info* compptr, JSAMPARRAY input_data,
                                  JSAMPARRAY output_data) {}
void jsimd_h2v2_upsample(j_decompress_ptr cinfo, jpeg_component_info* compptr, JSAMPARRAY input_data,
                         JSAMPARRAY* output_data_ptr) {}
void jsimd_h2v1_upsample(j_decompress_ptr cinfo, jpeg_component_info* compptr, JSAMPARRAY input_data,
                         JSAMPARRAY* output_data_ptr) {}
void jsimd_int_upsample(j_decompress_ptr cinfo, jpeg_component_info* compptr, JSAMPARRAY input_data,
                        JSAMPARRAY* output_data_ptr) {}
JOCTET* jsimd_huff_encode_one_block(void* state, JOCTET* buffer, JCOEFPTR block, int last_dc_val,
                                    c_derived_tbl* dctbl, c_derived_tbl* actbl) {
  return buffer;
}
void jsimd_encode_mcu_AC_first_prepare(const JCOEF* block, const int* jpeg_natural_order_start, int Sl, int Al,
                                       UJCOEF* values, size_t* zerobits) {}
int jsimd_encode_mcu_AC_refine_prepare(const JCOEF* block, const int* jpeg_natural_order_start, int Sl, int Al,
                                       UJCOEF* absvalues, size_t* bits) {
  return 0;
}
void jsimd_convsamp_float(JSAMPARRAY sample_data, JDIMENSION start_col, FAST_FLOAT* workspace) {}
void jsimd_fdct_ifast(DCTELEM* data) {}
void jsimd_fdct_float(FAST_FLOAT* data) {}
void jsimd_quantize_float(JCOEFPTR coef_block, FAST_FLOAT* divisors, FAST_FLOAT* workspace) {}

#define NO_IDCT(name)                                                                                         \
  void name(j_decompress_ptr cinfo, jpeg_component_info* compptr, JCOEFPTR coef_block, JSAMPARRAY output_buf, \
            JDIMENSION output_col) {}

NO_IDCT(jsimd_idct_2x2)
NO_IDCT(jsimd_idct_6x6)
NO_IDCT(jsimd_idct_12x12)
NO_IDCT(jsimd_idct_ifast)
NO_IDCT(jsimd_idct_float)

int gvw_jpeg_kernels = 1;
