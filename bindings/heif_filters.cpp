// Under Emscripten libheif asks libde265 to leave out the deblocking filter and sample adaptive offset, for speed. They
// are part of HEVC (ITU-T H.265, 8.7), and without them a picture is off by as much as a tenth of the range at the
// edges of its blocks. cmake/heif.cmake has libheif call this in place of the function it asks by.
#include <libde265/de265.h>

extern "C" void gvw_keep_filters(de265_decoder_context* /*decoder*/, enum de265_param /*parameter*/, int /*value*/) {}
