// The lanes behind the window: prepare (open, load, statistics, sample; then sort), tune (run) and refine
// (probes over all values). The frame loop submits values and reads the latest immutable results; it never
// waits.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/status.h"
#include "core/experiment.h"

namespace bitloupe {

class Lanes {
 public:
  // `wake` is called from any thread when something new can be drawn.
  explicit Lanes(std::function<void()> wake);
  ~Lanes();  // cancels and joins
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  // Asks for this experiment; replaces a queued one, never kills the tune that runs. While its source is
  // loading the spec is tuned on the tensor that is still on screen.
  void submit(const Experiment& experiment);
  // Load again although the source is unchanged.
  void reload();
  void cancel_loading();

  std::shared_ptr<const Snapshot> latest() const;  // null before the first
  SourceStatus source() const;
  std::vector<LaneTask> tasks() const;
  std::uint64_t published() const;  // how many snapshots were published so far

  // Runs `work` on the refine lane; a newer one with the same key replaces a queued one.
  void refine(const std::string& key, std::function<void(const WorkContext&)> work);

  bool idle() const;  // nothing is under way or waits

  // Blocks until the submitted experiment is loaded, exact, sorted, compared and proven, or failed. For
  // render and tests.
  void wait_idle();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bitloupe
