// Lines of text on fitted levels: where the magnitude a came from, and which of -1, 0 and 1 times a it is.
#pragma once

#include "core/probe.h"
#include "core/quant/quantizer.h"

namespace bitloupe {

// How the magnitude a of {-a, a} or {-a, 0, a} came out of the tensor, or of the value's scale group.
FormulaLine fitted_magnitude_line(const QuantSpec& canonical_spec, const Quantizer& quantizer,
                                  const Explanation& explanation);

// Which of its group's levels a finite value takes, and why. For fits_groups() alone.
FormulaLine fitted_level_line(const Quantizer& quantizer, const Explanation& explanation);

}  // namespace bitloupe
