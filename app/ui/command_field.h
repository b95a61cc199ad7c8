// A text field that goes on being typed into while the program completes or replaces its text: a path field.
#pragma once

#include <string>
#include <string_view>

namespace bitloupe::ui {

struct CommandField {
  std::string text;
  bool take_focus = false;  // in the next frame
  bool replaced = false;    // the program changed `text`
  int selected = -1;  // with `replaced`: so many bytes are selected from the start; -1: none, at the end
  // What the hand did in this frame.
  bool changed = false;
  bool tab = false;     // pressed in it
  bool active = false;  // it has the keyboard
  bool at_end = false;  // the cursor stood behind the last character before this frame
};

void command_field(std::string_view id, std::string_view hint, CommandField& field);

}  // namespace bitloupe::ui
