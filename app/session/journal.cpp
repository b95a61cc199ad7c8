#include "app/session/journal.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>
#include <system_error>
#include <utility>

#include "app/session/folders.h"
#include "core/io/atomic_file.h"
#include "core/io/text_file.h"
#include "core/text.h"

namespace bitloupe {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRunning = "run-", kLost = "lost-", kLock = ".lock", kText = ".json";
constexpr auto kStale = std::chrono::hours(1);  // for what a killed write left behind

std::string crash_count_path(const std::string& folder) { return folder + "/crashes"; }

int read_crash_count(const std::string& folder) {
  const Result<std::string> text = read_text_file(crash_count_path(folder), 16, "number");
  return text ? std::clamp(parse_integer<int>(*text).value_or(0), 0, 1000) : 0;
}

void write_crash_count(const std::string& folder, int count) {
  if (count == 0)
    ::unlink(crash_count_path(folder).c_str());
  else  // best effort: without it a third crash is needed before the defaults are tried
    (void)write_file_atomically(crash_count_path(folder), std::to_string(count));
}

std::vector<fs::path> files_in(const std::string& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    files.push_back(at->path());
  return files;
}

bool matches(const std::string& name, std::string_view start, std::string_view end) {
  return name.size() > start.size() + end.size() && name.starts_with(start) && name.ends_with(end);
}

std::string random_id() {
  std::random_device random;
  return std::to_string(static_cast<std::uint64_t>(random()) << 32 | random());
}

// A run whose lock nobody holds any more has crashed. Returns whether that was so.
bool take_over(const std::string& folder, const fs::path& lock_file) {
  struct stat status {};
  // A lock that is being taken just now is still empty.
  if (::stat(lock_file.c_str(), &status) != 0 || status.st_size == 0) return false;
  const auto lock = FileLock::take(lock_file.string());
  if (!lock || !*lock) return false;
  const std::string name = lock_file.filename().string();
  const std::string id = name.substr(kRunning.size(), name.size() - kRunning.size() - kLock.size());
  const std::string base = folder + "/";
  const std::string text = base + std::string(kRunning) + id + std::string(kText);
  ::rename(text.c_str(), (base + std::string(kLost) + id + std::string(kText)).c_str());
  ::unlink(lock_file.c_str());
  return true;
}

void remove_leftovers(const fs::path& file) {
  std::error_code error;
  const auto written = fs::last_write_time(file, error);
  if (!error && fs::file_time_type::clock::now() - written > kStale) fs::remove(file, error);
}

// How many runs were found crashed.
int clean_up(const std::string& folder) {
  int crashed = 0;
  for (const fs::path& file : files_in(folder)) {
    const std::string name = file.filename().string();
    if (matches(name, kRunning, kLock)) crashed += take_over(folder, file) ? 1 : 0;
    if (matches(name, ".bitloupe-", ".tmp")) remove_leftovers(file);
  }
  return crashed;
}

}  // namespace

Journal::Journal(std::string folder, std::string id, FileLock lock, int crashes)
    : folder_(std::move(folder)),
      id_(std::move(id)),
      path_(folder_ + "/" + std::string(kRunning) + id_ + std::string(kText)),
      lock_(std::move(lock)),
      crashes_(crashes) {}

Result<Journal> Journal::begin(const std::string& folder) {
  if (Status made = make_folder(folder); !made) return made.error();
  const int crashed = clean_up(folder);
  const int crashes = read_crash_count(folder) + crashed;
  if (crashed > 0) write_crash_count(folder, crashes);
  const std::string id = random_id();
  const std::string path = folder + "/" + std::string(kRunning) + id + std::string(kLock);
  auto lock = FileLock::take(path);
  if (!lock) return lock.error();
  if (!*lock) return Error{ErrorCode::Io, folder + ": a journal of this name is in use"};
  // The mark of a lock that is held, written into the locked file itself: a rename would leave the lock
  // behind.
  if (::truncate(path.c_str(), 1) != 0)
    return Error{ErrorCode::Io, folder + ": no journal can be kept there"};
  return Journal(folder, id, std::move(**lock), crashes);
}

void Journal::clear() { ::unlink(path_.c_str()); }

void Journal::end() {
  clear();
  leave();
}

void Journal::leave() {
  ::rename(path_.c_str(), (folder_ + "/" + std::string(kLost) + id_ + std::string(kText)).c_str());
  ::unlink((folder_ + "/" + std::string(kRunning) + id_ + std::string(kLock)).c_str());
  write_crash_count(folder_, 0);
}

std::vector<LostWork> lost_work(const std::string& folder) {
  std::vector<LostWork> found;
  for (const fs::path& file : files_in(folder)) {
    const std::string name = file.filename().string();
    struct stat status {};
    if (!matches(name, kLost, kText) || ::stat(file.c_str(), &status) != 0) continue;
    found.push_back({name.substr(kLost.size(), name.size() - kLost.size() - kText.size()), file.string(),
                     static_cast<std::int64_t>(status.st_mtim.tv_sec)});
  }
  std::sort(found.begin(), found.end(), [](const LostWork& a, const LostWork& b) {
    return a.written != b.written ? a.written > b.written : a.id < b.id;
  });
  return found;
}

void discard(const LostWork& work) { ::unlink(work.path.c_str()); }

void put_aside(const LostWork& work) { ::rename(work.path.c_str(), (work.path + ".bad").c_str()); }

}  // namespace bitloupe
