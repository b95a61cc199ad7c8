#include "app/window/placement.h"

#include <algorithm>
#include <cstdint>

namespace bitloupe {
namespace {

constexpr int kNarrowest = 320, kLowest = 240, kLargest = 16384;

std::int64_t overlap(std::int64_t a, std::int64_t a_size, std::int64_t b, std::int64_t b_size) {
  return std::max<std::int64_t>(0, std::min(a + a_size, b + b_size) - std::max(a, b));
}

// `at` moved so that [at, at + size) lies inside [low, low + room), if it fits.
int moved_inside(int at, int size, int low, int room) {
  return std::clamp(at, low, std::max(low, low + room - size));
}

}  // namespace

std::int64_t shared_area(const ScreenArea& a, const ScreenArea& b) {
  return overlap(a.x, a.width, b.x, b.width) * overlap(a.y, a.height, b.y, b.height);
}

ScreenArea place_window(int width, int height, std::optional<ScreenArea> position,
                        std::span<const ScreenArea> monitors) {
  ScreenArea wanted{position ? position->x : 0, position ? position->y : 0,
                    std::clamp(width, kNarrowest, kLargest), std::clamp(height, kLowest, kLargest)};
  if (monitors.empty()) return wanted;
  const ScreenArea* home = &monitors.front();
  if (position)
    home =
        &*std::max_element(monitors.begin(), monitors.end(), [&](const ScreenArea& a, const ScreenArea& b) {
          return shared_area(wanted, a) < shared_area(wanted, b);
        });
  wanted.width = std::min(wanted.width, home->width);
  wanted.height = std::min(wanted.height, home->height);
  if (!position) {
    wanted.x = home->x + (home->width - wanted.width) / 2;
    wanted.y = home->y + (home->height - wanted.height) / 2;
  }
  wanted.x = moved_inside(wanted.x, wanted.width, home->x, home->width);
  wanted.y = moved_inside(wanted.y, wanted.height, home->y, home->height);
  return wanted;
}

}  // namespace bitloupe
