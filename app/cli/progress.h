// A progress bar on standard error: only on a terminal, and only when the work takes longer than a moment.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "core/parallel.h"

namespace bitloupe::cli {

class ProgressBar {
 public:
  explicit ProgressBar(std::string label);
  ~ProgressBar();  // wipes the line
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // A context whose progress is shown; the bar must outlive the work.
  WorkContext context();
  // Before something else is printed; the bar comes back with the next progress.
  void wipe();

 private:
  void show(double fraction);
  std::string label_;
  bool terminal_;
  std::chrono::steady_clock::time_point next_;  // guarded by mutex_
  std::mutex mutex_;
  bool drawn_ = false;
};

}  // namespace bitloupe::cli
