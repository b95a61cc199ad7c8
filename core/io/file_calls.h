// The system calls that writing a file needs, as one object: tests replace it by one whose n-th call fails.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>

namespace bitloupe {

// Each does what the call of that name does and leaves errno.
class FileCalls {
 public:
  virtual ~FileCalls() = default;
  virtual int open(const char* path, int flags, mode_t mode);
  virtual ssize_t read(int descriptor, void* bytes, std::size_t count);
  virtual ssize_t write(int descriptor, const void* bytes, std::size_t count);
  virtual int fchmod(int descriptor, mode_t mode);
  virtual int fsync(int descriptor);
  virtual int close(int descriptor);
  virtual int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags);
  virtual int rename(const char* from, const char* to);
  virtual int unlink(const char* path);
  virtual int stat(const char* path, struct stat* status);
  virtual int fstat(int descriptor, struct stat* status);
  virtual int access(const char* path, int mode);
  virtual ssize_t readlink(const char* path, char* target, std::size_t size);
};

// The operating system's own; has no state.
FileCalls& system_file_calls();

}  // namespace bitloupe
