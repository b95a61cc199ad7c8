// SweepPlan: the tensors of a sweep's sources, from their headers alone, and the rows of each part. Every
// machine that sees the same files makes the same plan. It loads no values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "app/cli/command.h"
#include "app/cli/shard.h"
#include "core/result.h"
#include "core/source.h"
#include "core/tensor/tensor.h"

namespace bitloupe::cli {

struct SweepTensor {
  std::string given;   // its source on the command line
  SourceSpec source;   // names the tensor
  std::string name;    // synthetic ones are called by their kind
  std::string stored;  // "F32", "Q4_K"
  Shape shape;

  std::uint64_t count() const { return element_count(shape); }
};

struct SweepPlan {
  std::vector<SweepTensor> tensors;  // in the order of the sources, then of their files
  std::vector<std::string> skipped;  // a sentence a source: which tensors are passed over, and why
  std::vector<Error> failures;       // sources and tensors that should be readable and are not
};

// Of a file of several tensors those without floating-point numbers, and in all files those without values or
// of a type that is not decoded, are passed over. Errors: BadArgument, a source that means nothing or a
// tensor that is not there.
Result<SweepPlan> plan_sweep(const std::vector<std::string>& sources, const Globals& globals);

// Rows [begin, end) of one part; row r is tensor r / formats under format r % formats.
struct SweepRange {
  std::size_t begin = 0, end = 0;
};

// Parts follow one another and hold about the same number of values to quantize: a row belongs to the part in
// which its middle falls, where all values of all rows stand in one line.
SweepRange rows_of_part(const std::vector<SweepTensor>& tensors, std::size_t formats, const Shard& shard);

}  // namespace bitloupe::cli
