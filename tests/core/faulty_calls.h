// System calls of which the n-th fails, and disks that are full after so many bytes.
#pragma once

#include <errno.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>

#include "core/io/file_calls.h"

namespace bitloupe::test {

class FaultyCalls final : public FileCalls {
 public:
  int fail_at = 0;  // the call, counted from 1, that answers `error`; 0: none
  int error = EIO;
  std::string only;                // calls of this name are counted; empty: all
  long room = -1;                  // bytes until the disk is full; -1: endless
  std::size_t at_most = SIZE_MAX;  // bytes that one write takes
  int interrupted = 0;             // so many calls answer EINTR first
  std::string failed;              // the name of the call that failed

  int open(const char* path, int flags, mode_t mode) override {
    return fails("open") ? -1 : FileCalls::open(path, flags, mode);
  }
  ssize_t read(int descriptor, void* bytes, std::size_t count) override {
    return interrupt() || fails("read") ? -1 : FileCalls::read(descriptor, bytes, std::min(count, at_most));
  }
  ssize_t write(int descriptor, const void* bytes, std::size_t count) override {
    if (interrupt() || fails("write")) return -1;
    count = std::min(count, at_most);
    if (room >= 0) {
      if (room == 0) {
        errno = ENOSPC;
        return -1;
      }
      count = std::min(count, static_cast<std::size_t>(room));
      room -= static_cast<long>(count);
    }
    return FileCalls::write(descriptor, bytes, count);
  }
  int fchmod(int descriptor, mode_t mode) override {
    return fails("fchmod") ? -1 : FileCalls::fchmod(descriptor, mode);
  }
  int fsync(int descriptor) override {
    return interrupt() || fails("fsync") ? -1 : FileCalls::fsync(descriptor);
  }
  int close(int descriptor) override {
    const bool fail = fails("close");
    const int result = FileCalls::close(descriptor);  // closed all the same, as Linux does
    if (!fail) return result;
    errno = error;
    return -1;
  }
  int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) override {
    return fails("linkat") ? -1 : FileCalls::linkat(from_folder, from, to_folder, to, flags);
  }
  int rename(const char* from, const char* to) override {
    return fails("rename") ? -1 : FileCalls::rename(from, to);
  }
  int unlink(const char* path) override { return fails("unlink") ? -1 : FileCalls::unlink(path); }
  int stat(const char* path, struct stat* status) override {
    return fails("stat") ? -1 : FileCalls::stat(path, status);
  }
  int fstat(int descriptor, struct stat* status) override {
    return fails("fstat") ? -1 : FileCalls::fstat(descriptor, status);
  }
  int access(const char* path, int mode) override {
    return fails("access") ? -1 : FileCalls::access(path, mode);
  }
  ssize_t readlink(const char* path, char* target, std::size_t size) override {
    return fails("readlink") ? -1 : FileCalls::readlink(path, target, size);
  }

 private:
  bool fails(const char* name) {
    if ((!only.empty() && only != name) || fail_at == 0 || ++calls_ != fail_at) return false;
    failed = name;
    errno = error;
    return true;
  }
  bool interrupt() {
    if (interrupted == 0) return false;
    --interrupted;
    errno = EINTR;
    return true;
  }
  int calls_ = 0;
};

}  // namespace bitloupe::test
