// The rows of --frame-log: how long every edit of the experiment took to become a picture. See
// WindowOptions::frame_log. Times are seconds of one clock.
#pragma once

#include <deque>
#include <fstream>
#include <memory>
#include <string>

#include "core/experiment.h"
#include "core/result.h"

namespace bitloupe {

class FrameLog {
 public:
  // An empty path: nothing is ever written.
  Status open(const std::string& path);

  // The experiment differs from the frame before: its input came at `event`, it was given to the lanes at
  // `submit`.
  void edited(const Experiment& experiment, double event, double submit);
  // A frame that shows `snapshot` (published at `publish`) was handed to the display at `swap`. Edits that
  // were replaced before they ran are shown by the picture of a later one.
  void shown(const std::shared_ptr<const Snapshot>& snapshot, double publish, double swap);

 private:
  struct Edit {
    Experiment experiment;
    double event, submit;
  };
  std::ofstream file_;
  std::deque<Edit> waiting_;
  std::uint64_t last_shown_ = 0;
};

}  // namespace bitloupe
