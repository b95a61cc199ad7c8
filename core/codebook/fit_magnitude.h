// The magnitude a of {-a, a} or {-a, 0, a} and the threshold that goes with it, of a whole tensor or of the
// values of one scale group. It knows no codes and no groups.
#pragma once

#include <span>

#include "core/codebook/ternary_threshold.h"
#include "core/format/number_format.h"
#include "core/parallel.h"
#include "core/result.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

struct FittedMagnitude {
  Above above;  // a = above.mean(); |x| > above.threshold takes -a or a (binary: below every magnitude)
  double squares = 0;  // sum of x^2
};

// `fit` is not None. Over the finite values; the same for any thread count. Errors: Cancelled, and what
// reading a streamed tensor fails with.
Result<FittedMagnitude> fit_magnitude(Fit fit, const Tensor& tensor, const WorkContext& context);

// The same, bit for bit, of values at hand.
inline constexpr std::size_t kMostAtHand = std::size_t{1} << 16;
FittedMagnitude fit_magnitude(Fit fit, std::span<const float> values);

}  // namespace bitloupe
