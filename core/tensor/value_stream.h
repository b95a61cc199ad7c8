// ValueStream: the values of a tensor that is not held in memory, read in parts as they are asked for. It
// does not know what reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/result.h"

namespace bitloupe {

// What was odd about the stored values of one read.
struct ReadCounts {
  std::uint64_t rounded = 0;    // values that float32 cannot hold exactly
  std::uint64_t odd_bools = 0;  // booleans stored as neither 0 nor 1
};

inline std::string odd_bools_warning(std::uint64_t odd_bools) {
  return std::to_string(odd_bools) + " booleans are stored as neither 0 nor 1; non-zero is read as 1";
}

class ValueStream {
 public:
  virtual ~ValueStream() = default;

  // Working values begin ... begin + out.size() - 1, which must lie in the tensor; from any thread. Where
  // they cannot be read, `out` is filled with NaN and the failure is kept in error().
  virtual ReadCounts read(std::uint64_t begin, std::span<float> out) const = 0;

  // The first failure. From then on every read gives NaN at once: numbers made since are of no use.
  virtual std::optional<Error> error() const = 0;

  // Bytes of memory it holds for as long as it lives.
  virtual std::uint64_t bytes() const { return 0; }
};

}  // namespace bitloupe
