// IEEE binary16 to float32, exactly.
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

}  // namespace bitloupe
