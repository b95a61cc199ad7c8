// The error curve as the JSON object of the contract, and as tables for people.
#pragma once

#include <string>
#include <vector>

#include "core/calibration/error_curve.h"

namespace bitloupe::cli {

struct CurveReport {
  std::string source;  // as it was given
  const Tensor& tensor;
  const QuantSpec& spec;               // canonical
  std::optional<std::uint64_t> group;  // whose own curve it is
  const ErrorCurve& curve;
  const std::vector<MethodPick>& picks;
};

std::string curve_json(const CurveReport& report);
// What the methods pick, then the curve thinned to some twenty rows.
std::string curve_text(const CurveReport& report);

}  // namespace bitloupe::cli
