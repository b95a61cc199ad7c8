// The bytes of a block as small integers and scales. Blocks lie at any address, so nothing is read through a
// pointer to a wider type.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/half.h"

namespace bitloupe {

inline unsigned byte_at(const std::byte* bytes, std::size_t i) { return std::to_integer<unsigned>(bytes[i]); }

inline int signed_byte_at(const std::byte* bytes, std::size_t i) {
  return static_cast<std::int8_t>(byte_at(bytes, i));
}

// Little-endian, as GGUF version 3 stores all numbers.
inline std::uint16_t word_at(const std::byte* bytes, std::size_t i) {
  return static_cast<std::uint16_t>(byte_at(bytes, i) | byte_at(bytes, i + 1) << 8);
}
inline std::uint32_t long_at(const std::byte* bytes, std::size_t i) {
  return word_at(bytes, i) | static_cast<std::uint32_t>(word_at(bytes, i + 2)) << 16;
}

inline float half_at(const std::byte* bytes, std::size_t i) { return half_value(word_at(bytes, i)); }

// Half 0: the low four bits, half 1: the high four.
inline unsigned nibble_at(const std::byte* bytes, std::size_t i, std::size_t half) {
  return byte_at(bytes, i) >> (4 * half) & 15u;
}

// The number as ggml makes it of a small integer before it multiplies.
inline float real(int code) { return static_cast<float>(code); }
inline float real(unsigned code) { return static_cast<float>(code); }

}  // namespace bitloupe
