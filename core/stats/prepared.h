// What is known of a tensor before any spec: exact statistics, the min/max pyramid that zoomed-out grids
// read, and the stratified sample that stands in for all values while an exact pass is under way.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/parallel.h"
#include "core/result.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

// Over the finite values; counts over all. Sums in double in a fixed order.
struct Statistics {
  std::uint64_t count = 0, finite = 0, nan = 0, inf = 0, zero = 0;
  float min = 0, max = 0;    // of the finite values; 0 where there is none
  double mean = 0, std = 0;  // population standard deviation (divisor: finite count)
  ReadCounts odd;            // of stored values read on the way (streamed tensors)
  bool has_finite() const { return finite > 0; }
};

// Errors: Cancelled, and what a streamed tensor's reads fail with; so do the two functions below.
Result<Statistics> compute_statistics(const Tensor& tensor, const WorkContext& context);

// Extremes of the finite values in every block of `length` consecutive row-major values: block b holds values
// [b * length, (b + 1) * length), the last one may be short. Blocks of kLeast values take 3/64 of the values'
// bytes; those of a streamed tensor are longer where there would be more than kMost, which take 48 MiB.
struct BlockExtremes {
  static constexpr std::uint64_t kLeast = 64, kMost = std::uint64_t{1} << 22, kLongest = 1 << 16;
  static std::uint64_t length_for(const Tensor& tensor);
  std::uint64_t length = kLeast;  // a power of two
  struct Extremes {
    float min, max;  // min > max where no value is finite; zeros are +0
    bool nan, inf;   // holds a NaN, an infinity
  };
  std::vector<Extremes> blocks;
};

Result<BlockExtremes> compute_block_extremes(const Tensor& tensor, const WorkContext& context);

// Seeded, stratified runs of kRun consecutive values: 2^20 values, one run in each of equal strata of the
// index space. `all` when nothing was left out (at most 2^21 values).
struct Sample {
  static constexpr std::uint64_t kRun = 64;
  bool all = true;
  std::vector<std::uint64_t> starts;  // first index of each run, ascending; empty when all
  std::uint64_t values = 0;           // how many values it holds
};

Sample make_sample(std::uint64_t count, std::uint64_t seed);

// Statistics and extremes come from one pass. Of a streamed tensor it also tells how many stored values were
// rounded or odd: `tensor` is then a copy (of its few fields) that says so.
struct Prepared {
  std::shared_ptr<const Tensor> tensor;
  Statistics statistics;
  BlockExtremes extremes;
  Sample sample;
};

// The sampled values, run after run.
Values sampled_values(const Prepared& prepared);

Result<std::shared_ptr<const Prepared>> prepare(std::shared_ptr<const Tensor> tensor,
                                                const WorkContext& context);

}  // namespace bitloupe
