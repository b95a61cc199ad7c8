// The window's content but for what lies over it: bars, tabs, panels, the view in the middle, and the strips
// between them.
#pragma once

#include "app/frame.h"
#include "app/plot/canvas.h"

namespace bitloupe {

void draw_main_window(Frame& frame, Rect window);

}  // namespace bitloupe
