// The arithmetic that the encoders share: ggml's ways to round, and the value of largest magnitude. It knows
// no block type.
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

// The nearest integer, ties to even, of magnitudes up to 4194303: added to 1.5 * 2^23 the number has no
// fraction left. Beyond, ggml takes the low 23 bits of that sum all the same (NaN gives 0), and its search
// for the scales of Q3_K comes there: quotients by almost nothing.
inline int nearest(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value + 12582912.0f);
  return static_cast<int>(bits & 0x7FFFFFu) - 0x400000;
}
inline int nearest(float value, int lowest, int highest) {
  return std::clamp(nearest(value), lowest, highest);
}

// Toward zero. C leaves open what becomes of a number that no int holds, NaN included; here it is 0, as of
// the low bits that x86 takes. ggml comes there by reciprocals of scales below 2^-128.
inline int truncated(float value) {
  return value >= -0x1p31f && value < 0x1p31f ? static_cast<int>(value) : 0;
}

// The nearest integer, ties away from zero, of magnitudes below 2^23; std::round is a call. The largest
// number below a half leaves a sum below the next integer exactly where the value is below the middle.
inline int nearest_away(float value) { return truncated(value + std::copysign(0x1.fffffep-2f, value)); }

// 1 / scale, 0 for the scale 0.
inline float reciprocal(float scale) { return scale != 0 ? 1.0f / scale : 0.0f; }

// The first value of the largest magnitude, with its sign; 0 where all are zero.
inline float furthest_from_zero(std::span<const float> values) {
  float largest = 0, furthest = 0;
  for (const float value : values) {
    if (!(largest < std::fabs(value))) continue;
    largest = std::fabs(value);
    furthest = value;
  }
  return furthest;
}

struct Extremes {
  float least, most;
};
// The first of each, of at least one value; by selections, for a branch would often be guessed wrong.
inline Extremes extremes_of(std::span<const float> values) {
  Extremes found{values.front(), values.front()};
  for (const float value : values) {
    found.least = value < found.least ? value : found.least;
    found.most = value > found.most ? value : found.most;
  }
  return found;
}

inline float largest_magnitude(std::span<const float> values) {
  float largest = 0;
  for (const float value : values) largest = std::max(largest, std::fabs(value));
  return largest;
}

// Groups of a largest magnitude below this are all zeros to the searches.
constexpr float kAllZero = 1e-15f;

// Calls an encoder of finite values with any: NaN as 0, infinities as the largest finite float32.
template <std::size_t kValues, void (*kEncode)(const float*, std::byte*)>
void encode_any(const float* values, std::byte* block) {
  std::uint32_t largest = 0;
  for (std::size_t i = 0; i < kValues; ++i)
    largest = std::max(largest, std::bit_cast<std::uint32_t>(values[i]) & 0x7FFFFFFFu);
  if (largest < 0x7F800000u) return kEncode(values, block);
  constexpr float kMost = std::numeric_limits<float>::max();
  std::array<float, kValues> finite;
  for (std::size_t i = 0; i < kValues; ++i)
    finite[i] = std::isnan(values[i]) ? 0.0f : std::clamp(values[i], -kMost, kMost);
  kEncode(finite.data(), block);
}

}  // namespace bitloupe
