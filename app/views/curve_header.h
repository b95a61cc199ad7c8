// The row above the error curve: the title that folds it, its series, the scale of errors.
#pragma once

#include <string>

#include "app/frame.h"
#include "app/plot/canvas.h"

namespace bitloupe {

// `note` stands beside the scale's switch where there is room; `sampled` marks the curve as one of a sample.
void draw_curve_header(Frame& frame, Rect row, const std::string& note, bool sampled);

}  // namespace bitloupe
