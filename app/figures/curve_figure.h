// The error curve with all that belongs to it: header, card, axes, marks, the line of the threshold in use;
// or the reason why there is none.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/figures/subject.h"
#include "app/plot/curve_plot.h"
#include "app/plot/plot_handle.h"
#include "app/plot/plot_header.h"

namespace bitloupe {

struct CurveFigure {
  PlotHeader header;
  std::vector<const PlotToggle*> series;  // of the header's legend
  Rect card;
  std::string reason;  // why there is no curve; then nothing below is set
  CurveScene scene;
  std::shared_ptr<const ErrorCurve> own;  // of the scale group that is looked at
  std::vector<CurveMark> marks;           // one a pick of the snapshot
  std::optional<PlotHandle> handle;       // the threshold in use
  struct AxisName {
    std::string text, help;
    Rect face;
    bool live = true, hot = false;
  } axis_name;
  bool sampled = false;
};

std::span<const PlotToggle> curve_toggles();  // the series, then the axes of errors and of thresholds

// Why there is no curve, or that there will be one; empty where it is there.
std::string no_curve(const Snapshot& snapshot);

// "expected " where the errors of the curve are: under stochastic rounding sorted values give expected
// errors; what is read (a sample, relative curves) those of one draw.
bool is_expected(const Snapshot& snapshot);

CurveFigure make_curve(const PlotSubject& subject, const Canvas& canvas, Rect area, const Theme& theme);
void draw(Canvas& canvas, const CurveFigure& figure, const Theme& theme);

inline constexpr float kCurveTitleHeight = 24;  // logical pixels; all that a folded curve has

}  // namespace bitloupe
