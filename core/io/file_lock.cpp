#include "core/io/file_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <system_error>
#include <thread>

#include "core/io/display_text.h"

namespace bitloupe {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(10);

Error failed(const std::string& path, int error) {
  return {ErrorCode::Io,
          displayed_path(path) + ": cannot be locked: " + std::generic_category().message(error)};
}

// The file may have been removed and made anew between opening and locking it: then the lock says nothing.
bool still_there(int descriptor, const std::string& path) {
  struct stat opened {
  }, there{};
  return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &there) == 0 &&
         opened.st_dev == there.st_dev && opened.st_ino == there.st_ino;
}

}  // namespace

Result<std::optional<FileLock>> FileLock::take(const std::string& path, double seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  for (;;) {
    FileLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
    if (lock.descriptor_ < 0) return failed(path, errno);
    if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) == 0) {
      if (still_there(lock.descriptor_, path)) return std::optional<FileLock>(std::move(lock));
      continue;
    }
    if (errno != EWOULDBLOCK && errno != EINTR) return failed(path, errno);
    if (std::chrono::steady_clock::now() >= end) return std::optional<FileLock>();
    std::this_thread::sleep_for(kPoll);
  }
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace bitloupe
