#pragma once

#include <cstddef>
#include <cstdint>

namespace gvw {

/// Length of the base64 of `count` bytes, padding included (RFC 4648, section 4).
constexpr std::uint64_t base64_length(std::uint64_t count) { return (count + 2) / 3 * 4; }

/// Writes the base64 of `count` bytes to `output`, which holds base64_length(count) bytes: standard alphabet, padded.
/// Uses simd128 where the build has it, else the scalar twin; both write the same bytes.
void encode_base64(const std::uint8_t* input, std::size_t count, std::uint8_t* output);

/// The scalar twin by itself, for tests.
void encode_base64_scalar(const std::uint8_t* input, std::size_t count, std::uint8_t* output);

}  // namespace gvw
