// Numbers short enough for a cell of a value grid.
#pragma once

#include <string>

#include "app/plot/canvas.h"

namespace bitloupe {

// The text with the most digits that is at most `room` wide: "-0.1374", "-.14", "-.0"; nothing where even
// that is too long.
std::string fitted_number(const Canvas& canvas, double value, const TextStyle& style, float room);

// Codes are whole numbers; one that does not fit is left out rather than rounded.
std::string fitted_code(const Canvas& canvas, double value, const TextStyle& style, float room);

}  // namespace bitloupe
