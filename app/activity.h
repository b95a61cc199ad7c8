// Activity: one piece of background work at a time: does one wait, does one run, how far is it, how to stop
// it. Whoever owns it guards it; only `progress` is for any thread.
#pragma once

#include <atomic>
#include <stop_token>

namespace bitloupe {

struct Activity {
  bool pending = false, running = false;
  std::stop_source stop;
  std::atomic<double> progress{0};

  bool busy() const { return pending || running; }
  void begin() {
    pending = false;
    running = true;
    stop = std::stop_source();
    progress = 0;
  }
};

}  // namespace bitloupe
