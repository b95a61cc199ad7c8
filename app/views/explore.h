// Explore: the tensor, its dequantized values and the error as grids or as a signal, over the histogram with
// the clip handles and the error curve. The parts below share the frame and know nothing of each other.
#pragma once

#include "app/frame.h"
#include "app/plot/canvas.h"

namespace bitloupe {

void draw_explore(Frame& frame, Rect area);

// Mode, axes shown and positions of the other axes, in slim lines as high as `area`; returns their height.
float draw_explore_bar(Frame& frame, Rect area);
// The panes side by side.
void draw_grids(Frame& frame, Rect area);
// One row as a line.
void draw_signal_view(Frame& frame, Rect area);
void draw_histogram_view(Frame& frame, Rect area);
// Its title alone where the view has it folded.
void draw_curve_view(Frame& frame, Rect area);
float folded_curve_height();

}  // namespace bitloupe
