// How blocks of 256 values lay out single bits of their codes.
#pragma once

#include <array>
#include <cstdint>

#include "core/block/block_bytes.h"

namespace bitloupe {

using KCodes = std::array<std::uint8_t, 256>;

// The low two bits, 64 bytes: of each half of 128 values 32 bytes; byte j holds those of values j, j + 32,
// j + 64 and j + 96 of its half, the lowest first.
inline void put_two_bits(std::byte* bytes, const KCodes& codes) {
  for (std::size_t half = 0; half < 2; ++half)
    for (std::size_t j = 0; j < 32; ++j) {
      unsigned four = 0;
      for (std::size_t k = 0; k < 4; ++k) four |= (codes[128 * half + 32 * k + j] & 3u) << (2 * k);
      put_byte(bytes, 32 * half + j, four);
    }
}

// One bit of each code, 32 bytes: bit k of byte j is that of value 32 k + j.
inline void put_plane(std::byte* bytes, const KCodes& codes, unsigned bit) {
  for (std::size_t j = 0; j < 32; ++j) {
    unsigned eight = 0;
    for (std::size_t k = 0; k < 8; ++k) eight |= (codes[32 * k + j] >> bit & 1u) << k;
    put_byte(bytes, j, eight);
  }
}

}  // namespace bitloupe
