// Frame: all that a panel or a view may see and touch while it draws one frame. Panels edit experiment and
// view in place; larger wishes go into `requests`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/plot/grid_painter.h"
#include "app/preferences.h"
#include "app/probes.h"
#include "app/state.h"
#include "app/status.h"
#include "app/ui/theme.h"

namespace bitloupe {

class Keymap;
class Tutor;

// What lies over the window for a moment.
enum class Overlay { None, Open, Keys, Palette, Lessons };

// Things that the program does after the frame.
struct Requests {
  bool undo = false, redo = false, quit = false, reload = false, cancel_loading = false, fit = false;
  Overlay show = Overlay::None;
  std::string open;          // a source text or path to open
  bool full_screen = false;  // the other way round than now
  std::string clipboard;     // text to copy
};

struct Frame {
  Experiment& experiment;
  ViewState& view;
  Preferences& preferences;
  const Keymap& keymap;
  const Hover& hovered;                      // of the last frame
  Hover& hover;                              // of this frame
  std::shared_ptr<const Snapshot> snapshot;  // null before the first
  const SourceStatus& source;
  const std::vector<LaneTask>& tasks;
  Probes& probes;
  GridPainter& painter;
  Requests& requests;
  const History& history;
  std::optional<std::uint64_t> element;  // what the inspector explains: pinned, hovered, or last hovered
  std::string notice;                    // one line about the last drop or open, empty for none
  std::string kernel;                    // implementation in use, for the status bar
  Tutor* tutor = nullptr;                // null where a view is drawn alone
};

}  // namespace bitloupe
