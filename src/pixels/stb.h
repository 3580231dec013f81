#pragma once

// How stb_image is built here: from memory only, no file calls, no asserts that print and abort, and allocation through
// malloc so that a failure is a null pointer.
#define STBI_NO_STDIO
#define STBI_ONLY_PNG
#define STBI_NO_LINEAR
#define STBI_NO_HDR
#define STBI_ASSERT(condition) ((void)(condition))

#include <stb_image.h>
