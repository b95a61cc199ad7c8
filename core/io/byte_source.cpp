#include "core/io/byte_source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include "core/io/file_error.h"

namespace bitloupe {

namespace {

std::string reason(int error) { return std::generic_category().message(error); }

Error outside(const std::string& name, std::uint64_t offset, std::uint64_t bytes, std::uint64_t size) {
  return about_file(name,
                    file_error(FaultCode::FileRange,
                               "read outside the file (" + std::to_string(bytes) + " bytes at offset " +
                                   std::to_string(offset) + ", the file has " + std::to_string(size) + ")",
                               offset));
}

bool inside(std::uint64_t offset, std::uint64_t bytes, std::uint64_t size) {
  return offset <= size && bytes <= size - offset;
}

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

// What tells a file that was written to from the one that was opened.
bool same_content(const struct stat& a, const struct stat& b) {
  return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

class FileSource final : public ByteSource {
 public:
  FileSource(std::string path, FileDescriptor file, const struct stat& status)
      : path_(std::move(path)), file_(std::move(file)), opened_(status) {}

  const std::string& name() const override { return path_; }
  std::uint64_t size() const override { return static_cast<std::uint64_t>(opened_.st_size); }

  Status read(std::uint64_t offset, std::span<std::byte> into) const override {
    if (!inside(offset, into.size(), size())) return outside(path_, offset, into.size(), size());
    struct stat now {};
    if (::fstat(file_.get(), &now) != 0) return unreadable(errno, offset);
    if (!same_content(now, opened_)) {
      return about_file(
          path_, file_error(FaultCode::FileChanged, "changed while it was open (size " +
                                                        std::to_string(now.st_size) + " bytes now, " +
                                                        std::to_string(opened_.st_size) + " when opened)"));
    }
    while (!into.empty()) {
      const ssize_t got = ::pread(file_.get(), into.data(), into.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return unreadable(errno, offset);
      if (got == 0) {
        return about_file(path_, file_error(FaultCode::FileEnded,
                                            "ended early (no byte at offset " + std::to_string(offset) +
                                                " of " + std::to_string(size()) + ")",
                                            offset));
      }
      offset += static_cast<std::uint64_t>(got);
      into = into.subspan(static_cast<std::size_t>(got));
    }
    return Ok{};
  }

 private:
  Error unreadable(int error, std::uint64_t offset) const {
    return about_file(path_, file_error(FaultCode::FileRead, "cannot be read: " + reason(error), offset));
  }

  std::string path_;
  FileDescriptor file_;
  struct stat opened_;
};

class MemorySource final : public ByteSource {
 public:
  MemorySource(std::string name, std::vector<std::byte> bytes)
      : name_(std::move(name)), bytes_(std::move(bytes)) {}

  const std::string& name() const override { return name_; }
  std::uint64_t size() const override { return bytes_.size(); }

  Status read(std::uint64_t offset, std::span<std::byte> into) const override {
    if (!inside(offset, into.size(), size())) return outside(name_, offset, into.size(), size());
    if (!into.empty()) std::memcpy(into.data(), bytes_.data() + offset, into.size());
    return Ok{};
  }

 private:
  std::string name_;
  std::vector<std::byte> bytes_;
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
      return error(FaultCode::FileDirectory, "a directory");
    case S_IFIFO:
      return error(FaultCode::FileFifo, "a FIFO");
    case S_IFSOCK:
      return error(FaultCode::FileSocket, "a socket");
    case S_IFCHR:
      return error(FaultCode::FileDevice, "a character device");
    default:
      return error(FaultCode::FileDevice, "a block device");
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
        return file_error(FaultCode::FileMissing, "no such file");
      return file_error(FaultCode::FileDangling, "is a symbolic link to a file that does not exist");
    }
    case EACCES:
      if (::access(parent_of(path).c_str(), X_OK) == 0)
        return file_error(FaultCode::FilePermission, "no permission to read it");
      return file_error(FaultCode::FileFolderPermission, "no permission to search the folder that holds it");
    case ELOOP:
      return file_error(FaultCode::FileLoop, "symbolic links form a loop");
    case ENXIO:
      return file_error(FaultCode::FileSocket, "is a socket or a device (expected a regular file)");
    case EMFILE:
    case ENFILE:
      return file_error(FaultCode::FileDescriptors, "cannot be opened: too many open files");
    default:
      return file_error(FaultCode::FileOpen, "cannot be opened: " + reason(error));
  }
}

}  // namespace

Result<std::shared_ptr<const ByteSource>> open_file(const std::string& path) {
  const auto refused = [&](Error error) { return about_file(path, std::move(error)); };
  // An embedded NUL would end the name early and open some other file.
  if (path.find('\0') != std::string::npos)
    return refused(file_error(FaultCode::FilePath, "the path holds a NUL byte"));
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
    return refused(file_error(FaultCode::FileRead, "cannot be read: " + reason(errno)));
  if (auto error = wrong_kind(status.st_mode)) return refused(*error);
  if (::fcntl(file.get(), F_SETFL, flags & ~O_NONBLOCK) != 0)
    return refused(file_error(FaultCode::FileRead, "cannot be read: " + reason(errno)));
  return std::shared_ptr<const ByteSource>(std::make_shared<FileSource>(path, std::move(file), status));
}

std::shared_ptr<const ByteSource> memory_source(std::string name, std::vector<std::byte> bytes) {
  return std::make_shared<MemorySource>(std::move(name), std::move(bytes));
}

}  // namespace bitloupe
