// Binary and ternary under finer granularities: each scale group has its own magnitude a, fitted as that of a
// tensor is (fit.h), and stored as the group's scale. It knows no calibration: no range is asked for.
#pragma once

#include <span>
#include <vector>

#include "core/format/number_format.h"
#include "core/parallel.h"
#include "core/quant/scales.h"
#include "core/result.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

// One scale group's levels {-a, a} or {-a, 0, a}, and what its codes are made with: x takes -a or a where
// |x| >= divisor. Binary, which goes by the sign, and groups without a value but 0 have divisor 1.
struct GroupMagnitude {
  float magnitude = 0, divisor = 1;
  bool operator==(const GroupMagnitude&) const = default;
};

// One a scale group. Over the finite values; a group without one that is not zero has a = 0. `format.fit` is
// not None. The same for any thread count, and for streamed tensors; of a single group the magnitude of
// fit_format. Errors: Cancelled, and what reading a streamed tensor fails with.
Result<std::vector<GroupMagnitude>> fit_groups(const NumberFormat& format, const Tensor& tensor,
                                               const GroupLayout& layout, const WorkContext& context);

// The levels that all groups have in common, {-1, 1} or {-1, 0, 1}, and the cuts between the quotients
// x / divisor that take them.
NumberFormat unit_format(const NumberFormat& format);

// Magnitudes as scales of the spec's type, floored and saturated as others are; float32 ones stay as they are
// fitted, and a = 0 stays 0 where the type has it. A scale's `unrounded` is the divisor.
ScaleSet fitted_scales(const QuantSpec& canonical_spec, const GroupLayout& layout,
                       std::span<const GroupMagnitude> magnitudes);

}  // namespace bitloupe
