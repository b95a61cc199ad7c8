// Texels of a window probe: the extremes of the cells that fall into one, and how an axis of cells is cut
// into them. It does not know how cells are found or quantized.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

#include "core/probe.h"
#include "core/stats/prepared.h"

namespace bitloupe {

using Extremes = WindowResult::Extremes;
constexpr Extremes kNoExtremes{std::numeric_limits<float>::infinity(),
                               -std::numeric_limits<float>::infinity()};

inline void include(Extremes& extremes, float value) {  // NaN changes nothing
  extremes.min = value < extremes.min ? value : extremes.min;
  extremes.max = value > extremes.max ? value : extremes.max;
}

inline void include(Extremes& extremes, const Extremes& other) {
  extremes.min = std::min(extremes.min, other.min);
  extremes.max = std::max(extremes.max, other.max);
}

inline void include(BlockExtremes::Extremes& block, const BlockExtremes::Extremes& other) {
  block.min = std::min(block.min, other.min);
  block.max = std::max(block.max, other.max);
  block.nan |= other.nan;
  block.inf |= other.inf;
}

struct Texel {
  Extremes original = kNoExtremes, dequantized = kNoExtremes, error = kNoExtremes, code = kNoExtremes;
  std::uint8_t marks = 0;
};

// By ErrorKind.
inline constexpr std::array<std::uint8_t, 5> kMarksByKind = {0, kMarkClipped, kMarkOverflowed, kMarkNan,
                                                             kMarkInf};

// Codes as numbers: q, or the level counted from zero.
void number_codes(const NumberFormat& format, std::span<const Code> codes, std::span<float> numbers);

inline void add_cell(Texel& texel, float original, float dequantized, ErrorKind kind, float code) {
  texel.marks |= kMarksByKind[static_cast<std::size_t>(kind)];
  const bool special = kind == ErrorKind::Nan || kind == ErrorKind::Inf;
  if (!special) include(texel.original, original);
  if (!std::isfinite(dequantized)) return;
  include(texel.dequantized, dequantized);
  include(texel.code, code);
  if (!special && kind != ErrorKind::Overflowed)
    include(texel.error,
            static_cast<float>(static_cast<double>(original) - static_cast<double>(dequantized)));
}

// One axis of the picture: cells along it, and how they fall into texels.
struct TexelAxis {
  std::uint64_t size = 1;              // cells
  std::uint64_t stride = 0;            // elements from one cell to the next
  std::uint64_t step = 1;              // cells a texel
  std::uint64_t first = 0, count = 0;  // texels
  std::uint64_t texel_stride = 1;      // places in the result from one texel to the next

  std::uint64_t begin(std::uint64_t texel) const { return (first + texel) * step; }
  std::uint64_t end(std::uint64_t texel) const { return std::min(begin(texel) + step, size); }
  std::uint64_t cells() const { return count == 0 ? 0 : end(count - 1) - begin(0); }
};

// The texels that cells [from, from + length) of an axis of `size` cells fall into.
TexelAxis make_axis(std::uint64_t size, std::uint64_t stride, std::uint64_t step, std::uint64_t from,
                    std::uint64_t length);

}  // namespace bitloupe
