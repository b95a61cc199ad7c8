// The registry of named rectangles: every control and every draggable part says where it was drawn in this
// frame, so that tests can click it, and so that overlap can be checked.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "app/plot/canvas.h"

namespace bitloupe::ui {

enum class WidgetKind {
  Region,   // panels, panes, readouts: must not overlap each other
  Control,  // must lie inside a region
  Handle,   // may float over anything
};

struct Widget {
  Rect rect;
  WidgetKind kind = WidgetKind::Control;
  bool text_clipped = false;  // its text did not fit
};

// Cleared at the start of every frame. Window pixels.
void clear_registry();
void register_widget(std::string_view id, Rect rect, WidgetKind kind = WidgetKind::Control,
                     bool text_clipped = false);
const std::map<std::string, Widget>& widgets();
std::optional<Rect> find_widget(std::string_view id);

}  // namespace bitloupe::ui
