// The scales and minima of Q4_K and Q5_K: eight of each, six bits wide, in twelve bytes.
//   Bytes 0 to 3: scales 0 to 3 in the low six bits; bytes 4 to 7: minima 0 to 3 likewise.
//   Byte 8 + i: the low four bits of scale 4 + i (low half) and of minimum 4 + i (high half); their high two
//   bits are the high two of bytes i and 4 + i.
#pragma once

#include <span>

#include "core/block/block_bytes.h"

namespace bitloupe {

struct ScaleAndMinimum {
  unsigned scale, minimum;
};

inline ScaleAndMinimum k_scale(const std::byte* scales, std::size_t group) {
  if (group < 4) return {byte_at(scales, group) & 63u, byte_at(scales, group + 4) & 63u};
  const std::size_t i = group - 4;
  return {nibble_at(scales, 8 + i, 0) | byte_at(scales, i) >> 6 << 4,
          nibble_at(scales, 8 + i, 1) | byte_at(scales, 4 + i) >> 6 << 4};
}

// Writes all twelve bytes.
inline void put_k_scales(std::byte* scales, std::span<const ScaleAndMinimum, 8> six_bits) {
  for (std::size_t i = 0; i < 4; ++i) {
    const ScaleAndMinimum low = six_bits[i], high = six_bits[4 + i];
    put_byte(scales, i, low.scale | high.scale >> 4 << 6);
    put_byte(scales, 4 + i, low.minimum | high.minimum >> 4 << 6);
    put_byte(scales, 8 + i, (high.scale & 15u) | (high.minimum & 15u) << 4);
  }
}

}  // namespace bitloupe
