// The total order of floating-point numbers as integers (IEEE 754-2019, section 5.10): -0 comes before +0 and
// neighbours differ by 1.
#pragma once

#include <bit>
#include <cstdint>

namespace bitloupe {

constexpr std::int32_t ordered(float x) {
  const auto bits = std::bit_cast<std::int32_t>(x);
  return bits ^ ((bits >> 31) & 0x7FFFFFFF);
}
constexpr float from_ordered(std::int32_t key) {
  return std::bit_cast<float>(key ^ ((key >> 31) & 0x7FFFFFFF));
}

constexpr std::int64_t ordered(double x) {
  const auto bits = std::bit_cast<std::int64_t>(x);
  return bits ^ ((bits >> 63) & 0x7FFFFFFFFFFFFFFF);
}
constexpr double from_ordered(std::int64_t key) {
  return std::bit_cast<double>(key ^ ((key >> 63) & 0x7FFFFFFFFFFFFFFF));
}

}  // namespace bitloupe
