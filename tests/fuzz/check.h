#pragma once

#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <source_location>

/// Stops a fuzzer at what does not hold; libFuzzer then keeps the input.
inline void require(bool holds, const std::source_location where = std::source_location::current()) {
  if (holds) return;
  std::cerr << where.file_name() << ":" << where.line() << ": does not hold\n";
  std::abort();
}

/// What libFuzzer calls; declared so that each target's definition has a prototype.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);
