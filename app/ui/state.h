// What the controls remember between frames; one per Host, reached through ImGuiIO::UserData. Internal to
// app/ui.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "app/ui/input.h"
#include "app/ui/registry.h"
#include "app/ui/theme.h"

namespace bitloupe::ui {

// The number that is being typed into or dragged; there is one at most.
struct NumberEdit {
  std::string id;  // empty: none
  std::string text;
  bool typing = false;
  bool take_focus = false;
  double value = 0;     // while dragging, unrounded
  bool moved = false;   // the drag threshold was passed
  int idle_frames = 0;  // typing, but the field is not active
};

// What was typed into a text row and could not be taken, and the value that still holds.
struct RefusedText {
  std::string text, value;
  bool shown = false;  // what is wrong with it
};

struct State {
  Theme theme;
  Input input;
  std::map<std::string, Widget> widgets;
  NumberEdit edit;
  std::map<std::string, RefusedText> refused;  // by the row's id
  std::optional<Rect> focused;                 // the item that the keyboard is on, outlined over everything
  double rest_seconds = 0;                     // since the pointer last moved or a button changed
  bool pointer_claimed = false;                // by an item of this frame, see hovered_first()
  std::string copy;                            // see widgets.h, hovered_copy()
  std::optional<double> tooltip_due_in;        // a tooltip waits for the pointer to rest that much longer
};

State& state();

}  // namespace bitloupe::ui
