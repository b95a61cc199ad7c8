#include "app/preferences.h"

#include <algorithm>
#include <cmath>

namespace bitloupe {
namespace {

using ui::Appearance;

struct AppearanceName {
  Appearance appearance;
  std::string_view name;
};
constexpr AppearanceName kAppearances[] = {
    {Appearance::Dark, "dark"}, {Appearance::Light, "light"}, {Appearance::HighContrast, "high-contrast"}};

}  // namespace

std::string_view to_text(ui::Appearance appearance) {
  for (const AppearanceName& row : kAppearances)
    if (row.appearance == appearance) return row.name;
  return kAppearances[0].name;
}

Result<ui::Appearance> parse_appearance(std::string_view text) {
  std::string known;
  for (const AppearanceName& row : kAppearances) {
    if (row.name == text) return row.appearance;
    known += (known.empty() ? "" : ", ") + std::string(row.name);
  }
  return bad_argument("appearance '" + std::string(text) + "': expected one of " + known);
}

float Preferences::size() const {
  const float own = std::isfinite(zoom) ? std::clamp(zoom, kLeastZoom, kMostZoom) : 1.0f;
  return projector ? std::min(own * kProjectorZoom, kMostZoom) : own;
}

}  // namespace bitloupe
