#include "core/io/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <system_error>
#include <utility>

#include "core/io/display_text.h"

namespace bitloupe {

namespace {

Error failed(const std::string& path, const std::string& what, int error) {
  return {ErrorCode::Io, displayed_path(path) + ": " + what + ": " + std::generic_category().message(error)};
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Follows symbolic links by hand: the last one may point to a file that is still to be made.
Result<std::string> final_target(const std::string& path) {
  std::string target = path;
  for (int links = 0; links < 40; ++links) {
    std::array<char, PATH_MAX> buffer{};
    const ssize_t length = ::readlink(target.c_str(), buffer.data(), buffer.size());
    if (length < 0) return target;  // no link, or nothing there
    const std::string to(buffer.data(), static_cast<std::size_t>(length));
    target = to.starts_with('/') ? to : folder_of(target) + "/" + to;
  }
  return failed(path, "cannot be written", ELOOP);
}

using Rest = std::function<Status(const ByteSink&)>;

// One file on its way: written beside its target under a random name, then renamed. Removes what is left of
// it when it is destroyed unfinished.
class TemporaryFile {
 public:
  TemporaryFile() = default;
  TemporaryFile(TemporaryFile&& other) noexcept
      : asked_(std::move(other.asked_)),
        target_(std::move(other.target_)),
        name_(std::exchange(other.name_, {})),
        descriptor_(std::exchange(other.descriptor_, -1)) {}
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!name_.empty()) ::unlink(name_.c_str());
  }

  const std::string& target() const { return target_; }

  Status write(const std::string& path, std::span<const std::byte> bytes, const Rest& rest) {
    asked_ = path;
    mode_t mode = 0;
    bool replaces = false;
    if (Status status = find_target(mode, replaces); !status) return status;
    if (Status status = create(); !status) return status;
    if (replaces && ::fchmod(descriptor_, mode) != 0) return failed(asked_, "cannot keep its mode", errno);
    if (Status status = write_all(bytes); !status) return status;
    if (rest) {
      const ByteSink sink = [this](std::span<const std::byte> part) { return write_all(part); };
      if (Status status = rest(sink); !status) return status;
    }
    if (::fsync(descriptor_) != 0) return failed(asked_, "cannot be written", errno);
    if (::close(std::exchange(descriptor_, -1)) != 0) return failed(asked_, "cannot be written", errno);
    return Ok{};
  }

  Status rename_into_place() {
    if (::rename(name_.c_str(), target_.c_str()) != 0) return failed(asked_, "cannot be replaced", errno);
    name_.clear();
    return Ok{};
  }

 private:
  Status find_target(mode_t& mode, bool& replaces) {
    if (asked_.empty() || asked_.find('\0') != std::string::npos) {
      return Error{ErrorCode::Io, "output path is empty or holds a NUL byte"};
    }
    auto target = final_target(asked_);
    if (!target) return target.error();
    target_ = std::move(*target);
    struct stat status {};
    if (::stat(target_.c_str(), &status) != 0) {
      replaces = false;
      return errno == ENOENT ? Status(Ok{}) : failed(asked_, "cannot be written", errno);
    }
    if (S_ISDIR(status.st_mode)) return failed(asked_, "cannot be written", EISDIR);
    if (!S_ISREG(status.st_mode)) {
      return Error{ErrorCode::Io, displayed_path(asked_) + ": is not a regular file, so it is not replaced"};
    }
    if (::access(target_.c_str(), W_OK) != 0) return failed(asked_, "is read-only", errno);
    replaces = true;
    mode = status.st_mode & 07777;
    return Ok{};
  }

  Status create() {
    std::random_device random;
    int error = EEXIST;
    for (int attempt = 0; attempt < 16 && error == EEXIST; ++attempt) {
      const std::uint64_t number = static_cast<std::uint64_t>(random()) << 32 | random();
      // A fixed short name: the target's own name may already be as long as the file system allows.
      std::string name = folder_of(target_) + "/.bitloupe-" + std::to_string(number) + ".tmp";
      descriptor_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
      if (descriptor_ >= 0) {
        name_ = std::move(name);
        return Ok{};
      }
      error = errno;
    }
    return failed(asked_, "cannot be written (no temporary file beside it)", error);
  }

  Status write_all(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed(asked_, "cannot be written", errno);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return Ok{};
  }

  std::string asked_, target_;
  std::string name_;  // of the temporary file; empty: none to remove
  int descriptor_ = -1;
};

// Makes the rename durable. File systems that cannot sync a folder answer EINVAL: nothing to be done there.
Status sync_folder(const std::string& target) {
  const int descriptor = ::open(folder_of(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return Ok{};  // a folder that may be written but not read
  const int result = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  if (result != 0 && error != EINVAL) return failed(target, "folder cannot be synced", error);
  return Ok{};
}

struct Write {
  const std::string& path;
  std::span<const std::byte> bytes;
  const Rest& rest;
};

Status write_all_then_rename(std::span<const Write> writes) {
  std::vector<TemporaryFile> files;
  files.reserve(writes.size());
  for (const Write& write : writes) {
    if (Status status = files.emplace_back().write(write.path, write.bytes, write.rest); !status)
      return status;
    for (std::size_t i = 0; i + 1 < files.size(); ++i) {
      if (files[i].target() != files.back().target()) continue;
      return bad_argument(displayed_path(write.path) + ": two outputs have this path");
    }
  }
  for (TemporaryFile& file : files) {
    if (Status status = file.rename_into_place(); !status) return status;
  }
  for (const TemporaryFile& file : files) {
    if (Status status = sync_folder(file.target()); !status) return status;
  }
  return Ok{};
}

}  // namespace

Status write_file_atomically(const std::string& path, std::span<const std::byte> bytes) {
  const Rest nothing;
  const Write write{path, bytes, nothing};
  return write_all_then_rename({&write, 1});
}

Status write_file_atomically(const std::string& path, std::string_view text) {
  return write_file_atomically(path, std::as_bytes(std::span(text)));
}

Status write_files_atomically(std::span<const PendingFile> files) {
  std::vector<Write> writes;
  writes.reserve(files.size());
  for (const PendingFile& file : files) writes.push_back({file.path, file.bytes, file.rest});
  return write_all_then_rename(writes);
}

}  // namespace bitloupe
