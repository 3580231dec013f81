#ifndef GVW_PIXELS_CODECS_JPEG_GUARD_H
#define GVW_PIXELS_CODECS_JPEG_GUARD_H

/* libjpeg-turbo, made to answer instead of to exit. Its error_exit must not return, so an error leaves by longjmp: in
 * one file of C, jpeg_guard.c, which holds both setjmp and longjmp. What is jumped over are the library's own frames
 * and one `step`, a function that owns nothing: no destructor, no allocation of its own. In WebAssembly this is the
 * exception-handling form of longjmp (-sSUPPORT_LONGJMP=wasm), which costs nothing until it happens and needs no
 * JavaScript; the alternative, a C++ exception, would bring tables for unwinding into everything that is linked. */

#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>

/* The library's inner structures too, for kernels stand in for some. */
#define JPEG_INTERNALS
/* Each of these needs the one before. */
/* clang-format off */
#include <jpeglib.h>
#include <jerror.h>
/* clang-format on */

#ifdef __cplusplus
extern "C" {
#endif

struct GvwJpegGuard {
  struct jpeg_error_mgr manager; /* the first member: the library only knows this part */
  jmp_buf jump;
  int cut_short; /* warnings that data ended before the picture did */
};

/* The error manager for a (de)compressor. It prints nothing; warnings are counted in manager.num_warnings. */
struct jpeg_error_mgr* gvw_jpeg_errors(struct GvwJpegGuard* guard);

/* Runs step(context). 1: it returned; 0: the library gave up, why is in manager.msg_code. */
int gvw_jpeg_run(struct GvwJpegGuard* guard, void (*step)(void*), void* context);

#ifdef __cplusplus
}
#endif

#endif
