// The row of workspace tabs, from the window's table of contents.
#pragma once

#include "app/frame.h"
#include "app/plot/canvas.h"

namespace bitloupe {

void draw_tabs(Frame& frame, Rect area);

}  // namespace bitloupe
