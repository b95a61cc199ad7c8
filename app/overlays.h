// What lies over the window for a moment: the prompt that asks for a path, the list of keys. They never block
// the window behind them; Escape or a click beside them closes them.
#pragma once

#include <optional>
#include <string>

#include "app/plot/canvas.h"

namespace bitloupe {

struct Overlays {
  bool open = false, keys = false;
  bool take_focus = false;  // the prompt's text field, in its first frame
  std::string path;
  bool any() const { return open || keys; }
};

void show_open(Overlays& overlays);
void show_keys(Overlays& overlays);

// The source text that was entered in this frame, if any.
std::optional<std::string> draw_overlays(Overlays& overlays, Rect window);

}  // namespace bitloupe
