// What the lesson panel is made of. Internal to app/panels.
#pragma once

#include "app/frame.h"
#include "app/plot/canvas.h"

namespace bitloupe {

// Words, formulas and claims of the step that is shown, from the cursor down; the element's computation only
// where no inspector shows it.
void draw_lesson_step(Frame& frame, bool inspector);

// Its question with the live state of what it asks for; nothing where it has none.
void draw_lesson_question(Frame& frame);

// A check mark, a cross, or an open circle where nothing is decided yet, in a square of `side`.
enum class Mark { Open, True, False };
void draw_mark(Canvas& canvas, Point top_left, float side, Mark mark, Color color);

}  // namespace bitloupe
