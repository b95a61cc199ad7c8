// What the pointer does on a pane of cells or along an axis: pan, wheel, box zoom, double-click, click. It
// changes nothing itself; the view decides what the gesture means.
#pragma once

#include <optional>

#include "app/plot/axis.h"
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

struct AxisGesture {
  bool hovered = false;             // the pointer is on the plot, and on nothing that lies above it
  std::optional<ValueRange> range;  // what the axis was moved or zoomed to
  bool fit = false;                 // double-click
};

// The same along the axis of a plot, whose item is submitted under `id` after all that lies above it; the
// wheel turns over these too.
AxisGesture axis_gesture(const char* id, Rect plot, const Axis& axis);

// Was the right button pressed and let go in one place of `area`, with nothing in front of it?
bool right_clicked(Rect area);

}  // namespace bitloupe
