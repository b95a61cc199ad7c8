// The clip handles on the histogram: drawn, dragged, reset; and the line with a tag that they and the error
// curve's threshold are.
#pragma once

#include <optional>
#include <string>

#include "app/clip.h"
#include "app/frame.h"
#include "app/plot/histogram_plot.h"

namespace bitloupe {

// A vertical line across a plot with a tag at its top, dragged along the plot's axis.
struct LineHandle {
  const char* id;
  double value;
  Rect tag;
  std::string label;
};

struct LineDrag {
  bool hot = false;             // the pointer is on it or holds it
  bool reset = false;           // a double-click
  std::optional<double> moved;  // where a drag moves it to
};

// Submits and registers the handle's items. While it is held, `range` (what the plot shows) stands still, or
// the line would run away from the pointer; Shift moves a tenth as far. Must be called before the plot's own
// item, so that the handle wins where both lie.
LineDrag drag_line(const LineHandle& handle, const Axis& axis, Rect plot, AxisRange& range);

// A drag sets a manual range at once; a double-click returns to min-max.
void drag_clip_handles(Frame& frame, const ClipHandles& handles, const HistogramScene& scene);

}  // namespace bitloupe
