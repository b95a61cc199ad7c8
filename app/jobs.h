// Jobs: long work that a named action starts (writing a large file), one after the other on a thread of their
// own. The frame loop asks for progress and takes what is done; it never waits.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/status.h"
#include "core/parallel.h"
#include "core/result.h"

namespace bitloupe {

// What a job leaves: one line for the person, and text for the clipboard where it was to make some.
struct JobDone {
  std::string notice;
  std::string clipboard;
};

class Jobs {
 public:
  // `wake` is called from any thread when something new can be drawn.
  explicit Jobs(std::function<void()> wake);
  ~Jobs();  // cancels and joins
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  // Errors become the notice, but for Cancelled: "Cancelled: LABEL."
  void start(std::string label, std::function<Result<JobDone>(const WorkContext&)> work);
  void cancel();  // the one that runs and those that wait
  std::vector<LaneTask> tasks() const;
  std::vector<JobDone> take_done();  // since the last call, in order
  void wait_idle();                  // for tests

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bitloupe
