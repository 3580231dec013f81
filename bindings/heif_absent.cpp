// What libheif and the standard library under it would ask of the outside, answered here: heif.wasm knows of no files,
// no environment, no console and no clock, and so imports none. It is given bytes and gives pixels.
#include <libde265/de265.h>

#include <cstddef>
#include <cstdint>

extern "C" {

/// Under Emscripten libheif asks libde265 to leave out the deblocking filter and sample adaptive offset, for speed.
/// They are part of HEVC (ITU-T H.265, 8.7), and without them a picture is off by as much as a tenth of the range at
/// the edges of its blocks. cmake/heif.cmake has libheif call this in place of the function it asks by.
void gvw_keep_filters(de265_decoder_context* /*decoder*/, enum de265_param /*parameter*/, int /*value*/) {}

/// The folders of plug-ins, of which there are none.
char* getenv(const char* /*name*/) { return nullptr; }

// Emscripten's system calls, with the signatures of its wasi/api.h, syscall_arch.h and emscripten_internal.h.

/// WASI's errno `badf`, and musl's ENOENT as system calls give it.
constexpr std::uint16_t kBadDescriptor = 8;
constexpr int kNoEntry = -44;

std::uint16_t __wasi_fd_close(int /*descriptor*/) { return kBadDescriptor; }
std::uint16_t __wasi_fd_read(int /*descriptor*/, const void* /*vectors*/, std::size_t /*count*/,
                             std::size_t* /*read*/) {
  return kBadDescriptor;
}
std::uint16_t __wasi_fd_write(int /*descriptor*/, const void* /*vectors*/, std::size_t /*count*/,
                              std::size_t* /*sent*/) {
  return kBadDescriptor;
}
std::uint16_t __wasi_fd_seek(int /*descriptor*/, std::int64_t /*offset*/, std::uint8_t /*whence*/,
                             std::uint64_t* /*at*/) {
  return kBadDescriptor;
}
int __syscall_unlinkat(int /*folder*/, std::intptr_t /*path*/, int /*flags*/) { return kNoEntry; }
void _tzset_js(long* timezone, int* daylight, char* standard, char* summer) {
  *timezone = 0;
  *daylight = 0;
  *standard = *summer = '\0';
}
}
