#include <cmath>
#include <string>

#include "app/copy_line.h"
#include "app/figures/histogram_figure.h"
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

void hover_level(Frame& frame, const HistogramScene& scene, const NumberFormat& format) {
  if (!scene.dequantized || level_style(scene.levels, scene.axis, theme().scale) == LevelStyle::Outline)
    return;
  const LevelCount* level = level_at(scene.levels, scene.axis, ImGui::GetIO().MousePos.x, theme().scale);
  if (!level) return;
  frame.hover.level = level->value;
  const std::string code = is_integer_family(format) ? std::to_string(code_integer(format, level->code))
                           : format.family == Family::Table ? "index " + std::to_string(level->code)
                                                            : "pattern " + std::to_string(level->code);
  frame.hover.hint = "Level " + ui::number(static_cast<double>(level->value), 6) + " · code " + code + " · " +
                     ui::count(static_cast<std::uint64_t>(std::llround(level->count))) + " values";
  ui::tooltip(frame.hover.hint);
  frame.hover.copy.clear();
  add_copy(frame.hover.copy, "level", level->value);
  add_copy(frame.hover.copy, "code", static_cast<double>(level->code));
  add_copy(frame.hover.copy, "values", level->count);
}

// The bin under the pointer.
void copy_bin(Frame& frame, const HistogramFigure& figure, double value) {
  if (!figure.counts) return;
  const HistogramResult& counts = *figure.counts;
  const Histogram& bins = counts.original;
  const double share = (value - bins.lo) / (bins.hi - bins.lo);
  if (!(share >= 0) || !(share < 1)) return;
  const auto bin = static_cast<std::size_t>(share * static_cast<double>(bins.counts.size()));
  std::string& copy = frame.hover.copy;
  add_copy(copy, "from", bin_edge(bins, bin));
  add_copy(copy, "to", bin_edge(bins, bin + 1));
  add_copy(copy, "original", static_cast<double>(bins.counts[bin]) * counts.weight);
  add_copy(copy, "dequantized", static_cast<double>(counts.dequantized.counts[bin]) * counts.weight);
}

// Pan, zoom and fit along the axis, and what the pointer is on.
void follow_pointer(Frame& frame, const HistogramFigure& figure) {
  const HistogramScene& scene = figure.scene;
  const AxisGesture gesture = axis_gesture("histogram.plot", scene.plot, scene.axis);
  AxisRange& range = frame.view.histogram_range;
  if (gesture.range) range = {false, gesture.range->lo, gesture.range->hi};
  if (gesture.fit) range.fit = true;
  if (!gesture.hovered) return;
  const double value = scene.axis.value(ImGui::GetIO().MousePos.x);
  frame.hover.hint = "At " + ui::number(value) +
                     " · drag: pan · wheel: zoom · right drag: zoom into a range · double-click: fit";
  copy_bin(frame, figure, value);
  hover_level(frame, scene, frame.snapshot->spec.format);
}

}  // namespace

void draw_histogram_view(Frame& frame, Rect area) {
  ui::register_widget("histogram", area, ui::WidgetKind::Region);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  HistogramFigure figure = make_histogram(subject_of(frame), canvas, area, theme());
  const PlotToggle& log = histogram_toggles().back();
  follow_header(frame.view, figure.header, figure.series, &log);
  if (figure.sampled && figure.header.note_face.width > 0)
    ui::register_widget(std::string(log.key) + ".sampled", figure.header.note_face);
  if (figure.clip) drag_clip_handles(frame, figure);
  follow_pointer(frame, figure);
  draw(canvas, figure, theme());
  plot_menu(frame, "histogram", area);
}

}  // namespace bitloupe
