#include <algorithm>
#include <cmath>
#include <string>

#include "app/clip.h"
#include "app/plot/histogram_plot.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"
#include "app/views/clip_drag.h"
#include "app/views/explore.h"
#include "app/views/plot_header.h"

namespace bitloupe {
namespace {

constexpr float kTitleHeight = 24, kInset = 14, kAxisHeight = 26;

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

void header(Frame& frame, Rect row, bool handles, bool sampled) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const TextStyle bold{TextFace::SansBold, look.px(kBodySize), look.palette.text};
  const Point size = canvas.measure("Histogram", bold);
  canvas.text({row.x + look.px(2), row.y + (row.height - size.y) / 2}, "Histogram", bold);
  float x = row.x + size.x + look.px(26);
  x = legend_entry(canvas,
                   {"histogram.series.original", "original", "Show or hide the original values.",
                    look.palette.original, &frame.view.show_original},
                   x, row);
  x = legend_entry(
      canvas,
      {"histogram.series.dequantized", "dequantized",
       "Show or hide the dequantized values: a stem a level, or an outline where levels are too many.",
       look.palette.quantized, &frame.view.show_dequantized},
      x, row);
  const ScaleSwitch scale{
      "histogram.log", frame.view.log_count ? "log count" : "linear count",
      "Logarithmic counts show single values; linear ones show proportions, each series by its own maximum.",
      handles ? "drag the handles to clip" : "", sampled};
  if (scale_switch(canvas, scale, row, x)) frame.view.log_count = !frame.view.log_count;
}

void special_counts(Canvas& canvas, const Statistics& statistics, Rect plot) {
  if (statistics.nan + statistics.inf == 0) return;
  const Theme& look = theme();
  const TextStyle style{TextFace::Mono, look.px(kMonoSmallSize), look.palette.text};
  const std::string text = "NaN " + ui::count(statistics.nan) + "  inf " + ui::count(statistics.inf);
  const Point size = canvas.measure(text, style);
  canvas.text({plot.right() - size.x - look.px(2), plot.y + look.px(kTagSpace)}, text, style);
}

// Pan, zoom and fit along the axis, by the plot's own item (submitted after the handles, which lie above it).
// True where the pointer is on the plot alone; the wheel turns on handles too.
bool follow_pointer(Frame& frame, const HistogramScene& scene) {
  const ImGuiIO& io = ImGui::GetIO();
  ImGui::SetCursorScreenPos(ui::top_left(scene.plot));
  ui::invisible_button("histogram.plot", {scene.plot.width, scene.plot.height});
  AxisRange& range = frame.view.histogram_range;
  const auto take = [&](ValueRange moved) { range = {false, moved.lo, moved.hi}; };
  if (ImGui::IsItemActive() && ImGui::IsMouseDragging(0)) take(panned(scene.axis, io.MouseDelta.x));
  if (ImGui::IsItemHovered() && io.MouseWheel != 0)
    take(zoomed(scene.axis, io.MousePos.x, std::pow(0.83, static_cast<double>(io.MouseWheel))));
  if (!ui::hovered_first()) return false;
  if (ImGui::IsMouseDoubleClicked(0)) range.fit = true;
  frame.hover.hint =
      "At " + ui::number(scene.axis.value(io.MousePos.x)) + " · drag: pan · wheel: zoom · double-click: fit";
  return true;
}

void hover_level(Frame& frame, const HistogramScene& scene, const NumberFormat& format) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (!scene.dequantized || level_style(scene.levels, scene.axis, theme().scale) == LevelStyle::Outline)
    return;
  const LevelCount* level = level_at(scene.levels, scene.axis, mouse.x, theme().scale);
  if (!level) return;
  frame.hover.level = level->value;
  const std::string code = is_integer_family(format) ? std::to_string(code_integer(format, level->code))
                                                     : "pattern " + std::to_string(level->code);
  frame.hover.hint = "Level " + ui::number(static_cast<double>(level->value), 6) + " · code " + code + " · " +
                     ui::count(static_cast<std::uint64_t>(std::llround(level->count))) + " values";
  ui::tooltip(frame.hover.hint);
}

// The level of the element under the pointer in another view, else the one hovered here.
std::optional<float> marked_level(Frame& frame) {
  if (frame.hovered.level) return frame.hovered.level;
  if (!frame.hovered.element) return std::nullopt;
  const auto explanation = frame.probes.explain(*frame.hovered.element);
  if (!explanation) return std::nullopt;
  return explanation->quantized.dequantized;
}

HistogramScene make_scene(Frame& frame, Rect card, const std::optional<ClipHandles>& handles) {
  const Theme& look = theme();
  HistogramScene scene;
  scene.plot = {card.x + look.px(kInset), card.y + look.px(6),
                std::max(card.width - 2 * look.px(kInset), 1.0f),
                std::max(card.height - look.px(kAxisHeight + 6), 1.0f)};
  const AxisRange& range = frame.view.histogram_range;
  const ValueRange fit = fitted_range(frame.snapshot->prepared->statistics, handles);
  scene.axis = {range.fit ? fit.lo : range.lo, range.fit ? fit.hi : range.hi, scene.plot.x, scene.plot.width};
  if (handles) scene.clip = ValueRange{handles->lo, handles->hi};
  scene.hovered_level = marked_level(frame);
  scene.log_count = frame.view.log_count;
  scene.original = frame.view.show_original;
  scene.dequantized = frame.view.show_dequantized;
  return scene;
}

}  // namespace

void draw_histogram_view(Frame& frame, Rect area) {
  const Theme& look = theme();
  ui::register_widget("histogram", area, ui::WidgetKind::Region);
  const Snapshot& snapshot = *frame.snapshot;
  const std::optional<ClipHandles> handles = clip_handles(frame.experiment.quant, &snapshot);
  const Rect card{area.x, area.y + look.px(kTitleHeight), area.width,
                  std::max(area.height - look.px(kTitleHeight) - look.px(6), 1.0f)};
  HistogramScene scene = make_scene(frame, card, handles);
  const auto counts = frame.probes.histogram(
      "histogram", {scene.axis.lo, scene.axis.hi, bins_for(scene.plot.width, look.scale), {}});
  const auto levels = snapshot.scales->layout.count == 1 ? frame.probes.levels(0) : nullptr;
  scene.counts = counts.get();
  if (levels) scene.levels = *levels;

  header(frame, {area.x, area.y, area.width, look.px(kTitleHeight)}, handles.has_value(),
         counts && !counts->exact);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  canvas.fill(card, look.palette.card, look.px(4));
  draw_histogram(canvas, scene, look);
  special_counts(canvas, snapshot.prepared->statistics, scene.plot);
  draw_tick_labels(canvas, scene.axis, scene.plot.bottom() + look.px(9),
                   {TextFace::Mono, look.px(kMonoSmallSize), look.palette.text_dim});
  if (handles) drag_clip_handles(frame, *handles, scene);
  if (follow_pointer(frame, scene)) hover_level(frame, scene, snapshot.spec.format);
}

}  // namespace bitloupe
