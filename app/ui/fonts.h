// The fonts of a frame, made from the embedded files for one scale.
#pragma once

#include <string_view>

#include "app/ui/theme.h"

struct ImFontAtlas;

namespace bitloupe::ui {

// Replaces all fonts of the atlas. Where a file is not embedded or cannot be read, Dear ImGui's own font
// stands in: no pointer is ever null. With `only`, no glyphs but ASCII and those of this text are made, which
// takes a tenth of the time.
Fonts load_fonts(ImFontAtlas& atlas, float scale, std::string_view only = {});

}  // namespace bitloupe::ui
