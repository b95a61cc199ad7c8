// Frame: all that a panel or a view may see and touch while it draws one frame. Panels edit experiment and
// view in place; larger wishes go into `requests`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/plot/grid_painter.h"
#include "app/probes.h"
#include "app/state.h"
#include "app/status.h"
#include "app/ui/theme.h"

namespace bitloupe {

// Things that the program does after the frame.
struct Requests {
  bool undo = false, redo = false, quit = false, reload = false, cancel_loading = false, fit = false;
  bool ask_open = false;   // show the prompt that asks for a path
  bool show_keys = false;  // show the list of keys
  std::string open;       // a source text or path to open
  float scale_step = 0;   // Ctrl +/-: +1, -1
  bool scale_reset = false;
  std::string clipboard;  // text to copy
};

struct Frame {
  Experiment& experiment;
  ViewState& view;
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
  std::string kernel;  // implementation in use, for the status bar
};

}  // namespace bitloupe
