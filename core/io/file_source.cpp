// Files as ByteSources: opened by one descriptor, read by pread, watched by fstat.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>
#include <utility>

#include "core/io/byte_source.h"
#include "core/io/file_error.h"
#include "core/io/read_whole.h"

namespace bitloupe {

namespace {

using enum FaultCode;

std::string reason(int error) { return std::generic_category().message(error); }

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&&) = delete;
  ~FileDescriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

FileIdentity identity_of(const struct stat& status) {
  return {status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size),
          static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec};
}

class FileSource final : public ByteSource {
 public:
  FileSource(std::string path, FileDescriptor file, const FileIdentity& identity)
      : path_(std::move(path)), file_(std::move(file)), opened_(identity) {}

  const std::string& name() const override { return path_; }
  std::uint64_t size() const override { return opened_.size; }
  std::optional<FileIdentity> identity() const override { return opened_; }

  // The identity is compared after the bytes were read: had it changed before, it would differ now as well.
  Status read(std::uint64_t offset, std::span<std::byte> into) const override {
    if (auto error = outside(*this, offset, into.size())) return *error;
    const auto read_at = [&](std::byte* bytes, std::size_t count, off_t from) {
      return ::pread(file_.get(), bytes, count, from);
    };
    const ReadOutcome outcome = read_whole(read_at, offset, into);
    if (outcome.error != 0) return unreadable(outcome.error, outcome.offset);
    struct stat now {};
    if (::fstat(file_.get(), &now) != 0) return unreadable(errno, offset);
    if (identity_of(now) != opened_) return changed(now);
    if (outcome.done) return Ok{};
    return about_file(path_, file_error(FileRead,
                                        "ended early (no byte at offset " + std::to_string(outcome.offset) +
                                            " of " + std::to_string(size()) + ")",
                                        outcome.offset));
  }

  FileState state() const override {
    struct stat now {};
    if (::fstat(file_.get(), &now) == 0 && identity_of(now) != opened_) return FileState::Modified;
    return state_at(path_, opened_);
  }

 private:
  Error unreadable(int error, std::uint64_t offset) const {
    return about_file(path_, file_error(FileRead, "cannot be read: " + reason(error), offset));
  }

  Error changed(const struct stat& now) const {
    const std::string size = std::to_string(now.st_size), before = std::to_string(opened_.size);
    const std::string how = size == before ? "written to, still " + size + " bytes"
                                           : "size " + size + " bytes now, " + before + " when opened";
    return about_file(path_, file_error(FileChanged, "changed while it was open (" + how + ")"));
  }

  std::string path_;
  FileDescriptor file_;
  FileIdentity opened_;
};

// What stands at the path instead of a regular file; nothing where it is one.
std::optional<Error> wrong_kind(mode_t mode) {
  auto error = [](FaultCode code, const char* kind) {
    return file_error(code, std::string("is ") + kind + " (expected a regular file)");
  };
  switch (mode & S_IFMT) {
    case S_IFREG:
      return std::nullopt;
    case S_IFDIR:
      return error(FileDirectory, "a directory");
    case S_IFIFO:
      return error(FileFifo, "a FIFO");
    case S_IFSOCK:
      return error(FileSocket, "a socket");
    case S_IFCHR:
      return error(FileDevice, "a character device");
    default:
      return error(FileDevice, "a block device");
  }
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Error open_error(const std::string& path, int error) {
  switch (error) {
    case ENOENT: {
      struct stat link {};
      if (::lstat(path.c_str(), &link) != 0 || !S_ISLNK(link.st_mode))
        return file_error(FileMissing, "no such file");
      return file_error(FileDangling, "is a symbolic link to a file that does not exist");
    }
    case EACCES:
      if (::faccessat(AT_FDCWD, parent_of(path).c_str(), X_OK, AT_EACCESS) == 0)
        return file_error(FilePermission, "no permission to read it");
      return file_error(FileFolderPermission, "no permission to search the folder that holds it");
    case ELOOP:
      return file_error(FileLoop, "symbolic links form a loop");
    case ENXIO:
      return file_error(FileSocket, "is a socket or a device (expected a regular file)");
    case EMFILE:
    case ENFILE:
      return file_error(FileDescriptors, "cannot be opened: too many open files");
    default:
      return file_error(FileOpen, "cannot be opened: " + reason(error));
  }
}

}  // namespace

Result<std::shared_ptr<const ByteSource>> open_file(const std::string& path) {
  const auto refused = [&](Error error) { return about_file(path, std::move(error)); };
  // An embedded NUL would end the name early and open some other file.
  if (path.find('\0') != std::string::npos) return refused(file_error(FilePath, "the path holds a NUL byte"));
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  int number = -1;
  do {
    number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  } while (number < 0 && errno == EINTR);
  if (number < 0) return refused(open_error(path, errno));
  FileDescriptor file(number);
  struct stat status {};
  const int flags = ::fcntl(file.get(), F_GETFL);
  if (::fstat(file.get(), &status) != 0 || flags < 0)
    return refused(file_error(FileRead, "cannot be read: " + reason(errno)));
  if (auto error = wrong_kind(status.st_mode)) return refused(*error);
  if (::fcntl(file.get(), F_SETFL, flags & ~O_NONBLOCK) != 0)
    return refused(file_error(FileRead, "cannot be read: " + reason(errno)));
  return std::shared_ptr<const ByteSource>(
      std::make_shared<FileSource>(path, std::move(file), identity_of(status)));
}

std::optional<FileIdentity> identity_at(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return identity_of(status);
}

FileState state_at(const std::string& path, const FileIdentity& opened) {
  const auto now = identity_at(path);
  if (!now) return FileState::Deleted;
  if (now->device != opened.device || now->inode != opened.inode) return FileState::Replaced;
  return *now == opened ? FileState::Unchanged : FileState::Modified;
}

}  // namespace bitloupe
