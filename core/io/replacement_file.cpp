#include "core/io/replacement_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdint>
#include <random>
#include <system_error>
#include <utility>
#include <vector>

#include "core/io/display_text.h"

namespace bitloupe {
namespace {

constexpr mode_t kUsualMode = 0666, kPrivateMode = 0600, kModeBits = 07777;
constexpr int kMostLinks = 40;
constexpr int kMostNames = 16;  // tries until a random name is free
constexpr std::size_t kCopiedAtOnce = 1 << 20;

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// A name beside the target. It is fixed and short: the target's own may already be as long as the file system
// allows.
std::string random_name(const std::string& target) {
  std::random_device random;
  const std::uint64_t number = static_cast<std::uint64_t>(random()) << 32 | random();
  return folder_of(target) + "/.bitloupe-" + std::to_string(number) + ".tmp";
}

// The way to an open file that has no name.
std::string path_of(int descriptor) { return "/proc/self/fd/" + std::to_string(descriptor); }

// What a file system answers that knows no second file beside the target, or no rename. A full disk or a
// broken one never counts: there the old file is worth more than the new one (U14).
bool means_no_replacing(int error) { return error == ENOSYS || error == EPERM || error == EXDEV; }

}  // namespace

ReplacementFile::ReplacementFile(const WriteOptions& options)
    : options_(options), calls_(options.calls != nullptr ? options.calls : &system_file_calls()) {}

ReplacementFile::ReplacementFile(ReplacementFile&& other) noexcept
    : options_(other.options_),
      calls_(other.calls_),
      asked_(std::move(other.asked_)),
      target_(std::move(other.target_)),
      found_(other.found_),
      name_(std::exchange(other.name_, {})),
      in_place_(other.in_place_),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

ReplacementFile::~ReplacementFile() {
  if (descriptor_ >= 0) calls_->close(descriptor_);
  if (!name_.empty()) calls_->unlink(name_.c_str());
}

Error ReplacementFile::failed(const std::string& what, int error) const {
  return {ErrorCode::Io,
          displayed_path(asked_) + ": " + what + ": " + std::generic_category().message(error)};
}

Error ReplacementFile::failed_to_write(int error) const {
  return failed(in_place_ ? "could be written in part only" : "cannot be written", error);
}

Status ReplacementFile::write(const std::string& path, std::span<const std::byte> bytes,
                              const std::function<Status(const ByteSink&)>& rest) {
  asked_ = path;
  const Result<Found> found = find_target();
  if (!found) return found.error();
  found_ = *found;
  if (Status status = create(); !status) return status;
  if (Status status = write_all(bytes); !status) return status;
  if (rest) {
    const ByteSink sink = [this](std::span<const std::byte> part) { return write_all(part); };
    if (Status status = rest(sink); !status) return status;
  }
  if (Status status = sync(); !status) return status;
  return is_unnamed() ? Ok{} : close();
}

Status ReplacementFile::take_name() {
  if (!is_unnamed()) return Ok{};
  const std::string held = path_of(descriptor_);
  int error = EEXIST;
  for (int attempt = 0; attempt < kMostNames && error == EEXIST; ++attempt) {
    std::string name = random_name(target_);
    error =
        calls_->linkat(AT_FDCWD, held.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
    if (error == 0) name_ = std::move(name);
  }
  if (error == 0) {
    // Once more: some file systems would lose, with the power, a file that got its name after it was synced.
    if (Status status = sync(); !status) return status;
    return close();
  }
  // Whatever forbids the link may allow a file that has a name from the start.
  const int unnamed = std::exchange(descriptor_, -1);
  Status status = create_named();
  if (status) status = keep_mode();
  if (status) status = copy_from(held);
  calls_->close(unnamed);
  return status;
}

Status ReplacementFile::rename_into_place() {
  if (in_place_) return Ok{};
  if (calls_->rename(name_.c_str(), target_.c_str()) != 0) {
    const int error = errno;
    if (Status opened = open_in_place("cannot be replaced", error); !opened) return opened;
    return copy_from(name_);
  }
  name_.clear();
  return Ok{};
}

// File systems that cannot sync a folder answer EINVAL: nothing to be done there. Nor with a folder that may
// be written but not read.
Status ReplacementFile::sync_folder() {
  const int descriptor = calls_->open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (descriptor < 0) return errno == EACCES ? Status(Ok{}) : failed("its folder cannot be synced", errno);
  int result = 0;
  do {
    result = calls_->fsync(descriptor);
  } while (result != 0 && errno == EINTR);
  const int error = errno;
  calls_->close(descriptor);
  if (result != 0 && error != EINVAL && error != EROFS) return failed("its folder cannot be synced", error);
  return Ok{};
}

// Follows symbolic links by hand: the last one may point to a file that is still to be made.
Result<std::string> ReplacementFile::final_target() {
  std::string target = asked_;
  for (int links = 0; links < kMostLinks; ++links) {
    std::array<char, PATH_MAX> buffer{};
    const ssize_t length = calls_->readlink(target.c_str(), buffer.data(), buffer.size());
    if (length < 0) {
      const bool no_link = errno == EINVAL || errno == ENOENT || errno == ENOTDIR;
      return no_link ? Result<std::string>(target) : failed("cannot be written", errno);
    }
    const std::string to(buffer.data(), static_cast<std::size_t>(length));
    target = to.starts_with('/') ? to : folder_of(target) + "/" + to;
  }
  return failed("cannot be written", ELOOP);
}

Result<ReplacementFile::Found> ReplacementFile::find_target() {
  if (asked_.empty() || asked_.find('\0') != std::string::npos) {
    return Error{ErrorCode::Io, "output path is empty or holds a NUL byte"};
  }
  auto target = final_target();
  if (!target) return target.error();
  target_ = std::move(*target);
  struct stat status {};
  // As it was asked for: what /dev/stdout is linked to is no path where it is a pipe.
  if (calls_->stat(asked_.c_str(), &status) != 0) {
    return errno == ENOENT ? Result<Found>(Found{}) : failed("cannot be written", errno);
  }
  if (S_ISDIR(status.st_mode)) return failed("cannot be written", EISDIR);
  if (!S_ISREG(status.st_mode)) {
    return Error{ErrorCode::Io, displayed_path(asked_) + ": is not a regular file, so it is not replaced"};
  }
  if (calls_->access(target_.c_str(), W_OK) != 0) return failed("is read-only", errno);
  return Found{true, status.st_mode & kModeBits};
}

Status ReplacementFile::create() {
  if (Status made = create_temporary(); !made) return made;
  return keep_mode();
}

// Without a name where the file system can do that and /proc can give it one later.
Status ReplacementFile::create_temporary() {
  // Nobody may open what replaces a private file before it has that file's mode.
  const mode_t mode = found_.there ? kPrivateMode : kUsualMode;
  descriptor_ = calls_->open(folder_of(target_).c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, mode);
  if (descriptor_ < 0) {
    const bool unknown = errno == EOPNOTSUPP || errno == EISDIR || errno == EINTR;
    return unknown ? create_named() : open_in_place("cannot be written (no temporary file beside it)", errno);
  }
  struct stat status {};
  if (calls_->stat(path_of(descriptor_).c_str(), &status) == 0) return Ok{};
  calls_->close(std::exchange(descriptor_, -1));
  return create_named();
}

Status ReplacementFile::create_named() {
  int error = EEXIST;
  for (int attempt = 0; attempt < kMostNames && (error == EEXIST || error == EINTR); ++attempt) {
    std::string name = random_name(target_);
    descriptor_ = calls_->open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                               found_.there ? kPrivateMode : kUsualMode);
    if (descriptor_ >= 0) {
      name_ = std::move(name);
      return Ok{};
    }
    error = errno;
  }
  return open_in_place("cannot be written (no temporary file beside it)", error);
}

Status ReplacementFile::keep_mode() {
  if (in_place_ || !found_.there) return Ok{};
  struct stat status {};
  if (calls_->fstat(descriptor_, &status) != 0) return failed("cannot be written", errno);
  if ((status.st_mode & kModeBits) == found_.mode || calls_->fchmod(descriptor_, found_.mode) == 0)
    return Ok{};
  const int error = errno;
  calls_->close(std::exchange(descriptor_, -1));
  return open_in_place("cannot keep its mode", error);
}

// The way for file systems without replacing, where it was asked for; else the error, and the word that
// asking makes sense.
Status ReplacementFile::open_in_place(const std::string& problem, int error) {
  if (!means_no_replacing(error)) return failed(problem, error);
  if (!options_.in_place) {
    if (options_.in_place_would_do != nullptr) *options_.in_place_would_do = true;
    return failed(problem, error);
  }
  descriptor_ = calls_->open(target_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kUsualMode);
  if (descriptor_ < 0) return failed("cannot be written", errno);
  in_place_ = true;
  return Ok{};
}

// The whole of another file into the open one, and the end of writing it.
Status ReplacementFile::copy_from(const std::string& path) {
  const int from = calls_->open(path.c_str(), O_RDONLY | O_CLOEXEC, 0);
  if (from < 0) return failed_to_write(errno);
  std::vector<std::byte> buffer(kCopiedAtOnce);
  Status status = Ok{};
  while (status) {
    const ssize_t got = calls_->read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) status = failed_to_write(errno);
    if (got <= 0) break;
    status = write_all(std::span(buffer).first(static_cast<std::size_t>(got)));
  }
  calls_->close(from);
  if (status) status = sync();
  return status ? close() : status;
}

Status ReplacementFile::write_all(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = calls_->write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed_to_write(written == 0 ? ENOSPC : errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return Ok{};
}

Status ReplacementFile::sync() {
  int result = 0;
  do {
    result = calls_->fsync(descriptor_);
  } while (result != 0 && errno == EINTR);
  return result == 0 ? Status(Ok{}) : failed_to_write(errno);
}

// Interrupted or not, Linux has closed it, and its bytes are on the disk.
Status ReplacementFile::close() {
  if (calls_->close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR) return failed_to_write(errno);
  return Ok{};
}

}  // namespace bitloupe
