// FilePool: any number of files as ByteSources of which a few are open at a time. It knows nothing of what is
// in them.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "core/io/byte_source.h"

namespace bitloupe {

class FilePool : public std::enable_shared_from_this<FilePool> {
 public:
  // Descriptors that it keeps; one that leaves while it is being read is closed after that read.
  explicit FilePool(std::size_t most) : most_(most) {}

  // Opens the file and remembers its identity. The source opens it again whenever it is read and was closed;
  // unlike a file of its own it is refused as FILE_CHANGED once it was replaced or deleted.
  Result<std::shared_ptr<const ByteSource>> open(const std::string& path);

  // The open file at that path; the least recently used ones are closed for it. From any thread.
  Result<std::shared_ptr<const ByteSource>> get(const std::string& path);

 private:
  std::mutex mutex_;
  std::size_t most_;
  std::list<std::shared_ptr<const ByteSource>> open_;  // most recently used first
};

}  // namespace bitloupe
