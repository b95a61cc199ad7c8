// Codebooks that follow from the values themselves: the levels of binary and ternary formats, of one tensor
// as a whole (fit_groups.h: of each scale group). It knows no scale: a fitted format is used as it is.
#pragma once

#include "core/format/number_format.h"
#include "core/parallel.h"
#include "core/result.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

// A format of the same codes whose levels are {-a, a} or {-a, 0, a}, with the cuts between them.
struct FittedFormat {
  NumberFormat format;
  double inertia = 0;    // sum of squared errors with the levels in double
  bool optimal = false;  // no other levels of this kind err less
};

// `format.fit` says how; Fit::None has nothing to fit and gives BadArgument. Over the finite values; without
// one that is not zero, a = 0. The same for any thread count, and for streamed tensors. Errors: Cancelled,
// and what reading a streamed tensor fails with.
Result<FittedFormat> fit_format(const NumberFormat& format, const Tensor& tensor, const WorkContext& context);

}  // namespace bitloupe
