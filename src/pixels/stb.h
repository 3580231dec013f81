#pragma once

#include <cstdint>

// How stb_image is built here: from memory only, no file calls, no asserts that print and abort, and
// allocation by malloc so that a failure is a null pointer.
#define STBI_NO_STDIO
#define STBI_ONLY_BMP
#define STBI_ONLY_GIF
#define STBI_NO_LINEAR
#define STBI_NO_HDR
#define STBI_ASSERT(condition) ((void)(condition))

#include <stb_image.h>

namespace gvw {

/// What stb_image may allocate: it believes what a file says of itself, so its caller sets a bound before each call.
struct StbAllocation {
  /// Bytes of one allocation.
  std::uint64_t limit = 0;
  /// Set when it asked for more, and got a null pointer.
  bool refused = false;
};
extern thread_local StbAllocation stb_allocation;

}  // namespace gvw
