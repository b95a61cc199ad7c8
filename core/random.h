// Counter-based random numbers: number i of seed s is a pure function of (s, i), so any order and any thread
// count draw the same values. Mixing: SplitMix64 (Steele, Lea, Flood 2014).
#pragma once

#include <cstdint>

namespace bitloupe {

// 64 uniform bits for counter `index` of stream `seed`.
constexpr std::uint64_t random_bits(std::uint64_t seed, std::uint64_t index) {
  auto mix = [](std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  };
  return mix(mix(seed + 0x9E3779B97F4A7C15u) + (index + 1) * 0x9E3779B97F4A7C15u);
}

// Uniform in the open interval (0, 1): an odd multiple of 2^-53, which double holds exactly.
constexpr double random_unit(std::uint64_t seed, std::uint64_t index) {
  return (static_cast<double>(random_bits(seed, index) >> 12) + 0.5) * 0x1p-52;
}

}  // namespace bitloupe
