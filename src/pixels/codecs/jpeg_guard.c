#include "jpeg_guard.h"

#include <string.h>

static void leave(j_common_ptr cinfo) {
  struct GvwJpegGuard* guard = (struct GvwJpegGuard*)cinfo->err;
  longjmp(guard->jump, 1);
}

static void count_message(j_common_ptr cinfo, int level) {
  if (level >= 0) return; /* not a warning */
  ++cinfo->err->num_warnings;
  if (cinfo->err->msg_code == JWRN_HIT_MARKER) ++((struct GvwJpegGuard*)cinfo->err)->cut_short;
}

static void ignore_message(j_common_ptr cinfo) { (void)cinfo; }

static void no_text(j_common_ptr cinfo, char* buffer) {
  (void)cinfo;
  buffer[0] = '\0';
}

static void forget_messages(j_common_ptr cinfo) {
  cinfo->err->num_warnings = 0;
  cinfo->err->msg_code = 0;
}

struct jpeg_error_mgr* gvw_jpeg_errors(struct GvwJpegGuard* guard) {
  memset(guard, 0, sizeof(*guard));
  guard->manager.error_exit = leave;
  guard->manager.emit_message = count_message;
  guard->manager.output_message = ignore_message;
  guard->manager.format_message = no_text;
  guard->manager.reset_error_mgr = forget_messages;
  return &guard->manager;
}

int gvw_jpeg_run(struct GvwJpegGuard* guard, void (*step)(void*), void* context) {
  if (setjmp(guard->jump) != 0) return 0;
  step(context);
  return 1;
}
