// The clip handles on the histogram, dragged and reset; and the line across a plot that they and the error
// curve's threshold are.
#pragma once

#include <optional>

#include "app/figures/histogram_figure.h"
#include "app/frame.h"
#include "app/plot/plot_handle.h"

namespace bitloupe {

struct LineDrag {
  bool reset = false;           // a double-click
  std::optional<double> moved;  // where a drag moves it to
};

// Submits and registers the handle's items and says in it whether the pointer is on it or holds it. While it
// is held, `range` (what the plot shows) stands still, or the line would run away from the pointer; Shift
// moves a tenth as far. Must be called before the plot's own item, so that the handle wins where both lie.
LineDrag drag_line(const char* id, PlotHandle& handle, const Axis& axis, Rect plot, AxisRange& range);

// A drag sets a manual range at once; a double-click returns to min-max.
void drag_clip_handles(Frame& frame, HistogramFigure& figure);

}  // namespace bitloupe
