#include "core/io/file_calls.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

namespace bitloupe {

int FileCalls::open(const char* path, int flags, mode_t mode) { return ::open(path, flags, mode); }
ssize_t FileCalls::read(int descriptor, void* bytes, std::size_t count) {
  return ::read(descriptor, bytes, count);
}
ssize_t FileCalls::write(int descriptor, const void* bytes, std::size_t count) {
  return ::write(descriptor, bytes, count);
}
int FileCalls::fchmod(int descriptor, mode_t mode) { return ::fchmod(descriptor, mode); }
int FileCalls::fsync(int descriptor) { return ::fsync(descriptor); }
int FileCalls::close(int descriptor) { return ::close(descriptor); }
int FileCalls::linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) {
  return ::linkat(from_folder, from, to_folder, to, flags);
}
int FileCalls::rename(const char* from, const char* to) { return std::rename(from, to); }
int FileCalls::unlink(const char* path) { return ::unlink(path); }
int FileCalls::stat(const char* path, struct stat* status) { return ::stat(path, status); }
int FileCalls::fstat(int descriptor, struct stat* status) { return ::fstat(descriptor, status); }
int FileCalls::access(const char* path, int mode) { return ::access(path, mode); }
ssize_t FileCalls::readlink(const char* path, char* target, std::size_t size) {
  return ::readlink(path, target, size);
}

FileCalls& system_file_calls() {
  static FileCalls calls;
  return calls;
}

}  // namespace bitloupe
