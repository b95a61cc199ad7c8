// LateWriter: a thread that does small jobs a little later, so that the frame loop never waits for a disk and
// a job that is asked for at every frame is done once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace bitloupe {

class LateWriter {
 public:
  LateWriter() = default;
  ~LateWriter();  // does what is left
  LateWriter(const LateWriter&) = delete;
  LateWriter& operator=(const LateWriter&) = delete;

  // Does `job` after `seconds`. One with the same key that still waits is replaced and keeps its time.
  void post(const std::string& key, double seconds, std::function<void()> job);
  void forget(const std::string& key);  // waits for one that runs
  // Does all that waits, at once; returns when nothing runs any more.
  void flush();

 private:
  using Clock = std::chrono::steady_clock;
  struct Entry {
    Clock::time_point due;
    std::function<void()> job;
  };
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Entry> waiting_;
  std::string running_;  // key of the job that runs, empty: none
  bool hurry_ = false, stop_ = false;
  std::thread thread_;  // started by the first job
};

}  // namespace bitloupe
