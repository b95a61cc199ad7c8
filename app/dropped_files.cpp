#include "app/dropped_files.h"

#include <sys/stat.h>

#include <chrono>
#include <deque>
#include <mutex>
#include <utility>

#include "app/browser/path_text.h"
#include "app/session/session_file.h"
#include "core/io/display_text.h"
#include "core/io/tensor_file.h"

namespace bitloupe {

namespace {

using Clock = std::chrono::steady_clock;

bool is_there(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

int hex_digit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

// RFC 8089: "file:///a%20b" and "file://host/a%20b" as paths.
std::string path_of_url(std::string_view url) {
  url.remove_prefix(std::string_view("file://").size());
  url.remove_prefix(std::min(url.find('/'), url.size()));
  std::string path;
  for (std::size_t i = 0; i < url.size(); ++i) {
    const int high = url[i] == '%' && i + 2 < url.size() ? hex_digit(url[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(url[i + 2]) : -1;
    if (low < 0) {
      path += url[i];
      continue;
    }
    path += static_cast<char>(static_cast<unsigned char>(high * 16 + low));
    i += 2;
  }
  return path;
}

struct Look {
  std::string path;
  std::optional<Error> error;
  enum class Kind { Tensors, Session, Folder, Refused } kind = Kind::Refused;
};

// Waits for the file system.
Look look_at(std::string path) {
  if (path.starts_with("file://") && !is_there(path)) path = path_of_url(path);
  if (path.find("://") != std::string::npos && !is_there(path)) {
    Error error{ErrorCode::Io, displayed_path(path) + ": only files of this machine can be opened"};
    return {std::move(path), std::move(error), Look::Kind::Refused};
  }
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    Error error{ErrorCode::Io, displayed_path(path) + ": is a folder"};
    return {std::move(path), std::move(error), Look::Kind::Folder};
  }
  if (is_session_file(path)) return {std::move(path), std::nullopt, Look::Kind::Session};
  const auto file = read_tensor_file(path);
  if (!file) return {std::move(path), file.error(), Look::Kind::Refused};
  return {std::move(path), std::nullopt, Look::Kind::Tensors};
}

std::string files(std::size_t count) { return std::to_string(count) + (count == 1 ? " file" : " files"); }

}  // namespace

struct DroppedFiles::Shared {
  std::string summary_line() const {
    const std::size_t readable = done - refused;
    if (cancelled)
      return "Opened " + std::to_string(readable) + " of " + files(all) +
             " dropped; the others were cancelled.";
    if (refused == 0) return all == 1 ? "" : "Opened " + files(all) + ".";
    if (all == 1) return first_refusal;
    if (readable == 0)
      return "None of the " + files(all) + " dropped can be opened; the first: " + first_refusal;
    return "Opened " + std::to_string(readable) + " of " + files(all) + " dropped; " +
           std::to_string(refused) + " cannot be opened, the first: " + first_refusal;
  }

  // Called without the lock.
  void run(const std::stop_token& stop, const std::function<void()>& wake) {
    std::unique_lock lock(mutex);
    while (!waiting.empty() && !stop.stop_requested()) {
      std::string path = std::move(waiting.front());
      waiting.pop_front();
      lock.unlock();
      Look look = look_at(std::move(path));
      lock.lock();
      // Cancelled in the meantime: those who asked have their summary.
      if (stop.stop_requested()) return;
      ++done;
      if (look.kind == Look::Kind::Folder && all == 1) {
        folder = look.path;
      } else if (look.kind == Look::Kind::Session) {
        session = std::move(look.path);
      } else if (look.error) {
        if (refused++ == 0) first_refusal = look.error->message;
      } else {
        found.push_back(std::move(look.path));
      }
      lock.unlock();
      wake();
      lock.lock();
    }
    if (stop.stop_requested()) return;
    finish(false);
  }

  // With the lock.
  void finish(bool by_hand) {
    cancelled = by_hand;
    summary = folder ? "" : summary_line();
    waiting.clear();
    running = false;
  }

  mutable std::mutex mutex;
  std::deque<std::string> waiting;
  bool running = false, cancelled = false;
  std::size_t done = 0, refused = 0, all = 0;
  Clock::time_point began;
  std::string first_refusal;
  std::vector<std::string> found;
  std::optional<std::string> summary, folder, session;
};

DroppedFiles::DroppedFiles(Workers& workers) : workers_(workers), shared_(std::make_shared<Shared>()) {}

DroppedFiles::~DroppedFiles() { stop_.request_stop(); }

void DroppedFiles::add(const std::vector<std::string>& paths) {
  if (paths.empty()) return;
  const std::lock_guard lock(shared_->mutex);
  Shared& shared = *shared_;
  shared.waiting.insert(shared.waiting.end(), paths.begin(), paths.end());
  if (shared.running) {
    shared.all += paths.size();
    return;
  }
  shared.running = true;
  shared.cancelled = false;
  shared.done = shared.refused = 0;
  shared.all = paths.size();
  shared.began = Clock::now();
  shared.summary.reset();
  shared.folder.reset();
  stop_ = std::stop_source();
  const bool started = workers_.start(stop_, [state = shared_, wake = workers_.waker()](
                                                 const std::stop_token& stop) { state->run(stop, wake); });
  if (started) return;
  shared.finish(false);
  shared.summary = "The file system does not answer.";
}

void DroppedFiles::cancel() {
  const std::lock_guard lock(shared_->mutex);
  if (!shared_->running) return;
  stop_.request_stop();
  shared_->finish(true);
}

std::optional<DroppedFiles::Progress> DroppedFiles::progress() const {
  const std::lock_guard lock(shared_->mutex);
  if (!shared_->running) return std::nullopt;
  return Progress{shared_->done, shared_->all,
                  std::chrono::duration<double>(Clock::now() - shared_->began).count()};
}

std::vector<std::string> DroppedFiles::take_found() {
  const std::lock_guard lock(shared_->mutex);
  return std::exchange(shared_->found, {});
}

std::optional<std::string> DroppedFiles::take_summary() {
  const std::lock_guard lock(shared_->mutex);
  return std::exchange(shared_->summary, std::nullopt);
}

std::optional<std::string> DroppedFiles::take_session() {
  const std::lock_guard lock(shared_->mutex);
  return std::exchange(shared_->session, std::nullopt);
}

std::optional<std::string> DroppedFiles::take_folder() {
  const std::lock_guard lock(shared_->mutex);
  return std::exchange(shared_->folder, std::nullopt);
}

}  // namespace bitloupe
