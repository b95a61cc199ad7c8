#include "core/quant/nested_scales.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bitloupe {
namespace {

constexpr int kExponents = 7;

// With exponent i the significands are the middles of 2^i equal parts of [0.1, 1].
std::array<float, 256> make_levels() {
  std::array<float, 256> levels{};
  std::size_t n = 0;
  for (int i = 0; i < kExponents; ++i) {
    const int parts = 1 << i;
    for (int j = 0; j < parts; ++j) {
      const double middle = 0.1 + 0.9 * (j + 0.5) / parts;
      const auto level = static_cast<float>(std::pow(10.0, i - (kExponents - 1)) * middle);
      levels[n++] = level;
      levels[n++] = -level;
    }
  }
  levels[n++] = 0;
  levels[n] = 1;
  std::sort(levels.begin(), levels.end());
  return levels;
}

}  // namespace

std::span<const float> dynamic_levels() {
  static const std::array<float, 256> levels = make_levels();
  return levels;
}

std::size_t nearest_dynamic_level(float x) {
  const std::span<const float> levels = dynamic_levels();
  const auto above = std::lower_bound(levels.begin(), levels.end(), x);
  const auto number = static_cast<std::size_t>(above - levels.begin());
  if (above == levels.begin()) return 0;
  if (above == levels.end()) return levels.size() - 1;
  const double up = static_cast<double>(*above) - static_cast<double>(x);
  const double down = static_cast<double>(x) - static_cast<double>(above[-1]);
  return up < down ? number : number - 1;
}

std::uint64_t nest_scales(std::span<float> scales) {
  if (scales.empty()) return 0;
  double sum = 0;
  for (const float s : scales) sum += static_cast<double>(s);
  const auto mean = static_cast<float>(sum / static_cast<double>(scales.size()));
  std::uint64_t floored = 0;
  for (std::size_t begin = 0; begin < scales.size(); begin += kNestedGroup) {
    const std::span<float> group = scales.subspan(begin, std::min(kNestedGroup, scales.size() - begin));
    float largest = 0;
    for (const float s : group) largest = std::max(largest, std::fabs(s - mean));
    for (float& s : group) {
      const float left =
          largest > 0 ? dynamic_levels()[nearest_dynamic_level((s - mean) / largest)] * largest : 0;
      constexpr float kSmallest = 0x1p-126f;
      floored += left + mean < kSmallest;
      s = std::max(left + mean, kSmallest);
    }
  }
  return floored;
}

}  // namespace bitloupe
