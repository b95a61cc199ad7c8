#include "app/file_watch.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace bitloupe {

namespace {

constexpr auto kBetweenLooks = std::chrono::seconds(1);

}  // namespace

struct FileWatch::Shared {
  struct Seen {
    std::optional<DiskStamp> opened, now;
    bool twice = false;  // `now` is what the look before saw
    bool looked = false, opened_known = false;
    std::optional<std::optional<DiskStamp>> kept;
  };

  DiskChange change() const {
    const bool kept = seen.kept && *seen.kept == seen.now;
    if (!seen.looked || seen.now == seen.opened || kept) return DiskChange::None;
    return seen.now ? DiskChange::Changed : DiskChange::Deleted;
  }

  // Waits for the file system without the lock. True where something new is to be shown.
  bool look(std::unique_lock<std::mutex>& lock) {
    const std::string watched = path;
    const std::uint64_t asked = target;
    lock.unlock();
    const DiskLook found = look_at_file(watched);
    lock.lock();
    if (asked != target || found.unclear) return false;
    const DiskChange before = change();
    const bool settled_before = seen.twice;
    if (!seen.opened_known) seen.opened = found.stamp;
    seen.opened_known = true;
    seen.twice = seen.looked && seen.now == found.stamp;
    seen.now = found.stamp;
    seen.looked = true;
    return change() != before || (change() == DiskChange::Changed && seen.twice != settled_before);
  }

  void run(const std::stop_token& stop, const std::function<void()>& wake) {
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      at_once = false;
      const bool news = !path.empty() && look(lock);
      if (news) {
        lock.unlock();
        wake();
        lock.lock();
      }
      changed.wait_for(lock, stop, kBetweenLooks, [&] { return at_once; });
    }
  }

  mutable std::mutex mutex;
  std::condition_variable_any changed;
  std::string path;  // empty: nothing is watched
  std::uint64_t target = 0;
  bool at_once = false, running = false;
  Seen seen;
};

FileWatch::FileWatch(Workers& workers) : workers_(workers), shared_(std::make_shared<Shared>()) {}

FileWatch::~FileWatch() { stop_.request_stop(); }

void FileWatch::watch(const std::string& path, const std::optional<DiskStamp>& opened) {
  if (path == path_ && opened == opened_) return;
  path_ = path;
  opened_ = opened;
  const std::lock_guard lock(shared_->mutex);
  shared_->path = path;
  ++shared_->target;
  shared_->seen = {};
  shared_->seen.opened = opened;
  shared_->seen.opened_known = opened.has_value();
  shared_->at_once = true;
  shared_->changed.notify_all();
  if (shared_->running || path.empty()) return;
  shared_->running = workers_.start_service(
      stop_,
      [shared = shared_, wake = workers_.waker()](const std::stop_token& stop) { shared->run(stop, wake); });
}

DiskChange FileWatch::change() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->change();
}

bool FileWatch::settled() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->change() == DiskChange::Changed && shared_->seen.twice;
}

void FileWatch::keep() {
  const std::lock_guard lock(shared_->mutex);
  shared_->seen.kept = shared_->seen.now;
}

void FileWatch::look_now() {
  const std::lock_guard lock(shared_->mutex);
  shared_->at_once = true;
  shared_->changed.notify_all();
}

}  // namespace bitloupe
