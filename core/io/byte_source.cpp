#include "core/io/byte_source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include "core/io/display_text.h"

namespace bitloupe {

namespace {

std::string reason(int error) { return std::generic_category().message(error); }

Error io_error(const std::string& path, const std::string& what) {
  return {ErrorCode::Io, displayed_path(path) + ": " + what};
}

Error outside(const std::string& name, std::uint64_t offset, std::uint64_t bytes, std::uint64_t size) {
  return bad_input(displayed_path(name) + ": read outside the file (" + std::to_string(bytes) +
                   " bytes at offset " + std::to_string(offset) + ", the file has " + std::to_string(size) +
                   ")");
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
    if (::fstat(file_.get(), &now) != 0) return io_error(path_, "cannot be read: " + reason(errno));
    if (!same_content(now, opened_)) {
      return io_error(path_, "changed while it was open (size " + std::to_string(now.st_size) +
                                 " bytes now, " + std::to_string(opened_.st_size) + " when opened)");
    }
    while (!into.empty()) {
      const ssize_t got = ::pread(file_.get(), into.data(), into.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return io_error(path_, "cannot be read: " + reason(errno));
      if (got == 0) {
        return io_error(path_, "ended early (no byte at offset " + std::to_string(offset) + " of " +
                                   std::to_string(size()) + ")");
      }
      offset += static_cast<std::uint64_t>(got);
      into = into.subspan(static_cast<std::size_t>(got));
    }
    return Ok{};
  }

 private:
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

// What stands at the path instead of a regular file; null where it is one.
const char* other_kind(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return nullptr;
    case S_IFDIR:
      return "a directory";
    case S_IFIFO:
      return "a FIFO";
    case S_IFSOCK:
      return "a socket";
    case S_IFCHR:
      return "a character device";
    case S_IFBLK:
      return "a block device";
    default:
      return "something else";
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
      const bool dangling = ::lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode);
      return io_error(path, dangling ? "is a symbolic link to a file that does not exist" : "no such file");
    }
    case EACCES:
      if (::access(parent_of(path).c_str(), X_OK) != 0) {
        return io_error(path, "no permission to search the folder that holds it");
      }
      return io_error(path, "no permission to read it");
    case ELOOP:
      return io_error(path, "symbolic links form a loop");
    case ENXIO:
      return io_error(path, "is a socket or a device (expected a regular file)");
    case EMFILE:
    case ENFILE:
      return io_error(path, "cannot be opened: too many open files");
    default:
      return io_error(path, "cannot be opened: " + reason(error));
  }
}

}  // namespace

Result<std::shared_ptr<const ByteSource>> open_file(const std::string& path) {
  // An embedded NUL would end the name early and open some other file.
  if (path.find('\0') != std::string::npos) return io_error(path, "the path holds a NUL byte");
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  int number = -1;
  do {
    number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  } while (number < 0 && errno == EINTR);
  if (number < 0) return open_error(path, errno);
  FileDescriptor file(number);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return io_error(path, "cannot be read: " + reason(errno));
  if (const char* kind = other_kind(status.st_mode)) {
    return io_error(path, std::string("is ") + kind + " (expected a regular file)");
  }
  const int flags = ::fcntl(file.get(), F_GETFL);
  if (flags < 0 || ::fcntl(file.get(), F_SETFL, flags & ~O_NONBLOCK) != 0) {
    return io_error(path, "cannot be read: " + reason(errno));
  }
  return std::shared_ptr<const ByteSource>(std::make_shared<FileSource>(path, std::move(file), status));
}

std::shared_ptr<const ByteSource> memory_source(std::string name, std::vector<std::byte> bytes) {
  return std::make_shared<MemorySource>(std::move(name), std::move(bytes));
}

}  // namespace bitloupe
