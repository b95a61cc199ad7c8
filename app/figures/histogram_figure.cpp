#include "app/figures/histogram_figure.h"

#include <algorithm>
#include <cmath>

#include "app/figures/series.h"
#include "app/ui/text.h"

namespace bitloupe {
namespace {

constexpr float kTitleHeight = 24, kInset = 14, kAxisHeight = 26, kTopInset = 6;

constexpr PlotToggle kToggles[] = {
    {"histogram.series.original", "original", "Show or hide the original values.", &ViewState::show_original,
     &Palette::original},
    {"histogram.series.dequantized", "dequantized",
     "Show or hide the dequantized values: a stem a level, or an outline where levels are too many.",
     &ViewState::show_dequantized, &Palette::quantized},
    {"histogram.log", "log count",
     "Logarithmic counts show single values; linear ones show proportions, each series by its own maximum.",
     &ViewState::log_count},
};

// The data with a little air (as much on either side of 0 where the handles mirror each other, so that an
// inward drag leaves the axis alone), widened to handles that stand outside, up to three times the data.
ValueRange fitted_range(const Statistics& statistics, const std::optional<ClipHandles>& handles) {
  ValueRange range{static_cast<double>(statistics.min), static_cast<double>(statistics.max)};
  const double amax = std::max(std::abs(range.lo), std::abs(range.hi)), most = 3 * amax;
  if (handles) {
    if (handles->mirrored) range = {-amax, amax};
    range.lo = std::min(range.lo, std::max(handles->lo, -most));
    range.hi = std::max(range.hi, std::min(handles->hi, most));
  }
  if (!(range.hi > range.lo)) {
    const double half = range.lo != 0 ? std::abs(range.lo) * 0.1 : 1;
    range = {range.lo - half, range.hi + half};
  }
  const double air = 0.04 * (range.hi - range.lo);
  return {range.lo - air, range.hi + air};
}

ValueRange shown_range(const Snapshot& snapshot, const ViewState& view,
                       const std::optional<ClipHandles>& handles) {
  if (!view.histogram_range.fit) return {view.histogram_range.lo, view.histogram_range.hi};
  return fitted_range(snapshot.prepared->statistics, handles);
}

// The level of the element under the pointer in another view, else the one hovered here.
std::optional<float> marked_level(const PlotSubject& subject) {
  if (subject.hovered.level) return subject.hovered.level;
  if (!subject.hovered.element) return std::nullopt;
  const auto explanation = subject.probes.explain(*subject.hovered.element);
  if (!explanation) return std::nullopt;
  return explanation->quantized.dequantized;
}

HistogramRequest request_of(ValueRange range, float width) {
  return {range.lo, range.hi, bins_for(width, 1), {}};
}

HistogramScene make_scene(const PlotSubject& subject, Rect card, const std::optional<ClipHandles>& handles,
                          const Theme& theme) {
  HistogramScene scene;
  scene.plot = {card.x + theme.px(kInset), card.y + theme.px(kTopInset),
                std::max(card.width - 2 * theme.px(kInset), 1.0f),
                std::max(card.height - theme.px(kAxisHeight + kTopInset), 1.0f)};
  const ValueRange range = shown_range(*subject.snapshot, subject.view, handles);
  scene.axis = {range.lo, range.hi, scene.plot.x, scene.plot.width};
  if (handles) scene.clip = ValueRange{handles->lo, handles->hi};
  scene.hovered_level = marked_level(subject);
  scene.log_count = subject.view.log_count;
  scene.original = subject.view.show_original;
  scene.dequantized = subject.view.show_dequantized;
  return scene;
}

std::string special_counts(const Statistics& statistics) {
  if (statistics.nan + statistics.inf == 0) return "";
  return "NaN " + ui::count(statistics.nan) + "  inf " + ui::count(statistics.inf);
}

}  // namespace

std::span<const PlotToggle> histogram_toggles() { return kToggles; }

HistogramRequest histogram_request(const Snapshot& snapshot, const QuantSpec& quant, const ViewState& view,
                                   float width) {
  return request_of(shown_range(snapshot, view, clip_handles(quant, &snapshot)), width - 2 * kInset);
}

HistogramFigure make_histogram(const PlotSubject& subject, const Canvas& canvas, Rect area,
                               const Theme& theme) {
  const Snapshot& snapshot = *subject.snapshot;
  HistogramFigure figure;
  const float title = theme.px(kTitleHeight);
  figure.card = {area.x, area.y + title, area.width, std::max(area.height - title - theme.px(6), 1.0f)};
  figure.clip = clip_handles(subject.quant, &snapshot);
  figure.scene = make_scene(subject, figure.card, figure.clip, theme);
  HistogramScene& scene = figure.scene;
  figure.counts = subject.probes.histogram(
      subject.slot + "histogram", request_of({scene.axis.lo, scene.axis.hi}, scene.plot.width / theme.scale));
  figure.levels = snapshot.scales->layout.count == 1 ? subject.probes.levels(0) : nullptr;
  scene.counts = figure.counts.get();
  if (figure.levels) scene.levels = *figure.levels;
  figure.sampled = figure.counts && !figure.counts->exact;
  figure.specials = special_counts(snapshot.prepared->statistics);
  if (figure.clip)
    figure.handles = place_tags(canvas, scene, ui::signed_number(figure.clip->lo, 3),
                                ui::signed_number(figure.clip->hi, 3), theme);

  PlotHeader& header = figure.header;
  header.row = {area.x, area.y, area.width, title};
  header.title = "Histogram";
  figure.series = add_legend(header, kToggles, subject, theme);
  header.scale = subject.view.log_count ? "log count" : "linear count";
  header.notes = header_notes(subject, figure.clip ? "drag the handles to clip" : "", figure.sampled);
  header.live = subject.live;
  lay_out(header, canvas, theme);
  return figure;
}

void draw(Canvas& canvas, const HistogramFigure& figure, const Theme& theme) {
  const HistogramScene& scene = figure.scene;
  const Rect plot = scene.plot;
  draw_header(canvas, figure.header, theme);
  canvas.fill(figure.card, theme.palette.card, theme.px(4));
  draw_histogram(canvas, scene, theme);
  const TextStyle bright{TextFace::Mono, theme.px(kMonoSmallSize), theme.palette.text};
  if (!figure.specials.empty())
    canvas.text({plot.right() - canvas.measure(figure.specials, bright).x - theme.px(2),
                 plot.y + theme.px(kTagSpace)},
                figure.specials, bright);
  draw_tick_labels(canvas, scene.axis, plot.bottom() + theme.px(9),
                   {bright.face, bright.size, theme.palette.text_dim});
  if (!figure.clip) return;
  for (const PlotHandle* handle : {&figure.handles.lo, &figure.handles.hi})
    draw_handle(canvas, *handle, scene.axis, plot, theme);
}

}  // namespace bitloupe
