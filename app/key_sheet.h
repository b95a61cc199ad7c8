// The sheet of keys (F1): every action with its shortcut, which a click changes, and the gestures of the
// mouse.
#pragma once

#include "app/actions.h"

namespace bitloupe {

struct KeySheetState {
  const Action* asking = nullptr;  // the action that waits for its new keys
};

// Chosen keys go into the frame's preferences. False when it closes.
bool draw_key_sheet(KeySheetState& state, Frame& frame, Rect window);

}  // namespace bitloupe
