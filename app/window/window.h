// The window: GLFW, the frame loop, the logs that tests and measurements read. It knows nothing of what is
// drawn in it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/lessons/library.h"
#include "app/session/start.h"
#include "app/ui/host.h"
#include "app/window/pilot.h"
#include "core/experiment.h"
#include "core/result.h"

namespace bitloupe {

struct WindowOptions {
  Start start;                        // what to show
  std::optional<LessonPlace> lesson;  // to open at once
  int width = 0, height = 0;          // screen coordinates, clamped to the monitor; 0: as the last one was left
  struct Position {
    int x = 0, y = 0;
  };
  std::optional<Position> position;          // clamped to a visible monitor
  float scale = 0;                           // size of text and controls; 0: the monitor's
  std::optional<ui::Appearance> appearance;  // in place of the settings' own
  // Appended to, one fact a line, flushed: `frame N`, `first-frame`, `widget ID X Y W H` (window pixels; all
  // of them whenever one changed, after a line `widgets`), `range LO HI` (clip range of the first group),
  // `snapshot ID exact|sample`.
  std::string test_log;
  // CSV of every edit of the experiment: columns event_ms (input reached the program), submit_ms (given to
  // the tune lane), publish_ms (its snapshot was there), swap_ms (its picture was handed to the display), all
  // since the start of the program; values (how many the tensor has), stage (sample or exact) of that
  // snapshot.
  std::string frame_log;
  Pilot* pilot = nullptr;  // null: a person
};

// Runs until the window is closed. Fails with one sentence where there is no display or no OpenGL 3.3.
Status run_window(const WindowOptions& options);

}  // namespace bitloupe
