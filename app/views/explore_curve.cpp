#include <algorithm>
#include <string>

#include "app/clip.h"
#include "app/copy_line.h"
#include "app/figures/curve_figure.h"
#include "app/figures/curve_marks.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"
#include "app/views/clip_drag.h"
#include "app/views/explore.h"
#include "app/views/plot_controls.h"
#include "app/views/plot_menu.h"
#include "app/views/pointer.h"

namespace bitloupe {
namespace {

constexpr float kDotReach = 7;       // logical pixels
constexpr double kNarrowest = 1e-3;  // of the visible range, or of the curve's smallest threshold

const PlotToggle& toggle(std::string_view key) {
  const auto toggles = curve_toggles();
  return *std::find_if(toggles.begin(), toggles.end(),
                       [&](const PlotToggle& each) { return each.key == key; });
}

void follow_title(ViewState& view, PlotHeader& header) {
  if (word_clicked("curve.fold", header.title_face,
                   view.curve_folded ? "Show the error curve: MSE of every clip threshold."
                   : header.folded   ? "There is no room for the error curve: the window is too small."
                                     : "Fold the error curve.",
                   header.title_hot))
    view.curve_folded = !view.curve_folded;
}

// The items of the labels, or of the dots: a click adopts the method, a tooltip tells what it found.
enum class MarkPart { Labels, Dots };
void follow_marks(Frame& frame, std::vector<CurveMark>& marks, MarkPart part) {
  const Snapshot& snapshot = *frame.snapshot;
  const float reach = theme().px(kDotReach);
  for (std::size_t i = 0; i < marks.size(); ++i) {
    CurveMark& mark = marks[i];
    const bool labelled = mark.label.width > 0;
    if (mark.text.empty() || (part == MarkPart::Labels && !labelled)) continue;
    const MethodPick& pick = (*snapshot.picks)[i];
    const std::string id = "curve.pick." + pick.key;
    const Rect dot{mark.dot.x - reach, mark.dot.y - reach, 2 * reach, 2 * reach};
    const Rect rect = part == MarkPart::Labels ? mark.label : dot;
    const ui::ScopedId scope(id);
    ImGui::SetCursorScreenPos(ui::top_left(rect));
    if (ui::invisible_button(part == MarkPart::Labels ? "label" : "dot", {rect.width, rect.height}))
      frame.experiment.quant.calibration = pick.calibration;
    ui::register_widget(id, labelled ? mark.label : dot, ui::WidgetKind::Control);
    if (part == MarkPart::Dots) ui::register_widget("curve.dot." + pick.key, dot, ui::WidgetKind::Handle);
    if (!ui::hovered_first()) continue;
    mark.hot = true;
    frame.hover.hint = "Click: adopt " + method_name(pick);
    add_copy(frame.hover.copy, "method", method_name(pick));
    if (pick.threshold) add_copy(frame.hover.copy, "threshold", *pick.threshold);
    add_copy(frame.hover.copy, "MSE", pick.mse);
    ui::tooltip(pick_help(pick, *snapshot.curve));
  }
}

void drag_threshold(Frame& frame, CurveFigure& figure, AxisRange& range) {
  const CurveScene& scene = figure.scene;
  PlotHandle& handle = *figure.handle;
  const LineDrag drag = drag_line("curve.threshold", handle, scene.thresholds, scene.plot, range);
  if (drag.reset) frame.experiment.quant.calibration.method = CalibrationMethod::MinMax;
  if (drag.moved) {
    const double least =
        kNarrowest * (scene.thresholds.logarithmic ? scene.points.front().threshold : scene.thresholds.hi);
    move_threshold(frame.experiment.quant, *frame.snapshot, std::max(*drag.moved, least));
  }
  if (!handle.hot) return;
  const bool relative = frame.snapshot->curve->relative;
  frame.hover.hint = relative ? "Drag: clip every group at this fraction of its own range · Shift: fine · "
                                "double-click: min-max"
                              : "Drag: set the clip range · Shift: fine · double-click: min-max";
  add_copy(frame.hover.copy, relative ? "fraction" : "threshold", handle.value);
}

void hover_point(Frame& frame, const CurvePoint& point) {
  const ErrorCurve& curve = *frame.snapshot->curve;
  const std::string about =
      std::string(curve.exact ? "" : "~ ") + (is_expected(*frame.snapshot) ? "expected " : "");
  frame.hover.hint = (curve.relative ? "Fraction " : "T ") + ui::number(point.threshold) + " · " + about +
                     "MSE " + ui::number(point.mse()) + " = rounding " + ui::number(point.mse_rounding) +
                     " + clipping " + ui::number(point.mse_clipping) +
                     " · drag: pan · wheel: zoom · double-click: fit";
  std::string& copy = frame.hover.copy;
  add_copy(copy, curve.relative ? "fraction" : "threshold", point.threshold);
  add_copy(copy, "MSE", point.mse());
  add_copy(copy, "rounding", point.mse_rounding);
  add_copy(copy, "clipping", point.mse_clipping);
}

// Pan, zoom, fit and the readout of the nearest point, by the plot's own item.
void follow_pointer(Frame& frame, CurveScene& scene, AxisRange& range) {
  const AxisGesture gesture = axis_gesture("curve.plot", scene.plot, scene.thresholds);
  if (gesture.range) range = {false, gesture.range->lo, gesture.range->hi};
  if (gesture.fit) range.fit = true;
  if (!gesture.hovered) return;  // a mark or the line is hot
  scene.hovered = nearest_point(scene, ImGui::GetIO().MousePos.x);
  if (scene.hovered) hover_point(frame, *scene.hovered);
}

// Items that win over others are submitted first: the line is easy to catch beside a dot.
void follow_plot(Frame& frame, CurveFigure& figure) {
  // The view keeps its range in units of the curve's largest threshold.
  const double unit = figure.scene.points.back().threshold;
  AxisRange& kept = frame.view.curve_range;
  AxisRange range{kept.fit, figure.scene.thresholds.lo, figure.scene.thresholds.hi};
  const AxisRange before = range;
  CurveFigure::AxisName& name = figure.axis_name;
  const PlotToggle& log = toggle("curve.log_threshold");
  if (word_clicked(log.key, name.face, name.help, name.hot)) frame.view.*log.on = !(frame.view.*log.on);
  follow_marks(frame, figure.marks, MarkPart::Labels);
  if (figure.handle) drag_threshold(frame, figure, range);
  follow_marks(frame, figure.marks, MarkPart::Dots);
  follow_pointer(frame, figure.scene, range);
  if (range != before) kept = {range.fit, range.lo / unit, range.hi / unit};
}

}  // namespace

float folded_curve_height() { return theme().px(kCurveTitleHeight); }

void draw_curve_view(Frame& frame, Rect area) {
  ui::register_widget("curve", area, ui::WidgetKind::Region);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  CurveFigure figure = make_curve(subject_of(frame), canvas, area, theme());
  follow_title(frame.view, figure.header);
  follow_header(frame.view, figure.header, figure.series, &toggle("curve.log"));
  if (figure.sampled && figure.header.note_face.width > 0)
    ui::register_widget("curve.log.sampled", figure.header.note_face);
  if (!figure.header.folded && figure.reason.empty()) follow_plot(frame, figure);
  draw(canvas, figure, theme());
  plot_menu(frame, "curve", area);
}

}  // namespace bitloupe
