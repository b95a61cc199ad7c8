// The bytes of a block as small integers and scales. Blocks lie at any address, so nothing is read through a
// pointer to a wider type.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

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

inline void put_byte(std::byte* bytes, std::size_t i, unsigned value) {
  bytes[i] = static_cast<std::byte>(value & 255u);
}
inline void put_word(std::byte* bytes, std::size_t i, std::uint16_t value) {
  put_byte(bytes, i, value);
  put_byte(bytes, i + 1, value >> 8);
}
inline void put_long(std::byte* bytes, std::size_t i, std::uint32_t value) {
  put_word(bytes, i, static_cast<std::uint16_t>(value));
  put_word(bytes, i + 2, static_cast<std::uint16_t>(value >> 16));
}

inline void put_half(std::byte* bytes, std::size_t i, float value) { put_word(bytes, i, half_bits(value)); }

// Of 2 * `half` codes, the low four bits: byte j holds those of code j and, in its high half, of j + `half`.
inline void put_nibbles(std::byte* bytes, const std::uint8_t* codes, std::size_t half) {
  for (std::size_t j = 0; j < half; ++j) put_byte(bytes, j, (codes[j] & 15u) | (codes[j + half] & 15u) << 4);
}

// The fifth bit of 32 codes, as four bytes: bit i is that of code i.
inline void put_fifth_bits(std::byte* bytes, std::span<const std::uint8_t, 32> codes) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 32; ++i) bits |= (std::uint32_t{codes[i]} >> 4 & 1u) << i;
  put_long(bytes, 0, bits);
}

// The number as ggml makes it of a small integer before it multiplies.
inline float real(int code) { return static_cast<float>(code); }
inline float real(unsigned code) { return static_cast<float>(code); }

}  // namespace bitloupe
