// Probes as views see them: memoised by snapshot and argument, answered at once from a bounded budget and
// replaced by the exact answer as soon as the refine lane has it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/probe.h"
#include "core/probe_block.h"

namespace bitloupe {

class Lanes;

// The slot names one place in the window that asks ("grid", "histogram"); each slot keeps its newest answer.
class Probes {
 public:
  explicit Probes(Lanes& lanes);

  // Drops answers that belong to another snapshot. Called once a frame.
  void begin_frame(std::shared_ptr<const Snapshot> snapshot);

  std::shared_ptr<const WindowResult> window(const std::string& slot, const WindowRequest& request);
  std::shared_ptr<const HistogramResult> histogram(const std::string& slot, const HistogramRequest& request);
  std::shared_ptr<const Explanation> explain(std::uint64_t index);
  // Null where the element lies in no block.
  std::shared_ptr<const BlockView> block(std::uint64_t index);
  std::shared_ptr<const std::vector<LevelCount>> levels(std::uint64_t group);
  // Null where the group has no curve of its own that a frame has time for.
  std::shared_ptr<const ErrorCurve> group_curve(std::uint64_t group);

 private:
  template <class Request, class Answer>
  struct Memo;
  struct Slots;
  Lanes& lanes_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::shared_ptr<Slots> slots_;
};

}  // namespace bitloupe
