// Colour maps: 256 colours each, read from the embedded assets/colormaps. The same table goes to the shader
// and to what is drawn on a canvas.
#pragma once

#include <array>

#include "app/plot/canvas.h"
#include "app/plot/grid_painter.h"

namespace bitloupe {

using ColorTable = std::array<Color, 256>;

// `dark` chooses the appearance: the colour of 0 in the diverging map is near the panel's.
const ColorTable& color_table(ColorMap map, bool dark);

// Where `value` lies in the table, in [0, 1]: the diverging map has 0 at 0.5, `low` and `high` at its ends.
float color_position(ColorMap map, float value, float low, float high);
Color color_at(ColorMap map, bool dark, float value, float low, float high);

// Black or white, whichever is easier to read on `background`.
Color readable_on(Color background);

}  // namespace bitloupe
