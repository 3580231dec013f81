// What a module does when there is no more memory where the answer cannot be a value. Part of every module.
#include <emscripten/em_macros.h>

#include <new>

namespace gvw::bindings {
namespace {

bool out_of_memory = false;

/// Code that is not ours allocates by `new`; without exceptions all it can do for want of memory is stop.
[[noreturn]] void stop_for_want_of_memory() {
  out_of_memory = true;
  __builtin_trap();
}

[[maybe_unused]] const std::new_handler before = std::set_new_handler(stop_for_want_of_memory);

}  // namespace

extern "C" {

/// After a trap: whether it was for want of memory.
EMSCRIPTEN_KEEPALIVE bool ran_out_of_memory() { return out_of_memory; }
}

}  // namespace gvw::bindings
