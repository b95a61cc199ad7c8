// Numbers and names as the formula lines write them.
#pragma once

#include <string>
#include <string_view>

#include "core/quant/quant_spec.h"

namespace bitloupe {

std::string number(double value, int digits = 5);
std::string number(float value);
std::string minus(double a, double b);  // "a - b", or "a + b" for a negative b
// With as many digits as show on which side of a tie the number lies.
std::string number_to_round(double value);

std::string_view rounding_name(Rounding rounding);  // "round", "floor" ...
bool is_nearest(Rounding rounding);
std::string_view scale_type_name(ScaleType type);  // "f16"; empty for float32 and powers of two

}  // namespace bitloupe
