// Files are written whole or not at all: a temporary file beside the target, fsync, rename, fsync of the
// folder. The mode of a file that is replaced is kept.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace bitloupe {

Status write_file_atomically(const std::string& path, std::span<const std::byte> bytes);
Status write_file_atomically(const std::string& path, std::string_view text);

// Several files of one command: either all are renamed into place or none (as far as the file system allows).
using ByteSink = std::function<Status(std::span<const std::byte>)>;
struct PendingFile {
  std::string path;
  std::vector<std::byte> bytes;
  // What comes behind `bytes`, part by part, for files that memory need not hold: passes each part to the
  // sink. Its error is that of the write. May be null.
  std::function<Status(const ByteSink& write)> rest = nullptr;
};
Status write_files_atomically(std::span<const PendingFile> files);

}  // namespace bitloupe
