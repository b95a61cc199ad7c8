// The palette: every action, and every lesson, found by a few letters of its name (Ctrl+Shift+P).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/actions.h"

namespace bitloupe {

struct PaletteState {
  std::string typed;
  int chosen = 0;  // row
  bool appearing = true;
  bool moved = false;  // by a key: the row is scrolled into view
};

// The actions that hold the letters of `typed` in their order ("cl" finds "Codes, logarithmic"), the best
// first: whole words before letters here and there; the table's order where they are as good. Spaces and case
// do not matter.
std::vector<const Action*> matching_actions(std::string_view typed);

// Runs the action that is picked. False when it closes.
bool draw_palette(PaletteState& state, Frame& frame, Rect window);

}  // namespace bitloupe
