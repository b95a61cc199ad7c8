// The row above a plot: legend entries that toggle series, and words that switch how it is drawn.
#pragma once

#include <string>

#include "app/plot/canvas.h"

namespace bitloupe {

struct SeriesToggle {
  const char *id, *label, *help;
  Color color;
  bool* on;
};

// Draws the entry from `x` on; returns where the next one begins.
float legend_entry(Canvas& canvas, const SeriesToggle& entry, float x, Rect row);
float legend_width(const Canvas& canvas, const char* label);  // the same way, without drawing

// A word in the colour of links; true when clicked.
bool plot_switch(Canvas& canvas, const char* id, const std::string& text, Point top_left, Rect face,
                 const char* help);

}  // namespace bitloupe
