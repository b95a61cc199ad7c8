// The fonts of a frame, made from the embedded files for one scale.
#pragma once

#include "app/ui/theme.h"

struct ImFontAtlas;

namespace bitloupe::ui {

// Replaces all fonts of the atlas. Where a file is not embedded or cannot be read, Dear ImGui's own font
// stands in: no pointer is ever null.
Fonts load_fonts(ImFontAtlas& atlas, float scale);

}  // namespace bitloupe::ui
