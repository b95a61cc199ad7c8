// IEEE binary16 to float32, exactly, and the nearest one back.
#pragma once

#include <bit>
#include <cstdint>

namespace bitloupe {

// The exponent is rebiased by an exact product with 2^112, which also normalises subnormals.
inline float half_value(std::uint16_t bits) {
  const std::uint32_t magnitude = static_cast<std::uint32_t>(bits & 0x7FFFu) << 13;
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
  const std::uint32_t special = magnitude >= 0x0F800000u ? 0x7F800000u : 0;  // inf and NaN
  const std::uint32_t finite = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) * 0x1p112f);
  return std::bit_cast<float>((special != 0 ? special | magnitude : finite) | sign);
}

// Ties to even, from 65520 on infinity; every NaN becomes 7E00.
inline std::uint16_t half_bits(float value) {
  constexpr std::uint32_t kHalf = std::bit_cast<std::uint32_t>(0.5f);
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t magnitude = bits & 0x7FFFFFFFu, sign = bits >> 16 & 0x8000u;
  if (magnitude > 0x7F800000u) return 0x7E00;
  if (magnitude >= 0x477FF000u) return static_cast<std::uint16_t>(sign | 0x7C00u);
  // Below 2^-14 the steps are those of float32 at 0.5: the sum rounds.
  const std::uint32_t rounded =
      magnitude < 0x38800000u ? std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - kHalf
                              : (magnitude - (112u << 23) + 0xFFFu + (magnitude >> 13 & 1u)) >> 13;
  return static_cast<std::uint16_t>(sign | rounded);
}

}  // namespace bitloupe
