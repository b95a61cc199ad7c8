// The loop around pread: interrupted calls are repeated and short reads continued. It knows the call only by
// its signature, so that tests bring their own.
#pragma once

#include <errno.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace bitloupe {

struct ReadOutcome {
  bool done = false;
  int error = 0;             // errno where a call failed; 0 with !done: the file ended
  std::uint64_t offset = 0;  // of the first byte that is missing
};

// `read_at(bytes, count, offset)` is pread without its descriptor.
template <class ReadAt>
ReadOutcome read_whole(ReadAt&& read_at, std::uint64_t offset, std::span<std::byte> into) {
  while (!into.empty()) {
    const ssize_t got = read_at(into.data(), into.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return {false, got < 0 ? errno : 0, offset};
    offset += static_cast<std::uint64_t>(got);
    into = into.subspan(static_cast<std::size_t>(got));
  }
  return {true, 0, offset};
}

}  // namespace bitloupe
