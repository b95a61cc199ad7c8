// Files are written whole or not at all: a temporary file in the target's folder (without a name where the
// file system can do that, so that a killed process leaves nothing), fsync, rename, fsync of the folder. The
// mode of a file that is replaced is kept, a symbolic link is written through.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace bitloupe {

class FileCalls;

struct WriteOptions {
  // Where the file system knows no temporary file or no rename (ENOSYS, EPERM, EXDEV: some FUSE and network
  // mounts), write into the file itself. A crash may leave half of it: ask first. Nothing else falls back.
  bool in_place = false;
  bool* in_place_would_do = nullptr;  // set to true where that is why it failed; may be null
  FileCalls* calls = nullptr;         // null: the operating system's
};

Status write_file_atomically(const std::string& path, std::span<const std::byte> bytes,
                             const WriteOptions& options = {});
Status write_file_atomically(const std::string& path, std::string_view text,
                             const WriteOptions& options = {});

// Several files of one command: either all are renamed into place or none (as far as the file system allows).
// BadArgument: two of them lead to one place.
using ByteSink = std::function<Status(std::span<const std::byte>)>;
struct PendingFile {
  std::string path;
  std::vector<std::byte> bytes;
  // What comes behind `bytes`, part by part, for files that memory need not hold: passes each part to the
  // sink. Its error is that of the write. May be null.
  std::function<Status(const ByteSink& write)> rest = nullptr;
};
Status write_files_atomically(std::span<const PendingFile> files, const WriteOptions& options = {});

}  // namespace bitloupe
