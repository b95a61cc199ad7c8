// A button without a frame, exactly as large as told: crumbs, places, column heads, switches, tabs.
#pragma once

#include <string_view>

#include "app/plot/canvas.h"

namespace bitloupe::ui {

enum class FlatAlign { Left, Middle, Right };

// The text is shortened in its middle where it does not fit; the tooltip then begins with all of it. True
// when clicked.
bool flat_button(std::string_view id, Rect rect, std::string_view text, bool on, std::string_view help,
                 FlatAlign align = FlatAlign::Left);

// How wide it has to be for its text.
float flat_width(std::string_view text);

}  // namespace bitloupe::ui
