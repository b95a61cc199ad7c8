#include "app/session/late_writer.h"

#include <algorithm>
#include <utility>

namespace bitloupe {

LateWriter::~LateWriter() {
  {
    const std::lock_guard lock(mutex_);
    hurry_ = stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void LateWriter::post(const std::string& key, double seconds, std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(key);
  if (found != waiting_.end()) {
    found->second.job = std::move(job);
    return;
  }
  const auto wait = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  waiting_.emplace(key, Entry{Clock::now() + wait, std::move(job)});
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  changed_.notify_all();
}

void LateWriter::forget(const std::string& key) {
  std::unique_lock lock(mutex_);
  waiting_.erase(key);
  changed_.wait(lock, [&] { return running_ != key; });
}

void LateWriter::flush() {
  std::unique_lock lock(mutex_);
  hurry_ = true;
  changed_.notify_all();
  changed_.wait(lock, [&] { return waiting_.empty() && running_.empty(); });
  hurry_ = stop_;
}

void LateWriter::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (waiting_.empty()) {
      if (stop_) return;
      changed_.wait(lock);
      continue;
    }
    const auto next = std::min_element(waiting_.begin(), waiting_.end(), [](const auto& a, const auto& b) {
      return a.second.due < b.second.due;
    });
    if (!hurry_ && Clock::now() < next->second.due) {
      const Clock::time_point due = next->second.due;  // the entry may be gone when this wakes
      changed_.wait_until(lock, due);
      continue;
    }
    running_ = next->first;
    const std::function<void()> job = std::move(next->second.job);
    waiting_.erase(next);
    lock.unlock();
    job();
    lock.lock();
    running_.clear();
    changed_.notify_all();
  }
}

}  // namespace bitloupe
