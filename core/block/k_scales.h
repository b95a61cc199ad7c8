// The scales and minima of Q4_K and Q5_K: eight of each, six bits wide, in twelve bytes.
//   Bytes 0 to 3: scales 0 to 3 in the low six bits; bytes 4 to 7: minima 0 to 3 likewise.
//   Byte 8 + i: the low four bits of scale 4 + i (low half) and of minimum 4 + i (high half); their high two
//   bits are the high two of bytes i and 4 + i.
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "core/block/block_anatomy.h"
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

inline constexpr BlockNumber kKNumbers[] = {
    {BlockPart::BlockScale, BlockNumberKind::F16, "d"},
    {BlockPart::BlockMinimum, BlockNumberKind::F16, "dmin"},
    {BlockPart::GroupScale, BlockNumberKind::Unsigned, "s"},
    {BlockPart::GroupMinimum, BlockNumberKind::Unsigned, "m"},
    {BlockPart::Code, BlockNumberKind::Unsigned, "q"},
};

// What Q4_K and Q5_K begin with, up to byte 16, and then their codes.
template <std::size_t N>
constexpr std::array<BitRun, 8 + N> with_k_scales(const std::array<BitRun, N>& codes) {
  using enum BlockPart;
  std::array<BitRun, 8 + N> layout = {{
      {.part = BlockScale, .byte = 0, .bits = 16},
      {.part = BlockMinimum, .byte = 2, .bits = 16},
      {.part = GroupScale, .byte = 4, .bits = 6, .count = 4},
      {.part = GroupMinimum, .byte = 8, .bits = 6, .count = 4},
      {.part = GroupScale, .byte = 12, .bits = 4, .first = 4, .count = 4},
      {.part = GroupMinimum, .byte = 12, .bit = 4, .bits = 4, .first = 4, .count = 4},
      {.part = GroupScale, .byte = 4, .bit = 6, .low = 4, .bits = 2, .first = 4, .count = 4},
      {.part = GroupMinimum, .byte = 8, .bit = 6, .low = 4, .bits = 2, .first = 4, .count = 4},
  }};
  std::copy(codes.begin(), codes.end(), layout.begin() + 8);
  return layout;
}

}  // namespace bitloupe
