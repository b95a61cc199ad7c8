// The lines of --test-log: what a test that drives the real window waits for. See WindowOptions::test_log.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <string>

#include "app/ui/registry.h"
#include "core/experiment.h"
#include "core/result.h"

namespace bitloupe {

class TestLog {
 public:
  // An empty path: nothing is ever written.
  Status open(const std::string& path);
  // After a frame was handed to the display.
  void frame(const std::map<std::string, ui::Widget>& widgets, const Snapshot* snapshot);

 private:
  void write_widgets(const std::map<std::string, ui::Widget>& widgets);
  void write_snapshot(const Snapshot& snapshot);

  std::ofstream file_;
  std::uint64_t frames_ = 0, snapshot_ = 0;
  std::map<std::string, Rect> rects_;
  ClipRange range_;
  bool has_range_ = false;
};

}  // namespace bitloupe
