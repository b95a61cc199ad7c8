// A lock that lives as long as this object or this process, whichever ends first: the operating system lets
// go of it after a crash too.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "core/result.h"

namespace bitloupe {

class FileLock {
 public:
  // Makes the file (mode 0600) and locks it. Nothing: another process, or another lock of this one, has it
  // after `seconds`. Io: the file cannot be made, or its file system knows no locks.
  static Result<std::optional<FileLock>> take(const std::string& path, double seconds = 0);

  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace bitloupe
