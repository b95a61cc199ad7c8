// The row above a plot as a drawing: title, legend, the name of its scale and a note. What is clicked in it
// is the view's affair.
#pragma once

#include <string>
#include <vector>

#include "app/plot/canvas.h"
#include "app/ui/theme.h"

namespace bitloupe {

struct LegendEntry {
  std::string label;
  Color color;
  bool on = true;
  Rect face;  // no width: no room
};

struct PlotHeader {
  Rect row;
  std::string title, short_title;  // the short one where the row is narrow; empty: none
  bool foldable = false, folded = false;
  std::vector<LegendEntry> legend;
  std::string scale;               // "log count", at the right end; empty: none
  std::vector<std::string> notes;  // what may stand beside the scale: the first that fits
  bool live = true;                // the scale is a word to click

  // Where lay_out() placed them; no width: no room.
  Rect title_face, scale_face, note_face;
  std::string note;
  bool title_hot = false, scale_hot = false;  // under the pointer
};

void lay_out(PlotHeader& header, const Canvas& canvas, const Theme& theme);
void draw_header(Canvas& canvas, const PlotHeader& header, const Theme& theme);

}  // namespace bitloupe
