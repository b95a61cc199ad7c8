// A code as boxes, one a bit, coloured by field, with the fields' names under them.
#pragma once

#include "app/plot/canvas.h"
#include "app/ui/theme.h"
#include "core/format/codec.h"

namespace bitloupe {

// Right-aligned in `area` from its top, in lines of at most 16; returns the height that was taken.
float draw_bit_boxes(Canvas& canvas, Rect area, const NumberFormat& format, Code code, const Theme& theme);

}  // namespace bitloupe
