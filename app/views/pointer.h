// What the pointer does on a pane of cells: pan, wheel, box zoom, double-click, click. It changes nothing
// itself; the view decides what the gesture means.
#pragma once

#include <optional>

#include "app/plot/viewport.h"

namespace bitloupe {

struct PaneGesture {
  std::optional<Cell> hovered;
  std::optional<Viewport> viewport;  // where the pane was moved or zoomed to
  bool fit = false;                  // double-click
  bool clicked = false;              // pressed and released in one place, once
};

// Submits the pane's item under `id`. `viewport` must be resolved.
PaneGesture pane_gesture(const char* id, Rect pane, SliceSize size, const Viewport& viewport);

}  // namespace bitloupe
