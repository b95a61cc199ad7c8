#include "app/file_watch.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace bitloupe {

namespace {

constexpr auto kBetweenLooks = std::chrono::seconds(1);

}  // namespace

struct FileWatch::Shared {
  // What a look finds.
  struct Look {
    FileState state = FileState::Unchanged;
    std::vector<std::optional<FileIdentity>> identities;  // at the path, and at those of its shards
    bool operator==(const Look&) const = default;
  };
  struct Seen {
    std::optional<Look> now, kept;
    std::optional<FileIdentity> first;  // where no file could be opened
    bool twice = false;                 // `now` is what the look before saw
  };

  DiskChange change() const {
    if (!seen.now || seen.now->state == FileState::Unchanged || seen.kept == seen.now)
      return DiskChange::None;
    return seen.now->state == FileState::Deleted ? DiskChange::Deleted : DiskChange::Changed;
  }

  // Waits for the file system without the lock. True where something new is to be shown.
  bool look(std::unique_lock<std::mutex>& lock) {
    const std::string watched = path;
    const std::shared_ptr<const TensorFile> opened = file;
    const std::uint64_t asked = target;
    lock.unlock();
    Look found{opened ? opened->state() : FileState::Unchanged, {identity_at(watched)}};
    if (opened)
      for (const auto& shard : opened->shards) found.identities.push_back(identity_at(shard->name()));
    lock.lock();
    if (asked != target) return false;
    if (!opened) {
      const std::optional<FileIdentity> identity = found.identities.front();
      if (!seen.now) seen.first = identity;
      if (identity != seen.first) found.state = identity ? FileState::Modified : FileState::Deleted;
    }
    const DiskChange before = change();
    const bool settled_before = seen.twice;
    seen.twice = seen.now == found;
    seen.now = found;
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
  std::shared_ptr<const TensorFile> file;
  std::uint64_t target = 0;
  bool at_once = false, running = false;
  Seen seen;
};

FileWatch::FileWatch(Workers& workers) : workers_(workers), shared_(std::make_shared<Shared>()) {}

FileWatch::~FileWatch() { stop_.request_stop(); }

void FileWatch::watch(const std::string& path, std::shared_ptr<const TensorFile> file) {
  if (path == path_ && file == file_) return;
  path_ = path;
  file_ = file;
  const std::lock_guard lock(shared_->mutex);
  shared_->path = path;
  shared_->file = std::move(file);
  ++shared_->target;
  shared_->seen = {};
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
