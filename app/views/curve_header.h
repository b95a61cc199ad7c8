// The row above the error curve: the title that folds it, its series, the scale of errors.
#pragma once

#include <string>

#include "app/frame.h"
#include "app/plot/canvas.h"

namespace bitloupe {

// `note` stands beside the switch where there is room.
void draw_curve_header(Frame& frame, Rect row, const std::string& note);

}  // namespace bitloupe
