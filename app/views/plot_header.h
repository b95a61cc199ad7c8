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

// The scale of a plot as a word that switches it, at the right end of the row, and what there is to say
// beside it. True when clicked; not drawn where it would begin before `from`.
struct ScaleSwitch {
  std::string id, text, help;
  std::string note;      // left out where there is no room for it
  bool sampled = false;  // "~ from a sample" is the note, or "~" alone
};
bool scale_switch(Canvas& canvas, const ScaleSwitch& scale, Rect row, float from);
// The widest that the switch gets.
float scale_switch_width(const Canvas& canvas, const ScaleSwitch& scale);

// A word in the colour of links; true when clicked.
bool plot_switch(Canvas& canvas, const char* id, const std::string& text, Point top_left, Rect face,
                 const char* help);

}  // namespace bitloupe
