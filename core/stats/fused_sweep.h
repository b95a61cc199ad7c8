// The squared errors of the same values under many scales: the values stay in the L1 cache while all scales
// pass over them. Same bits on every instruction set.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/quant/quantizer.h"
#include "core/stats/fused_plan.h"

namespace bitloupe {

// What one scale has added up, by virtual lane.
struct alignas(64) SweepLanes {
  double rounding[kFusedLanes] = {}, clipping[kFusedLanes] = {};
};
double fold_lanes(const double (&lanes)[kFusedLanes]);

class FusedSweep {
 public:
  static constexpr std::size_t kBlock = 2048;  // values: 8 KiB
  static constexpr std::size_t kPadding = 16;  // floats behind a block that may be read

  explicit FusedSweep(const Quantizer& quantizer);  // must outlive it

  // At most kBlock finite values, kPadding readable floats behind them; sums[i] gains the errors under
  // scales[i]. A value within 2^-20 of a tie may be given the other level, whose error is the same to 2^-20
  // of itself. `groups` is scratch. Formats and scales the kernels do not know go through quantize_run.
  void add(const float* values, std::size_t count, std::span<const GroupScale> scales,
           std::span<SweepLanes> sums, std::vector<FusedGroup>& groups) const;

 private:
  void add_reference(std::span<const float> values, const GroupScale& scale, SweepLanes& sums) const;
  const Quantizer& quantizer_;
  bool applies_;
  FusedPlan plan_;
};

}  // namespace bitloupe
