// What the calibration methods pick, as labelled dots on the error curve that can be clicked.
#pragma once

#include <vector>

#include "app/frame.h"
#include "app/plot/curve_plot.h"

namespace bitloupe {

// One mark for each of the snapshot's picks, in their order; those out of sight have no text. `reserved` is
// the height at the plot's top that labels leave free.
std::vector<CurveMark> place_marks(const Canvas& canvas, const Snapshot& snapshot, const QuantSpec& spec,
                                   const CurveScene& scene, float reserved);

// Submits the items of the labels, or of the dots: a click adopts the method, a tooltip tells what it found.
enum class MarkPart { Labels, Dots };
void follow_marks(Frame& frame, std::vector<CurveMark>& marks, MarkPart part);

}  // namespace bitloupe
