// The two transforms that libde265 has no kernels for, in place of its plain ones.
#include <libde265/fallback-dct.h>

#include "heif/transform.h"

void transform_4x4_luma_add_8_fallback(uint8_t* dst, const int16_t* coeffs, ptrdiff_t stride) {
  gvw::add_transformed(gvw::kSine, coeffs, dst, stride);
}

void transform_4x4_add_8_fallback(uint8_t* dst, const int16_t* coeffs, ptrdiff_t stride) {
  gvw::add_transformed(gvw::kCosine, coeffs, dst, stride);
}
