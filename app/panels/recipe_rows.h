// The RECIPE of the quantizer panel: a named block format that fills in all rows below it.
#pragma once

#include "app/state.h"

namespace bitloupe {

// The row with all recipes by family, and a note where the spec is one of GGUF's, or was a recipe and has
// been changed since.
void draw_recipe_rows(QuantSpec& spec);

}  // namespace bitloupe
