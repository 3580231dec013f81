#pragma once

// libjpeg-turbo's SIMD interface: its jsimd.h and jsimddct.h say which kernels the library asks for, the files of this
// folder are the answers, each bit-identical to the library's own C for every picture an encoder can write.
#include <cstdio>

extern "C" {
#define JPEG_INTERNALS
// Each of these needs the one before.
// clang-format off
#include <jinclude.h>
#include <jpeglib.h>
#include <jdct.h>
#include <jsimd.h>
#include <jsimddct.h>
// clang-format on
}

extern "C" {
/// 0 makes the library use its own C, so that tests can hold the two against each other. Read at the start of each
/// picture.
extern int gvw_jpeg_kernels;

/// For tests too: makes the library's own Huffman encoder, jinit_huff_encoder, which then has to be told to
/// `optimize_coding`. Null makes ours, which does so by itself. A pointer, so that the library's is not linked into
/// what ships.
extern void (*gvw_library_huffman)(j_compress_ptr cinfo);

/// What the library calls in place of jinit_huff_encoder and jinit_huff_decoder.
void gvw_init_huffman_encoder(j_compress_ptr cinfo);
void gvw_init_huffman_decoder(j_decompress_ptr cinfo);
}
