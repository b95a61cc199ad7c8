// The list of lessons (Help menu): what there is, how far the reader is, which files are no lessons and why.
#pragma once

#include "app/frame.h"
#include "app/plot/canvas.h"

namespace bitloupe {

// Starts the lesson that is picked, where the reader left off. False when it closes.
bool draw_lesson_list(Frame& frame, Rect window);

}  // namespace bitloupe
