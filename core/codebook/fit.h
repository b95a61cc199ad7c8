// Codebooks that follow from the values themselves: the levels of binary and ternary formats. It knows no
// scale: a fitted format is used as it is.
#pragma once

#include <optional>

#include "core/format/number_format.h"
#include "core/parallel.h"
#include "core/result.h"
#include "core/stats/moment_set.h"
#include "core/stats/prepared.h"

namespace bitloupe {

// A format of the same codes whose levels are {-a, a} or {-a, 0, a}, with the cuts between them.
struct FittedFormat {
  NumberFormat format;
  double inertia = 0;    // sum of squared errors with the levels in double
  bool optimal = false;  // no other levels of this kind err less
};

// `format.fit` says how; Fit::None has nothing to fit and gives BadArgument. Over the finite values; without
// one that is not zero, a = 0. `moments` of all values spare the sorting that LeastError needs; null is as
// good. Errors: BadArgument where LeastError would have to sort what does not fit into memory, Cancelled, and
// what reading a streamed tensor fails with.
Result<FittedFormat> fit_format(const NumberFormat& format, const Prepared& prepared,
                                const MomentSet* moments, const WorkContext& context);

}  // namespace bitloupe
