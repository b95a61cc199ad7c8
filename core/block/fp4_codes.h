// What ggml's MXFP4 and NVFP4 share: the codes of E2M1 as twice their value, so that they are integers, and
// therefore scales of half their value.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
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
  const std::uint32_t magnitude = code & 127u;
  if (magnitude < 8) return static_cast<float>(magnitude) * 0x1p-10f;
  return std::bit_cast<float>((magnitude << 20) + (119u << 23));
}

// floor(log2f(x)) of a positive float32, as ggml has it: just below a power of two the logarithm rounds up to
// that power's. x = 2^n (1 - gap 2^-24), and log2 x = n - 1.4427 gap 2^-24 rounds to n where that is less
// than half of float32's step below n, which is 2^-24 times 2^ceil(log2 n) / 2 or, of negative n,
// 2^floor(log2 -n).
inline int floor_of_log2(float x) {
  int n;
  const float gap = (1 - std::frexp(x, &n)) * 0x1p24f;
  if (n == 0) return -1;
  const int steps = n > 0 ? static_cast<int>(std::bit_ceil(static_cast<unsigned>(n)))
                          : 2 * static_cast<int>(std::bit_floor(static_cast<unsigned>(-n)));
  return gap < 0.34657359f * static_cast<float>(steps) ? n : n - 1;  // half of ln 2
}

// UE4M3 nearest to a number that is not negative; ties up. ggml sends 256 and more to the largest, 448, and
// does not let subnormals round up to the smallest normal number.
inline unsigned ue4m3_of(float value) {
  if (value < 0x1p-6f) return std::min(static_cast<unsigned>(value * 512 + 0.5f), 7u);
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t rounded = (bits >> 20) + (bits >> 19 & 1u) - (120u << 3);
  return rounded < 0x78u ? rounded : 0x7Eu;
}

// The codes of the levels nearest to values, as ggml finds them: it tries all 16 in float32 and keeps the
// first of the best, so at a tie the level closer to zero, and never the code of -0. Comparing with the
// middles between levels gives the same: middles are exact, and of two neighbours that compete both
// differences are, up to magnitudes of 2^20 times the scale's unit.
class NearestE2M1 {
 public:
  // Of a scale of half its value. A level that overflows is not chosen; of the scale 0 only level 0.
  explicit NearestE2M1(float half_scale) {
    for (std::size_t i = 0; i < 7; ++i) {
      const float level = twice(i + 1) * half_scale;
      const bool reachable = level > 0 && level <= std::numeric_limits<float>::max();
      above_[i] =
          reachable ? 0.5f * (twice(i) + twice(i + 1)) * half_scale : std::numeric_limits<float>::infinity();
    }
  }

  unsigned code(float value) const {
    const float magnitude = std::fabs(value);
    unsigned code = 0;
    for (const float above : above_) code += magnitude > above;
    return value < 0 && code > 0 ? code | 8u : code;
  }

 private:
  static float twice(std::size_t code) { return static_cast<float>(kTwiceE2M1[code]); }

  std::array<float, 7> above_;
};

}  // namespace bitloupe
