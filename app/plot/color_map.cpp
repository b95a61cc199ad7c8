#include "app/plot/color_map.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <vector>

#include "app/embedded.h"
#include "app/ui/theme.h"

namespace bitloupe {
namespace {

// Lines of RRGGBB at equal distances.
std::vector<std::uint32_t> parse_anchors(std::string_view text) {
  std::vector<std::uint32_t> anchors;
  for (std::size_t at = 0; at + 6 <= text.size(); at += 7) {
    std::uint32_t rgb = 0;
    std::from_chars(text.data() + at, text.data() + at + 6, rgb, 16);
    anchors.push_back(rgb);
  }
  return anchors;
}

std::uint32_t mix_channel(std::uint32_t a, std::uint32_t b, int shift, float t) {
  const float from = static_cast<float>(a >> shift & 0xFF), to = static_cast<float>(b >> shift & 0xFF);
  return static_cast<std::uint32_t>(std::lround(from + (to - from) * t));
}

Color mix(std::uint32_t a, std::uint32_t b, float t) {
  return 0xFF000000u | mix_channel(a, b, 0, t) << 16 | mix_channel(a, b, 8, t) << 8 |
         mix_channel(a, b, 16, t);
}

ColorTable make_table(std::string_view name) {
  const std::vector<std::uint32_t> anchors = parse_anchors(embedded_file(name));
  ColorTable table{};
  if (anchors.size() < 2) return table;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const float position = static_cast<float>(i) / 255.0f * static_cast<float>(anchors.size() - 1);
    const std::size_t left = std::min(static_cast<std::size_t>(position), anchors.size() - 2);
    table[i] = mix(anchors[left], anchors[left + 1], position - static_cast<float>(left));
  }
  return table;
}

}  // namespace

const ColorTable& color_table(ColorMap map, bool dark) {
  static const ColorTable viridis = make_table("assets/colormaps/viridis.txt");
  static const ColorTable diverging_dark = make_table("assets/colormaps/diverging_dark.txt");
  static const ColorTable diverging_light = make_table("assets/colormaps/diverging_light.txt");
  if (map == ColorMap::Sequential) return viridis;
  return dark ? diverging_dark : diverging_light;
}

float color_position(ColorMap map, float value, float low, float high) {
  if (!std::isfinite(value)) return value > 0 ? 1.0f : 0.0f;
  if (map == ColorMap::Sequential)
    return high > low ? std::clamp((value - low) / (high - low), 0.0f, 1.0f) : 0.0f;
  const float end = value < 0 ? -low : high;
  const float share = end > 0 ? std::clamp(value / end, -1.0f, 1.0f) : 0.0f;
  return 0.5f + 0.5f * share;
}

Color color_at(ColorMap map, bool dark, float value, float low, float high) {
  const float position = color_position(map, value, low, high);
  return color_table(map, dark)[static_cast<std::size_t>(std::lround(position * 255))];
}

Color readable_on(Color background) {
  // Contrast with white and with black is equal at this luminance.
  return luminance(background) > 0.179 ? 0xFF000000u : 0xFFFFFFFFu;
}

}  // namespace bitloupe
