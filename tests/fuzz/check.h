#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>

/// Stops a fuzzer with what does not hold; libFuzzer then keeps the input.
#define FUZZ_CHECK(condition)                                                             \
  do {                                                                                    \
    if (!(condition)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                       \
    }                                                                                     \
  } while (false)

/// What libFuzzer calls; declared so that each target's definition has a prototype.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);
