// ByteSource: a bounded, read-only view of a regular file (or of bytes in memory, for tests and fuzzers).
// Nothing outside [0, size) is ever read, and nothing is memory-mapped, so a file cut short while open is an
// error and not a signal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"

namespace bitloupe {

// What tells one state of one file from every other.
struct FileIdentity {
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t modified_ns = 0;  // since 1970
  bool operator==(const FileIdentity&) const = default;
};

// What became of a file since it was opened.
enum class FileState {
  Unchanged,
  Modified,  // written to or cut: nothing of it can be read any more
  Replaced,  // another file stands at its path; what was opened is still read
  Deleted,   // nothing stands at its path; what was opened is still read
};

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Name for messages: the path as the user gave it.
  virtual const std::string& name() const = 0;
  virtual std::uint64_t size() const = 0;  // bytes
  // Fills `into` from byte `offset`; a range outside the file, a short read or a file that is no longer what
  // was opened is an error.
  virtual Status read(std::uint64_t offset, std::span<std::byte> into) const = 0;

  // Nothing for what is not a file.
  virtual std::optional<FileIdentity> identity() const { return std::nullopt; }
  // Asks the operating system; cheap enough for once a second.
  virtual FileState state() const { return FileState::Unchanged; }
};

// Opens a regular file, never a FIFO, device or directory.
Result<std::shared_ptr<const ByteSource>> open_file(const std::string& path);
std::shared_ptr<const ByteSource> memory_source(std::string name, std::vector<std::byte> bytes);

// The error of a read that does not lie in the source; nothing where it does.
std::optional<Error> outside(const ByteSource& source, std::uint64_t offset, std::uint64_t bytes);

// The identity of what a path leads to now; nothing where it leads nowhere.
std::optional<FileIdentity> identity_at(const std::string& path);
// What became of the file at `path` that had this identity.
FileState state_at(const std::string& path, const FileIdentity& opened);

}  // namespace bitloupe
