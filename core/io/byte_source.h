// ByteSource: a bounded, read-only view of a regular file (or of bytes in memory, for tests and fuzzers).
// Nothing outside [0, size) is ever read, and nothing is memory-mapped, so a file cut short while open is an
// error and not a signal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"

namespace bitloupe {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Name for messages: the path as the user gave it.
  virtual const std::string& name() const = 0;
  virtual std::uint64_t size() const = 0;  // bytes
  // Fills `into` from byte `offset`; a range outside the file or a short read is an error.
  virtual Status read(std::uint64_t offset, std::span<std::byte> into) const = 0;
};

// Opens a regular file (never a FIFO, device or directory) with O_NONBLOCK first and fstat, as bad-inputs
// asks.
Result<std::shared_ptr<const ByteSource>> open_file(const std::string& path);
std::shared_ptr<const ByteSource> memory_source(std::string name, std::vector<std::byte> bytes);

}  // namespace bitloupe
