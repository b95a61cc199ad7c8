// What the calibration methods pick, as labelled dots on the error curve.
#pragma once

#include <string>
#include <vector>

#include "app/plot/curve_plot.h"
#include "core/experiment.h"

namespace bitloupe {

// One mark for each of the snapshot's picks, in their order; those out of sight have no text. `reserved` is
// the height at the plot's top that labels leave free.
std::vector<CurveMark> place_marks(const Canvas& canvas, const Snapshot& snapshot, const QuantSpec& spec,
                                   const CurveScene& scene, float reserved, const Theme& theme);

std::string method_name(const MethodPick& pick);  // "min-max", "99.9 %"
// What the method found, for a tooltip.
std::string pick_help(const MethodPick& pick, const ErrorCurve& curve);

}  // namespace bitloupe
