// DiskStamp: what tells one state of a file on disk from another.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace bitloupe {

struct DiskStamp {
  std::uint64_t device = 0, inode = 0, bytes = 0;
  std::int64_t seconds = 0, nanoseconds = 0;  // of its last change, by the clock of whoever wrote it
  bool operator==(const DiskStamp&) const = default;
};

struct DiskLook {
  std::optional<DiskStamp> stamp;  // nothing: no file is there
  bool unclear = false;            // the file system did not say
};

// Waits for the file system.
DiskLook look_at_file(const std::string& path);

}  // namespace bitloupe
