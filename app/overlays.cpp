#include "app/overlays.h"

#include <utility>

namespace bitloupe {

void show_overlay(Overlays& overlays, Overlay which) {
  overlays.shown = overlays.shown == which ? Overlay::None : which;
  overlays.palette = {};
  overlays.keys = {};
}

void show_browser(Overlays& overlays, BrowseRequest request, const std::string& folder) {
  overlays.shown = Overlay::Browser;
  overlays.browser.begin(std::move(request), folder);
  begin_view(overlays.browser_view, overlays.browser);
}

void draw_overlays(Overlays& overlays, Frame& frame, Rect window) {
  bool stays = true;
  switch (overlays.shown) {
    case Overlay::None:
      break;
    case Overlay::Browser:
      stays = draw_browser(overlays.browser, overlays.browser_view, frame, window);
      if (!stays) overlays.browser.end();
      break;
    case Overlay::Keys:
      stays = draw_key_sheet(overlays.keys, frame, window);
      break;
    case Overlay::Palette:
      stays = draw_palette(overlays.palette, frame, window);
      break;
    case Overlay::Lessons:
      stays = draw_lesson_list(frame, window);
      break;
    case Overlay::Comparison:
      stays = draw_comparison_sheet(overlays.comparison, frame, window);
      break;
  }
  if (!stays) overlays.shown = Overlay::None;
}

}  // namespace bitloupe
