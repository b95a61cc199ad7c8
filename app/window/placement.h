// Where a window may lie: asked-for rectangles moved and shrunk onto a monitor that is there. Pure
// arithmetic.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace bitloupe {

struct ScreenArea {
  int x = 0, y = 0, width = 0, height = 0;
  bool operator==(const ScreenArea&) const = default;
};

// Of what both cover, in square screen coordinates.
std::int64_t shared_area(const ScreenArea& a, const ScreenArea& b);

// The window inside the monitor that holds most of it, or inside the first where none does; without a
// position it is centred. Never smaller than 320 x 240 unless the monitor is. Without monitors only the size
// is bounded.
ScreenArea place_window(int width, int height, std::optional<ScreenArea> position,
                        std::span<const ScreenArea> monitors);

}  // namespace bitloupe
