// The one place where stb_image is compiled.
#include "pixels/stb.h"

#include <cstdlib>

namespace {

void* allocate(std::size_t bytes) {
  if (bytes > gvw::stb_allocation.limit) {
    gvw::stb_allocation.refused = true;
    return nullptr;
  }
  return std::malloc(bytes);
}

void* reallocate(void* old, std::size_t bytes) {
  if (bytes > gvw::stb_allocation.limit) {
    gvw::stb_allocation.refused = true;
    return nullptr;  // stb_image frees the old one
  }
  return std::realloc(old, bytes);
}

}  // namespace

namespace gvw {
thread_local StbAllocation stb_allocation;
}

#define STBI_MALLOC(bytes) allocate(bytes)
#define STBI_REALLOC(old, bytes) reallocate(old, bytes)
#define STBI_FREE(old) std::free(old)
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>
