// What lies over the window for a moment, one at a time: the prompts that ask for a path, the sheet of keys,
// the palette, the list of lessons. Escape or a click beside it closes it.
#pragma once

#include <string>

#include "app/frame.h"
#include "app/key_sheet.h"
#include "app/lesson_list.h"
#include "app/palette.h"
#include "app/save_prompt.h"

namespace bitloupe {

struct OpenPrompt {
  bool take_focus = false;  // in its first frame
  std::string path;
};

struct Overlays {
  Overlay shown = Overlay::None;
  OpenPrompt open;
  PaletteState palette;
  KeySheetState keys;
  SavePrompt save;
};

// Asking for the one that is shown closes it.
void show_overlay(Overlays& overlays, Overlay which);

// Draws the one that is shown, if any; what it was told goes into the frame.
void draw_overlays(Overlays& overlays, Frame& frame, Rect window);

}  // namespace bitloupe
