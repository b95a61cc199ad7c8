#include "app/figures/curve_figure.h"

#include <algorithm>
#include <cmath>

#include "app/clip.h"
#include "app/figures/curve_marks.h"
#include "app/figures/series.h"
#include "app/ui/text.h"

namespace bitloupe {
namespace {

constexpr float kInset = 14, kGutter = 60, kAxisHeight = 26, kTopInset = 6;

bool is_relative(const Snapshot& snapshot) { return snapshot.curve && snapshot.curve->relative; }

constexpr PlotToggle kToggles[] = {
    {"curve.series.total", "total", "Show or hide the total: MSE = rounding + clipping.",
     &ViewState::show_total, &Palette::total},
    {"curve.series.rounding", "rounding", "Show or hide the error of values inside the grid range.",
     &ViewState::show_rounding, &Palette::rounding},
    {"curve.series.clipping", "clipping",
     "Show or hide the error of values outside the grid range: the whole of it counts as clipping.",
     &ViewState::show_clipping, &Palette::clipping},
    {"curve.series.group", "this group",
     "Show or hide the own curve of the scale group that the inspector looks at.", &ViewState::show_group,
     &Palette::text_dim, is_relative},
    {"curve.log", "log MSE",
     "A logarithmic error shows where rounding and clipping cross; a linear one how flat the minimum is.",
     &ViewState::curve_log},
    {"curve.log_threshold", "log threshold",
     "Logarithmic thresholds show the whole range; linear ones the neighbourhood of the largest.",
     &ViewState::curve_log_threshold},
};

// Is what the experiment asks for on the axis of the curve that is shown?
bool same_axis(const PlotSubject& subject) {
  const QuantSpec wanted = canonical(subject.quant);
  return wanted.scheme == subject.snapshot->spec.scheme &&
         wanted.granularity == subject.snapshot->spec.granularity;
}

// Where the clip range that the experiment asks for stands on the curve that is shown.
std::optional<double> threshold_in_use(const PlotSubject& subject) {
  return same_axis(subject) ? clip_threshold(subject.quant, *subject.snapshot) : std::nullopt;
}

std::string hint(const PlotSubject& subject) {
  std::string text;
  if (threshold_in_use(subject))
    text = "drag the line to clip";
  else if (same_axis(subject))
    text = "the range in use has no single fraction";
  if (!is_expected(*subject.snapshot)) return text;
  return text.empty() ? "expected" : "expected · " + text;
}

// The error of the newest result, where it was measured as the curve was.
void place_result(CurveScene& scene, const Snapshot& snapshot) {
  if (!snapshot.report || snapshot.exact != snapshot.curve->exact) return;
  scene.threshold = clip_threshold(snapshot.experiment.quant, snapshot);
  scene.here = snapshot.report->mse();
}

ValueRange shown_thresholds(const PlotSubject& subject, const CurveScene& scene,
                            std::optional<double> in_use) {
  const Snapshot& snapshot = *subject.snapshot;
  const bool logarithmic = subject.view.curve_log_threshold;
  const double unit = snapshot.curve->points.back().threshold;
  const AxisRange& kept = subject.view.curve_range;
  // A range that a linear axis was panned to may reach below 0.
  const bool drawable = !logarithmic || (kept.lo > 0 && kept.hi > kept.lo);
  if (!kept.fit && drawable) return {kept.lo * unit, kept.hi * unit};
  std::vector<double> marks;
  if (snapshot.picks)
    for (const MethodPick& pick : *snapshot.picks)
      if (pick.threshold) marks.push_back(*pick.threshold);
  return fitted_thresholds(scene.points, snapshot.curve->best.threshold, marks, in_use, logarithmic);
}

CurveScene make_scene(const PlotSubject& subject, Rect card, std::optional<double> in_use,
                      const Theme& theme) {
  const Snapshot& snapshot = *subject.snapshot;
  const ViewState& view = subject.view;
  CurveScene scene;
  scene.plot = {card.x + theme.px(kGutter), card.y + theme.px(kTopInset),
                std::max(card.width - theme.px(kGutter + kInset), 1.0f),
                std::max(card.height - theme.px(kAxisHeight + kTopInset), 1.0f)};
  scene.points = snapshot.curve->points;
  scene.total = view.show_total;
  scene.rounding = view.show_rounding;
  scene.clipping = view.show_clipping;
  place_result(scene, snapshot);
  const ValueRange range = shown_thresholds(subject, scene, in_use);
  scene.thresholds = {range.lo, range.hi, scene.plot.x, scene.plot.width, view.curve_log_threshold};
  std::vector<double> errors;
  if (snapshot.picks)
    for (const MethodPick& pick : *snapshot.picks)
      if (!pick.threshold || (*pick.threshold >= range.lo && *pick.threshold <= range.hi))
        errors.push_back(pick.mse);
  if (in_use) scene.above = std::min(theme.px(kTagSpace), scene.plot.height / 4);
  scene.errors = fitted_errors(scene, snapshot.curve->best.mse(), errors, view.curve_log);
  return scene;
}

// Under a finer granularity: the own curve of the group that is looked at. Null for none.
std::shared_ptr<const ErrorCurve> curve_of_group(const PlotSubject& subject) {
  if (!is_relative(*subject.snapshot) || !subject.element || !subject.view.show_group) return nullptr;
  return subject.probes.group_curve(subject.snapshot->scales->layout.group_of(*subject.element));
}

// In a file there is no inspector to say which group it is.
void name_group(PlotHeader& header, const PlotSubject& subject) {
  if (!is_relative(*subject.snapshot) || !subject.element || !subject.view.show_group) return;
  header.legend.back().label =
      "group " + std::to_string(subject.snapshot->scales->layout.group_of(*subject.element));
}

// It stands at the left end, where little is read: the minimum and what the methods pick lie to the right.
CurveFigure::AxisName name_axis(const PlotSubject& subject, const Canvas& canvas, const CurveScene& scene,
                                const Theme& theme) {
  const bool relative = subject.snapshot->curve->relative;
  const TextStyle style{TextFace::Sans, theme.px(kSmallSize), 0};
  const std::string full = relative ? "fraction of each group's own range" : "clip threshold";
  const std::string scale = subject.view.curve_log_threshold ? ", log" : ", linear";
  const float left = scene.plot.x - theme.px(kGutter - 10), most = scene.plot.x + scene.plot.width / 5 - left;
  const bool fits = canvas.measure(full + scale, style).x < most;
  CurveFigure::AxisName name;
  name.text = (fits ? full : relative ? "fraction" : "threshold") + scale;
  name.help = relative ? "Every group clips at this fraction of its own largest magnitude; log or linear."
                       : "T of the range [-T, T]; of an affine range, and of one that counts each side "
                         "for itself, max(|lo|, |hi|). Log or linear.";
  name.face = {left, scene.plot.bottom() + theme.px(3), canvas.measure(name.text, style).x, theme.px(20)};
  name.live = subject.live;
  return name;
}

PlotHandle threshold_handle(const PlotSubject& subject, const Canvas& canvas, const CurveScene& scene,
                            double value, const Theme& theme) {
  const bool mirrored =
      subject.snapshot->spec.scheme == Scheme::Symmetric && !clips_by_side(subject.snapshot->spec);
  const std::string label = is_relative(*subject.snapshot) ? ui::number(value, 3) + "×"
                                                           : (mirrored ? "±" : "") + ui::number(value, 3);
  return make_handle(canvas, scene.thresholds, scene.plot, value, label, theme);
}

// In a low plot a dot may lie as high as the tag, which then stands beside the line.
void uncover_dots(PlotHandle& handle, std::span<const CurveMark> marks, const CurveScene& scene,
                  const Theme& theme) {
  const float around = theme.px(5), line = scene.thresholds.pixel(handle.value);
  std::vector<Point> dots;
  for (const CurveMark& mark : marks)
    if (!mark.text.empty()) dots.push_back(mark.dot);
  if (scene.threshold && scene.here)
    dots.push_back({scene.thresholds.pixel(*scene.threshold),
                    scene.errors.pixel(shown_error(scene.errors, *scene.here))});
  const auto covers = [&](Rect tag) {
    const Rect wide{tag.x - around, tag.y - around, tag.width + 2 * around, tag.height + 2 * around};
    return std::any_of(dots.begin(), dots.end(), [&](Point dot) { return wide.contains(dot); });
  };
  if (!covers(handle.tag)) return;
  const float gap = 2 * around;
  for (const float x : {line - gap - handle.tag.width, line + gap}) {
    Rect tag = handle.tag;
    tag.x = std::round(x);
    if (tag.x < scene.plot.x || tag.right() > scene.plot.right() || covers(tag)) continue;
    handle.tag = tag;
    return;
  }
}

void draw_reason(Canvas& canvas, const CurveFigure& figure, const Theme& theme) {
  const Rect card = figure.card;
  const TextStyle style{TextFace::Sans, theme.px(kBodySize), theme.palette.text_dim};
  const float line = theme.px(18);
  const std::vector<std::string> lines =
      ui::wrap(canvas, figure.reason, style, std::max(card.width - theme.px(40), theme.px(40)));
  float y = card.y + (card.height - line * static_cast<float>(lines.size())) / 2;
  canvas.push_clip(card);
  for (const std::string& part : lines) {
    canvas.text({card.x + (card.width - canvas.measure(part, style).x) / 2, y}, part, style);
    y += line;
  }
  canvas.pop_clip();
}

// Labels that the axis' name would touch are left out.
void draw_threshold_labels(Canvas& canvas, const CurveFigure& figure, const Theme& theme) {
  const CurveScene& scene = figure.scene;
  const CurveFigure::AxisName& name = figure.axis_name;
  const float top = scene.plot.bottom() + theme.px(8);
  const Palette& palette = theme.palette;
  const Color color = !name.live ? palette.text_dim : name.hot ? palette.text : palette.accent;
  canvas.text({name.face.x, top}, name.text, {TextFace::Sans, theme.px(kSmallSize), color});
  const TextStyle style{TextFace::Mono, theme.px(kMonoSmallSize), palette.text_dim};
  for (const Tick& tick : fitting_ticks(canvas, scene.thresholds, style, style.size)) {
    const float half = canvas.measure(tick.label, style).x / 2, x = scene.thresholds.pixel(tick.value);
    if (x - half - style.size < name.face.right() || x + half > scene.plot.right() + style.size / 2) continue;
    canvas.text({x - half, top}, tick.label, style);
  }
}

}  // namespace

std::span<const PlotToggle> curve_toggles() { return kToggles; }

std::string no_curve(const Snapshot& snapshot) {
  const auto& curve = snapshot.curve;
  if (curve && !curve->points.empty() && curve->points.back().threshold > 0) return "";
  if (snapshot.spec.format.fit != Fit::None) return "Fitted levels have no threshold: nothing is clipped.";
  if (snapshot.spec.scheme == Scheme::Direct)
    return "A direct cast has no threshold: the format's own ends clip.";
  if (const Status possible = validate_curve(snapshot.spec); !possible) return possible.error().message;
  if (!snapshot.prepared->statistics.has_finite()) return "No finite value: there is no range to clip.";
  if (curve) return "All values are 0: there is no range to clip.";
  return "The curve is being computed…";
}

bool is_expected(const Snapshot& snapshot) {
  return snapshot.spec.rounding == Rounding::Stochastic && snapshot.curve->exact && !snapshot.curve->relative;
}

CurveFigure make_curve(const PlotSubject& subject, const Canvas& canvas, Rect area, const Theme& theme) {
  const Snapshot& snapshot = *subject.snapshot;
  CurveFigure figure;
  const float title = theme.px(kCurveTitleHeight);
  figure.card = {area.x, area.y + title, area.width, std::max(area.height - title, 1.0f)};
  figure.reason = no_curve(snapshot);
  figure.sampled = figure.reason.empty() && !snapshot.curve->exact;

  PlotHeader& header = figure.header;
  header.row = {area.x, area.y, area.width, title};
  header.title = "Error against clip threshold";
  header.short_title = "Error curve";
  header.foldable = header.live = subject.live;
  const bool no_room = area.height < 1.5f * title;
  header.folded = subject.live && (subject.view.curve_folded || no_room);
  figure.series = add_legend(header, kToggles, subject, theme);
  if (!subject.live) name_group(header, subject);
  header.scale = subject.view.curve_log ? "log MSE" : "linear MSE";
  if (figure.reason.empty()) header.notes = header_notes(subject, hint(subject), figure.sampled);
  lay_out(header, canvas, theme);
  if (header.folded || !figure.reason.empty()) return figure;

  const std::optional<double> in_use = threshold_in_use(subject);
  figure.scene = make_scene(subject, figure.card, in_use, theme);
  figure.own = curve_of_group(subject);
  if (figure.own) figure.scene.group = figure.own->points;
  figure.axis_name = name_axis(subject, canvas, figure.scene, theme);
  if (in_use) figure.handle = threshold_handle(subject, canvas, figure.scene, *in_use, theme);
  figure.marks =
      place_marks(canvas, snapshot, subject.quant, figure.scene, in_use ? theme.px(kTagHeight) : 0, theme);
  if (figure.handle) uncover_dots(*figure.handle, figure.marks, figure.scene, theme);
  return figure;
}

void draw(Canvas& canvas, const CurveFigure& figure, const Theme& theme) {
  draw_header(canvas, figure.header, theme);
  if (figure.header.folded) return;
  canvas.fill(figure.card, theme.palette.card, theme.px(4));
  if (!figure.reason.empty()) return draw_reason(canvas, figure, theme);
  draw_error_ticks(canvas, figure.scene, theme);
  draw_threshold_labels(canvas, figure, theme);
  draw_curve(canvas, figure.scene, theme);
  // A label is never crossed by the handle's line.
  if (figure.handle) draw_handle(canvas, *figure.handle, figure.scene.thresholds, figure.scene.plot, theme);
  draw_marks(canvas, figure.marks, theme);
}

}  // namespace bitloupe
