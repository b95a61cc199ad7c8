// The card that asks what becomes of unsaved changes, or whether to write into a file directly. It stays
// until it is answered.
#pragma once

#include "app/frame.h"
#include "app/plot/canvas.h"

namespace bitloupe {

// Nothing where there is no question; the answer goes into the frame's requests.
void draw_question(Frame& frame, Rect window);

}  // namespace bitloupe
