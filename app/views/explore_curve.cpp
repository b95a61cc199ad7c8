#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/clip.h"
#include "app/plot/curve_plot.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"
#include "app/views/clip_drag.h"
#include "app/views/curve_header.h"
#include "app/views/curve_marks.h"
#include "app/views/explore.h"
#include "app/views/plot_header.h"

namespace bitloupe {
namespace {

constexpr float kTitleHeight = 24, kInset = 14, kGutter = 60, kAxisHeight = 26, kTagHeight = 20;
constexpr double kNarrowest = 1e-3;  // of the visible range, or of the curve's smallest threshold

// Is what the experiment asks for on the axis of the curve that is shown?
bool same_axis(const Frame& frame) {
  const QuantSpec wanted = canonical(frame.experiment.quant);
  return wanted.scheme == frame.snapshot->spec.scheme &&
         wanted.granularity == frame.snapshot->spec.granularity;
}

// Where the clip range that the experiment asks for stands on the curve that is shown.
std::optional<double> threshold_in_use(const Frame& frame) {
  return same_axis(frame) ? clip_threshold(frame.experiment.quant, *frame.snapshot) : std::nullopt;
}

// Under stochastic rounding sorted values give expected errors; what is read (a sample, relative curves)
// those of one draw.
bool expected(const Snapshot& snapshot) {
  return snapshot.spec.rounding == Rounding::Stochastic && snapshot.curve->exact && !snapshot.curve->relative;
}

std::string note(const Frame& frame) {
  std::string text;
  if (threshold_in_use(frame))
    text = "drag the line to clip";
  else if (same_axis(frame))
    text = "the range in use has no single fraction";
  if (!expected(*frame.snapshot)) return text;
  return text.empty() ? "expected" : "expected · " + text;
}

// Why there is no curve, or that there will be one.
std::string reason(const Snapshot& snapshot) {
  if (snapshot.spec.scheme == Scheme::Direct)
    return "A direct cast has no threshold: the format's own ends clip.";
  if (const Status possible = validate_curve(snapshot.spec); !possible) return possible.error().message;
  if (!snapshot.prepared->statistics.has_finite()) return "No finite value: there is no range to clip.";
  if (snapshot.curve) return "All values are 0: there is no range to clip.";
  return "The curve is being computed…";
}

void draw_reason(Canvas& canvas, const std::string& text, Rect card) {
  const Theme& look = theme();
  const TextStyle style{TextFace::Sans, look.px(kBodySize), look.palette.text_dim};
  const float line = look.px(18);
  const std::vector<std::string> lines =
      ui::wrap(canvas, text, style, std::max(card.width - look.px(40), look.px(40)));
  float y = card.y + (card.height - line * static_cast<float>(lines.size())) / 2;
  const ui::ScopedClip clip(card);
  for (const std::string& part : lines) {
    canvas.text({card.x + (card.width - canvas.measure(part, style).x) / 2, y}, part, style);
    y += line;
  }
}

// The axis' name switches it. It stands at the left end, where little is read: the minimum and what the
// methods pick lie to the right. Labels that it would touch are left out.
void threshold_labels(Canvas& canvas, Frame& frame, const CurveScene& scene, bool relative) {
  const Theme& look = theme();
  ViewState& view = frame.view;
  const TextStyle name_style{TextFace::Sans, look.px(kSmallSize), look.palette.text_dim};
  const std::string full = relative ? "fraction of each group's own range" : "clip threshold";
  const std::string scale = view.curve_log_threshold ? "log" : "linear";
  const float left = scene.plot.x - look.px(kGutter - 10), most = scene.plot.x + scene.plot.width / 5 - left;
  const bool fits = canvas.measure(full + ", " + scale, name_style).x < most;
  const std::string name = (fits ? full : relative ? "fraction" : "threshold") + ", " + scale;
  const float width = canvas.measure(name, name_style).x, top = scene.plot.bottom() + look.px(8);
  const Rect face{left, scene.plot.bottom() + look.px(3), width, look.px(20)};
  if (plot_switch(canvas, "curve.log_threshold", name, {face.x, top}, face,
                  relative ? "Every group clips at this fraction of its own largest magnitude; log or linear."
                           : "T of the range [-T, T], of an affine range max(|lo|, |hi|); log or linear."))
    view.curve_log_threshold = !view.curve_log_threshold;
  const TextStyle style{TextFace::Mono, look.px(kMonoSmallSize), look.palette.text_dim};
  for (const Tick& tick : fitting_ticks(canvas, scene.thresholds, style, style.size)) {
    const float half = canvas.measure(tick.label, style).x / 2, x = scene.thresholds.pixel(tick.value);
    if (x - half - style.size < face.right() || x + half > scene.plot.right() + style.size / 2) continue;
    canvas.text({x - half, top}, tick.label, style);
  }
}

// The error of the newest result, where it was measured as the curve was.
void place_result(CurveScene& scene, const Snapshot& snapshot) {
  if (!snapshot.report || snapshot.exact != snapshot.curve->exact) return;
  scene.threshold = clip_threshold(snapshot.experiment.quant, snapshot);
  scene.here = snapshot.report->mse();
}

void drag_threshold(Frame& frame, Canvas& canvas, const CurveScene& scene, AxisRange& range, double value) {
  const Theme& look = theme();
  const Snapshot& snapshot = *frame.snapshot;
  const bool relative = snapshot.curve->relative, mirrored = snapshot.spec.scheme == Scheme::Symmetric;
  const std::string label =
      relative ? ui::number(value, 3) + "×" : (mirrored ? "±" : "") + ui::number(value, 3);
  const float x = scene.thresholds.pixel(value);
  const float width =
      canvas.measure(label, {TextFace::Mono, look.px(kMonoSize), look.palette.handle_text}).x + look.px(14);
  const float most = std::max(scene.plot.x, scene.plot.right() - width);
  const LineHandle handle{
      "curve.threshold",
      value,
      {std::round(std::clamp(x - width / 2, scene.plot.x, most)), scene.plot.y, width, look.px(kTagHeight)},
      label};
  const LineDrag drag = drag_line(handle, scene.thresholds, scene.plot, range);
  if (drag.reset) frame.experiment.quant.calibration.method = CalibrationMethod::MinMax;
  if (drag.moved) {
    const double least =
        kNarrowest * (scene.thresholds.logarithmic ? scene.points.front().threshold : scene.thresholds.hi);
    move_threshold(frame.experiment.quant, snapshot, std::max(*drag.moved, least));
  }
  if (drag.hot)
    frame.hover.hint = relative ? "Drag: clip every group at this fraction of its own range · Shift: fine · "
                                  "double-click: min-max"
                                : "Drag: set the clip range · Shift: fine · double-click: min-max";
  draw_handle(canvas, x, scene.plot, handle.tag, label, drag.hot, look);
}

// Pan, zoom, fit and the readout of the nearest point, by the plot's own item.
void follow_pointer(Frame& frame, CurveScene& scene, AxisRange& range) {
  const ImGuiIO& io = ImGui::GetIO();
  ImGui::SetCursorScreenPos(ui::top_left(scene.plot));
  ui::invisible_button("curve.plot", {scene.plot.width, scene.plot.height});
  const auto take = [&](ValueRange moved) { range = {false, moved.lo, moved.hi}; };
  if (ImGui::IsItemActive() && ImGui::IsMouseDragging(0)) take(panned(scene.thresholds, io.MouseDelta.x));
  if (ImGui::IsItemHovered() && io.MouseWheel != 0)
    take(zoomed(scene.thresholds, io.MousePos.x, std::pow(0.83, static_cast<double>(io.MouseWheel))));
  if (!ui::hovered_first()) return;  // a mark or the line is hot
  if (ImGui::IsMouseDoubleClicked(0)) range.fit = true;
  scene.hovered = nearest_point(scene, io.MousePos.x);
  if (!scene.hovered) return;
  const CurvePoint& point = *scene.hovered;
  const std::string about =
      std::string(frame.snapshot->curve->exact ? "" : "~ ") + (expected(*frame.snapshot) ? "expected " : "");
  frame.hover.hint = (frame.snapshot->curve->relative ? "Fraction " : "T ") + ui::number(point.threshold) +
                     " · " + about + "MSE " + ui::number(point.mse()) + " = rounding " +
                     ui::number(point.mse_rounding) + " + clipping " + ui::number(point.mse_clipping) +
                     " · drag: pan · wheel: zoom · double-click: fit";
}

CurveScene make_scene(const Frame& frame, Rect card, const AxisRange& range, std::optional<double> in_use) {
  const Theme& look = theme();
  const Snapshot& snapshot = *frame.snapshot;
  const ViewState& view = frame.view;
  CurveScene scene;
  scene.plot = {card.x + look.px(kGutter), card.y + look.px(6),
                std::max(card.width - look.px(kGutter + kInset), 1.0f),
                std::max(card.height - look.px(kAxisHeight + 6), 1.0f)};
  scene.points = snapshot.curve->points;
  scene.total = view.show_total;
  scene.rounding = view.show_rounding;
  scene.clipping = view.show_clipping;
  place_result(scene, snapshot);
  std::vector<double> thresholds, errors;
  if (snapshot.picks)
    for (const MethodPick& pick : *snapshot.picks)
      if (pick.threshold) thresholds.push_back(*pick.threshold);
  const CurvePoint& best = snapshot.curve->best;
  const ValueRange fit =
      fitted_thresholds(scene.points, best.threshold, thresholds, in_use, view.curve_log_threshold);
  scene.thresholds = {range.fit ? fit.lo : range.lo, range.fit ? fit.hi : range.hi, scene.plot.x,
                      scene.plot.width, view.curve_log_threshold};
  if (snapshot.picks)
    for (const MethodPick& pick : *snapshot.picks)
      if (!pick.threshold ||
          (*pick.threshold >= scene.thresholds.lo && *pick.threshold <= scene.thresholds.hi))
        errors.push_back(pick.mse);
  scene.errors = fitted_errors(scene, best.mse(), errors, view.curve_log);
  return scene;
}

// Under a finer granularity: the own curve of the group that is looked at. Null for none.
std::shared_ptr<const ErrorCurve> curve_of_group(Frame& frame) {
  if (!frame.snapshot->curve->relative || !frame.element || !frame.view.show_group) return nullptr;
  return frame.probes.group_curve(frame.snapshot->scales->layout.group_of(*frame.element));
}

void draw_plot(Frame& frame, Canvas& canvas, Rect card) {
  const Theme& look = theme();
  const Snapshot& snapshot = *frame.snapshot;
  const double unit = snapshot.curve->points.back().threshold;
  AxisRange& kept = frame.view.curve_range;
  AxisRange range{kept.fit, kept.lo * unit, kept.hi * unit};
  // A range that a linear axis was panned to may reach below 0.
  if (frame.view.curve_log_threshold && !(range.lo > 0 && range.hi > range.lo)) range.fit = true;
  const AxisRange before = range;
  const std::optional<double> in_use = threshold_in_use(frame);
  CurveScene scene = make_scene(frame, card, range, in_use);
  const auto own = curve_of_group(frame);
  if (own) scene.group = own->points;

  draw_error_ticks(canvas, scene, look);
  threshold_labels(canvas, frame, scene, snapshot.curve->relative);
  std::vector<CurveMark> marks =
      place_marks(canvas, snapshot, frame.experiment.quant, scene, in_use ? look.px(kTagHeight) : 0);
  // Items that win over others are submitted first, what lies above others is drawn last: a label is never
  // crossed by the handle's line, and the line is easy to catch beside a dot.
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.ChannelsSplit(3);
  follow_marks(frame, marks, MarkPart::Labels);
  list.ChannelsSetCurrent(1);
  if (in_use) drag_threshold(frame, canvas, scene, range, *in_use);
  list.ChannelsSetCurrent(2);
  follow_marks(frame, marks, MarkPart::Dots);
  draw_marks(canvas, marks, look);
  list.ChannelsSetCurrent(0);
  follow_pointer(frame, scene, range);
  draw_curve(canvas, scene, look);
  list.ChannelsMerge();
  if (range != before) kept = {range.fit, range.lo / unit, range.hi / unit};
}

}  // namespace

float folded_curve_height() { return theme().px(kTitleHeight); }

void draw_curve_view(Frame& frame, Rect area) {
  const Theme& look = theme();
  ui::register_widget("curve", area, ui::WidgetKind::Region);
  const Snapshot& snapshot = *frame.snapshot;
  const bool drawn =
      snapshot.curve && !snapshot.curve->points.empty() && snapshot.curve->points.back().threshold > 0;
  draw_curve_header(frame, {area.x, area.y, area.width, look.px(kTitleHeight)}, drawn ? note(frame) : "",
                    drawn && !snapshot.curve->exact);
  if (frame.view.curve_folded) return;
  const Rect card{area.x, area.y + look.px(kTitleHeight), area.width,
                  std::max(area.height - look.px(kTitleHeight), 1.0f)};
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  canvas.fill(card, look.palette.card, look.px(4));
  if (drawn)
    draw_plot(frame, canvas, card);
  else
    draw_reason(canvas, reason(snapshot), card);
}

}  // namespace bitloupe
