// Pilot: drives the open window in place of a person, for soak tests. The window asks it before every frame
// and tells it after.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/ui/input.h"

namespace bitloupe {

struct PilotOrders {
  std::vector<std::string> dropped;           // files
  std::optional<std::pair<int, int>> resize;  // screen coordinates
  bool close = false;                         // as the window manager asks
  bool lose_context = false;                  // as if the graphics processor had been reset
};

class Pilot {
 public:
  virtual ~Pilot() = default;
  virtual PilotOrders steer(ui::Input& input, int width, int height) = 0;  // size of the framebuffer
  virtual void shown(double frame_seconds, std::uint64_t gl_errors) = 0;   // errors since the start
};

}  // namespace bitloupe
