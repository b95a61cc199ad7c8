// What lies over the window for a moment, one at a time: the file browser, the sheet of keys, the palette,
// the list of lessons, the table of a comparison. Escape or a click beside it closes it.
#pragma once

#include <string>

#include "app/browser/browser_view.h"
#include "app/comparison_sheet.h"
#include "app/frame.h"
#include "app/key_sheet.h"
#include "app/lesson_list.h"
#include "app/palette.h"

namespace bitloupe {

struct Overlays {
  explicit Overlays(Workers& workers) : browser(workers) {}

  Overlay shown = Overlay::None;
  Browser browser;
  BrowserView browser_view;
  PaletteState palette;
  KeySheetState keys;
  ComparisonSheetState comparison;
};

// Asking for the one that is shown closes it.
void show_overlay(Overlays& overlays, Overlay which);

// `folder`: where it begins if the request does not say.
void show_browser(Overlays& overlays, BrowseRequest request, const std::string& folder);

// Draws the one that is shown, if any; what it was told goes into the frame.
void draw_overlays(Overlays& overlays, Frame& frame, Rect window);

}  // namespace bitloupe
