#pragma once
// The functions of libde265's that ours replace, by the names that cmake/heif.cmake gives them; and one that it has in
// no header of its own.
#include <libde265/intrapred.h>

void gvw_library_intra_prediction(de265_image* img, int xB0, int yB0, IntraPredMode intraPredMode, int nT, int cIdx);
void gvw_library_deblocking(de265_image* img);
void gvw_library_sao(de265_image* img);

/// Finds the edges of all blocks; false where none is to be filtered.
bool derive_edgeFlags(de265_image* img);
