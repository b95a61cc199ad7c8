// A vertical line across a plot with a tag at its top that says its value, as a drawing.
#pragma once

#include <string>

#include "app/plot/axis.h"
#include "app/ui/theme.h"

namespace bitloupe {

inline constexpr float kTagHeight = 20, kTagSpace = 26;  // logical pixels; the tag, and with air below it

struct PlotHandle {
  double value = 0;
  Rect tag;
  std::string label;
  bool hot = false;  // under the pointer
};

TextStyle tag_style(const Theme& theme);

// The tag centred over the value, kept inside the plot.
PlotHandle make_handle(const Canvas& canvas, const Axis& axis, Rect plot, double value, std::string label,
                       const Theme& theme);
void draw_handle(Canvas& canvas, const PlotHandle& handle, const Axis& axis, Rect plot, const Theme& theme);

}  // namespace bitloupe
