// What each rule for power-of-two scales makes of the scale group that is looked at, as rows to choose from.
#pragma once

#include "app/frame.h"

namespace bitloupe {

// Nothing where scales are no powers of two or nothing is known yet.
void draw_rule_rows(const Frame& frame, QuantSpec& spec);

}  // namespace bitloupe
