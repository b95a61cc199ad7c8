// The rows of a synthetic source: kind, its parameters, shape, seed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/tensor/synthetic.h"

namespace bitloupe {

// The spec is always left valid: an entry that would make it wrong is not taken.
void draw_synthetic_rows(SyntheticSpec& spec);

// "256x256", "256 x 256", "256,256" or "[256, 256]"; empty where it is none of them or an axis is too long to
// be meant (more than 2^28 values would fill the memory while it is being typed).
std::optional<Shape> typed_shape(std::string_view text);
std::string shape_text(const Shape& shape);  // "256x256"

// "-1, 1.5"; empty where an entry is not a finite number.
std::optional<std::vector<double>> typed_numbers(std::string_view text);
std::string numbers_text(const std::vector<double>& numbers);

}  // namespace bitloupe
