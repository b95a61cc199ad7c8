// The scales and minima of Q4_K and Q5_K: eight of each, six bits wide, in twelve bytes.
//   Bytes 0 to 3: scales 0 to 3 in the low six bits; bytes 4 to 7: minima 0 to 3 likewise.
//   Byte 8 + i: the low four bits of scale 4 + i (low half) and of minimum 4 + i (high half); their high two
//   bits are the high two of bytes i and 4 + i.
#pragma once

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

}  // namespace bitloupe
