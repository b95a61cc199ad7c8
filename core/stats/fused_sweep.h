// The squared errors of the same values under many scales: the values stay in the L1 cache while all scales
// pass over them. Same bits on every instruction set.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/quant/quantizer.h"
#include "core/quant/vector_plan.h"

namespace bitloupe {

// What one scale has added up, by virtual lane.
struct alignas(64) SweepLanes {
  double rounding[kVectorLanes] = {}, clipping[kVectorLanes] = {};
};
double fold_lanes(const double (&lanes)[kVectorLanes]);

class FusedSweep {
 public:
  static constexpr std::size_t kBlock = 2048;  // values: 8 KiB
  static constexpr std::size_t kPadding = 16;  // floats behind a block that may be read

  explicit FusedSweep(const Quantizer& quantizer);  // must outlive it

  // At most kBlock finite values, kPadding readable floats behind them; sums[i] gains the errors under
  // scales[i]. The quotient y = x * (1/s) is wrong by up to d = |y| * 2^-22 steps: a value that lies so near
  // a tie may be given the other level, and its squared error is then off by up to 8 d of itself (2^-12 at 8
  // bits, a sixteenth at 16). Few values lie so near: the sum of a tensor that is spread over the steps is
  // right to 1e-9 up to 8 bits; at 16 bits 3e-7 was seen. `groups` is scratch. Formats and scales the
  // kernels do not know go through quantize_run.
  void add(const float* values, std::size_t count, std::span<const GroupScale> scales,
           std::span<SweepLanes> sums, std::vector<VectorGroup>& groups) const;

 private:
  void add_reference(std::span<const float> values, const GroupScale& scale, SweepLanes& sums) const;
  const Quantizer& quantizer_;
  bool applies_;
  VectorPlan plan_;
};

}  // namespace bitloupe
