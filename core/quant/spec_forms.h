// The keys of a spec whose values have a text form of their own ("group:64:0", "manual:-1:1"): read into a
// spec and written from one. Keys that are rows of a table of choices are spec_text's business.
#pragma once

#include <string>
#include <string_view>

#include "core/quant/quant_spec.h"

namespace bitloupe {

inline constexpr std::string_view kGranularityForms =
    "tensor, channel:AXIS, group:SIZE, group:SIZE:AXIS, group:SIZE:flat or tile:RxC";
inline constexpr std::string_view kCalibrationForms = "minmax, percentile:P, mse, ratio:R or manual:LO:HI";

// A failed read leaves the spec as it was. What is written reads back.
Status read_format(QuantSpec& spec, std::string_view text);
std::string write_format(const QuantSpec& spec);
Status read_dialect(QuantSpec& spec, std::string_view text);
std::string write_dialect(const QuantSpec& spec);
Status read_granularity(QuantSpec& spec, std::string_view text);
std::string write_granularity(const QuantSpec& spec);
Status read_calibration(QuantSpec& spec, std::string_view text);
std::string write_calibration(const QuantSpec& spec);
Status read_zero_point(QuantSpec& spec, std::string_view text);
std::string write_zero_point(const QuantSpec& spec);
Status read_scale_type(QuantSpec& spec, std::string_view text);
std::string write_scale_type(const QuantSpec& spec);
Status read_tensor_scale(QuantSpec& spec, std::string_view text);
std::string write_tensor_scale(const QuantSpec& spec);
Status read_recipe(QuantSpec& spec, std::string_view text);
std::string write_recipe(const QuantSpec& spec);
Status read_include_zero(QuantSpec& spec, std::string_view text);
std::string write_include_zero(const QuantSpec& spec);
Status read_seed(QuantSpec& spec, std::string_view text);
std::string write_seed(const QuantSpec& spec);
Status read_overrides(QuantSpec& spec, std::string_view text);
std::string write_overrides(const QuantSpec& spec);

}  // namespace bitloupe
