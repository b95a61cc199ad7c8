// The views of curve and histogram alone, on a snapshot made by hand: no workbench around them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/frame.h"
#include "app/keymap.h"
#include "app/lanes.h"
#include "core/calibration/error_curve.h"
#include "tests/app/headless.h"

namespace bitloupe::test {

struct ViewBench {
  // A ramp of 1,000 values from -1 to 1 under `spec`, with this curve and these picks (either may be null).
  ViewBench(const QuantSpec& spec, std::shared_ptr<const ErrorCurve> curve,
            std::shared_ptr<const std::vector<MethodPick>> picks);

  // The hint that the status bar shows with the pointer there.
  std::string hint_at(Point at);

  bool histogram = false;  // that view instead of the curve's
  Experiment experiment;
  ViewState view;
  Preferences preferences;
  Keymap keymap;
  Hover hovered, hover;
  std::shared_ptr<const Snapshot> snapshot;
  SourceStatus source;
  std::vector<LaneTask> tasks;
  Lanes lanes{[] {}};
  Probes probes{lanes};
  RecordingPainter painter;
  Requests requests;
  History history;
  Headless headless{[this] { draw(); }, 800, 300};

 private:
  void draw();
};

QuantSpec int4();

// What a run makes of a source without sorted values.
std::shared_ptr<const Snapshot> run_unsorted(const std::string& source, const QuantSpec& spec);

}  // namespace bitloupe::test
