#include "core/stats/fused_scales.h"

namespace bitloupe {

OwnScales::OwnScales(const QuantSpec& spec, float tensor_scale) : make_(spec, tensor_scale) {
  const NumberFormat& format = spec.format;
  const bool unsigned_integer = format.family == Family::Integer && !format.is_signed;
  symmetric_ = spec.scheme == Scheme::Symmetric && spec.symmetric_scale == SymmetricScale::QMax &&
               spec.scale_type == ScaleType::F32 && spec.scale_arithmetic == ScaleArithmetic::Double &&
               spec.scale_floor == ScaleFloor::SmallestNormal && spec.zero_group == ZeroGroup::One &&
               !unsigned_integer && !spec.zero_point && format.is_signed;
  if (!symmetric_) return;
  const CodeLimits limits = code_limits(spec);
  reach_ = is_integer_family(format) ? limits.grid_max : std::max(limits.grid_max, -limits.grid_min);
  symmetric_ = reach_ > 0;
  unclipped_ = limits.grid_max >= reach_ && -limits.grid_min >= reach_;
}

}  // namespace bitloupe
