// Termination: being told to end by the system (SIGTERM, SIGHUP, SIGINT: logging out, Ctrl+C) is no crash:
// the frame loop hears of it and leaves in order. A second signal ends the program at once.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace bitloupe {

class Termination {
 public:
  // One at a time. `wake` is called from a thread of its own.
  explicit Termination(std::function<void()> wake);
  ~Termination();  // the signals do again what they did before
  Termination(const Termination&) = delete;
  Termination& operator=(const Termination&) = delete;

  bool asked() const { return asked_; }

 private:
  std::function<void()> wake_;
  std::atomic<bool> asked_{false};
  int pipe_[2] = {-1, -1};
  std::thread thread_;
};

}  // namespace bitloupe
