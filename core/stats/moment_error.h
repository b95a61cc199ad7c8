// The error of a quantization from prefix moments: exact, in O(codes * log n), however many values there are.
#pragma once

#include <cstdint>

#include "core/quant/code_ladder.h"
#include "core/stats/error_report.h"
#include "core/stats/prefix_moments.h"

namespace bitloupe {

// Sums over the finite values that did not overflow, weighted where the moments are. Under stochastic
// rounding the errors are expectations: sum of (x - a)(b - x) between neighbouring levels a, b.
struct MomentErrors {
  double weight = 0;  // of all finite values: their number without weights
  double rounding = 0, clipping = 0;
  double mse() const { return weight > 0 ? (rounding + clipping) / weight : 0; }
};

// `ladder` was made for the same quantizer and zero point. Agrees with the direct pass to 1e-9 relative at
// any SQNR: where too few digits are left of a run's sums, its values are read.
MomentErrors moment_errors(const PrefixMoments& moments, const CodeLadder& ladder, const Quantizer& quantizer,
                           const GroupScale& scale);

// The whole report of one scale group, code counts included; under stochastic rounding counts, mean, products
// and errors are expectations and max_abs the largest possible; `worst_group` is group 0. Moments without
// weights.
ErrorReport moment_report(const PrefixMoments& moments, const CodeLadder& ladder, const Quantizer& quantizer,
                          const GroupScale& scale);

}  // namespace bitloupe
