// The error curve as a drawing: MSE and its two parts against the clip threshold, and labelled dots on it. It
// draws what it is given and knows nothing of snapshots, specs or the pointer.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "app/plot/axis.h"
#include "app/ui/theme.h"
#include "core/calibration/error_curve.h"

namespace bitloupe {

struct CurveScene {
  Rect plot;
  Axis thresholds, errors;
  float above = 0;                     // of the plot's height, at its top: no line reaches there, only a tag
  std::span<const CurvePoint> points;  // ascending threshold
  std::span<const CurvePoint> group;   // the same of one scale group, drawn as a thin line; empty: none
  bool total = true, rounding = true, clipping = true;
  std::optional<double> here;       // MSE of the result at `threshold`, which may lie beside the curve
  std::optional<double> threshold;  // of the clip range in use
  const CurvePoint* hovered = nullptr;
};

// What a fitted threshold axis shows: on a logarithmic one from a third of the smallest that matters (the
// minimum, `marks`), on a linear one from 0; to the largest point; widened to a clip range in use that stands
// outside, up to three times the points.
ValueRange fitted_thresholds(std::span<const CurvePoint> points, double best, std::span<const double> marks,
                             std::optional<double> in_use, bool logarithmic);

// The axis of errors over the visible thresholds, upwards. Logarithmic: from a little below the least MSE, so
// that the parts are seen to cross; linear: from 0 to some multiples of the least, as clipping grows without
// end. `marks` are errors that must be seen.
Axis fitted_errors(const CurveScene& scene, double best, std::span<const double> marks, bool logarithmic);

void draw_curve(Canvas& canvas, const CurveScene& scene, const Theme& theme);

// Labels of the values of the errors axis, right-aligned before the plot, with faint lines across it.
void draw_error_ticks(Canvas& canvas, const CurveScene& scene, const Theme& theme);

// Where an error is shown: one of 0 has no place on a logarithmic axis and stands at its lower end.
double shown_error(const Axis& errors, double error);

// The point nearest to a pixel among those in sight; null where there is none.
const CurvePoint* nearest_point(const CurveScene& scene, float pixel);

struct CurveMark {
  Point dot;
  Rect label;                        // no width: none
  std::string text;                  // empty: out of sight
  bool active = false, hot = false;  // in use; under the pointer
};
void draw_mark(Canvas& canvas, const CurveMark& mark, const Theme& theme);
// Those without a text are out of sight. The active one lies over the others, the hot one over all.
void draw_marks(Canvas& canvas, std::span<const CurveMark> marks, const Theme& theme);
Point label_size(const Canvas& canvas, const std::string& text, const Theme& theme);

}  // namespace bitloupe
