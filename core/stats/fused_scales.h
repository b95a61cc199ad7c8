// The scale of a group from its own extremes without make_scale's way through the whole spec: the same bits
// where it applies, make_scale where it does not.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/quant/scales.h"

namespace bitloupe {

class OwnScales {
 public:
  // tensor_scale: tensor_scale_of() the spec.
  explicit OwnScales(const QuantSpec& canonical_spec, float tensor_scale = 1);

  // lo > hi: no finite value. False where a value of the range may be clipped under the scale (zero points
  // are rounded, scales floored, saturated, or rounded to a type shorter than f32).
  bool make(ClipRange range, GroupScale& scale) const {
    if (symmetric_) {
      const float amax = std::max(std::fabs(range.lo), std::fabs(range.hi));
      const auto rounded = static_cast<float>(static_cast<double>(amax) / reach_);
      if (rounded >= 0x1p-126f && rounded <= 0x1.fffffep127f && range.lo <= range.hi) {
        scale = {rounded, zero_point_};
        return unclipped_;
      }
    }
    if (range.lo > range.hi) range = {};
    std::uint64_t floored = 0, saturated = 0;
    scale = make_(range, floored, saturated);
    return false;
  }

 private:
  ScaleMaker make_;
  bool symmetric_ = false;  // amax / reach in double, rounded once to f32
  bool unclipped_ = false;  // reach is that of both sides
  double reach_ = 1;
  std::int32_t zero_point_ = 0;
};

}  // namespace bitloupe
