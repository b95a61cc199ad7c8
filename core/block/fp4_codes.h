// What ggml's MXFP4 and NVFP4 share: the codes of E2M1 as twice their value, so that they are integers, and
// therefore scales of half their value.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>

namespace bitloupe {

// The code of -0 stands for +0.
constexpr std::array kTwiceE2M1 = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
static_assert(kTwiceE2M1.size() == 16);

inline constexpr std::array<float, 16> kE2M1Levels = [] {
  std::array<float, 16> levels{};
  for (std::size_t code = 0; code < levels.size(); ++code)
    levels[code] = static_cast<float>(kTwiceE2M1[code]) / 2;
  return levels;
}();
inline std::span<const float> e2m1_levels() { return kE2M1Levels; }

// 2^(code - 128), of which the first two are subnormal. ggml reads the code of NaN, 255, as 2^127.
inline float half_of_e8m0(unsigned code) {
  return std::bit_cast<float>(code < 2 ? std::uint32_t{0x00200000} << code
                                       : static_cast<std::uint32_t>(code - 1) << 23);
}

// ggml reads the code of NaN, 127, as 0 and does not look at the highest bit otherwise.
inline float half_of_ue4m3(unsigned code) {
  if (code == 127) return 0;
  const int exponent = static_cast<int>(code >> 3 & 15u), mantissa = static_cast<int>(code & 7u);
  const float value = exponent == 0 ? std::ldexp(static_cast<float>(mantissa), -9)
                                    : std::ldexp(static_cast<float>(8 + mantissa), exponent - 10);
  return value * 0.5f;
}

}  // namespace bitloupe
