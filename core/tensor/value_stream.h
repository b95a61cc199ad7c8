// ValueStream: the values of a tensor that is not held in memory, read in parts as they are asked for. It
// does not know what reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"

namespace bitloupe {

// What was odd about the stored values of one read.
struct ReadCounts {
  std::uint64_t rounded = 0;    // values that float32 cannot hold exactly (NaN payloads do not count)
  std::uint64_t odd_bools = 0;  // booleans stored as neither 0 nor 1
  // Of tensors stored in blocks: scales that are NaN or infinite, and subnormal ones.
  std::uint64_t bad_scales = 0, subnormal_scales = 0;

  void add(const ReadCounts& other) {
    rounded += other.rounded;
    odd_bools += other.odd_bools;
    bad_scales += other.bad_scales;
    subnormal_scales += other.subnormal_scales;
  }
  bool operator==(const ReadCounts&) const = default;
};

// One sentence for each kind of oddity but rounding, which is counted by itself.
inline std::vector<std::string> warnings_about(const ReadCounts& odd) {
  std::vector<std::string> warnings;
  const auto add = [&](std::uint64_t count, const char* what, const char* one, const char* several) {
    if (count > 0) warnings.push_back(std::to_string(count) + what + (count == 1 ? one : several));
  };
  if (odd.odd_bools > 0)
    warnings.push_back(std::to_string(odd.odd_bools) +
                       " booleans are stored as neither 0 nor 1; non-zero is read as 1");
  add(odd.bad_scales, " block scale", " is stored as NaN or infinity", "s are stored as NaN or infinity");
  add(odd.subnormal_scales, " block scale", " is subnormal, of few digits", "s are subnormal, of few digits");
  return warnings;
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
