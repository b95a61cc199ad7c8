// What a panel does to a spec after an edit has made another setting meaningless: it resets that setting and
// nothing else.
#pragma once

#include "core/quant/quant_spec.h"

namespace bitloupe {

// The spec with the fewest settings back at their defaults that make it valid; unchanged where it is valid,
// or where no reset helps (then the message belongs on screen).
QuantSpec conformed(const QuantSpec& spec);
QuantSpec conformed(const QuantSpec& spec, const Shape& shape);

}  // namespace bitloupe
