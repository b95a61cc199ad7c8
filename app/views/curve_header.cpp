#include "app/views/curve_header.h"

#include <algorithm>
#include <vector>

#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/widgets.h"
#include "app/views/plot_header.h"

namespace bitloupe {
namespace {

// The title folds the view; returns where the next part of the row begins.
float fold_title(Canvas& canvas, ViewState& view, Rect row, const char* title) {
  const Theme& look = theme();
  const TextStyle bold{TextFace::SansBold, look.px(kBodySize), look.palette.text};
  const Point size = canvas.measure(title, bold);
  const float arrow = look.px(14);
  const Rect face{row.x, row.y, look.px(2) + size.x + arrow + look.px(4), row.height};
  ImGui::SetCursorScreenPos(ui::top_left(face));
  if (ui::invisible_button("curve.fold", {face.width, face.height})) view.curve_folded = !view.curve_folded;
  const Color color = ImGui::IsItemHovered() ? look.palette.text : look.palette.text_dim;
  ui::register_widget("curve.fold", face, ui::WidgetKind::Control);
  ui::tooltip(view.curve_folded ? "Show the error curve: MSE of every clip threshold."
                                : "Fold the error curve.");
  canvas.text({row.x + look.px(2), row.y + (row.height - size.y) / 2}, title, bold);
  const float x = face.right() - look.px(9), y = row.y + row.height / 2 + look.px(1), half = look.px(3.5f);
  const Point down[3] = {{x - half, y - half / 2}, {x, y + half / 2}, {x + half, y - half / 2}};
  const Point right[3] = {{x - half / 2, y - half}, {x + half / 2, y}, {x - half / 2, y + half}};
  canvas.polyline(view.curve_folded ? right : down, color, std::max(1.0f, look.px(1.5f)));
  return face.right() + look.px(16);
}

}  // namespace

void draw_curve_header(Frame& frame, Rect row, const std::string& note, bool sampled) {
  const Theme& look = theme();
  ViewState& view = frame.view;
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  std::vector<SeriesToggle> entries = {
      {"curve.series.total", "total", "Show or hide the total: MSE = rounding + clipping.",
       look.palette.total, &view.show_total},
      {"curve.series.rounding", "rounding", "Show or hide the error of values inside the grid range.",
       look.palette.rounding, &view.show_rounding},
      {"curve.series.clipping", "clipping",
       "Show or hide the error of values outside the grid range: the whole of it counts as clipping.",
       look.palette.clipping, &view.show_clipping}};
  if (frame.snapshot->curve && frame.snapshot->curve->relative)
    entries.push_back({"curve.series.group", "this group",
                       "Show or hide the own curve of the scale group that the inspector looks at.",
                       look.palette.text_dim, &view.show_group});
  const TextStyle bold{TextFace::SansBold, look.px(kBodySize), look.palette.text};
  const ScaleSwitch scale{
      "curve.log", view.curve_log ? "log MSE" : "linear MSE",
      "A logarithmic error shows where rounding and clipping cross; a linear one how flat "
      "the minimum is.",
      note, sampled};
  float others = look.px(44) + scale_switch_width(canvas, scale);  // the arrow, what lies between
  for (const SeriesToggle& entry : entries) others += legend_width(canvas, entry.label);
  const char* title = "Error against clip threshold";
  if (canvas.measure(title, bold).x + others > row.width) title = "Error curve";
  float x = fold_title(canvas, view, row, title);
  if (view.curve_folded) return;
  for (const SeriesToggle& entry : entries) {
    if (x + legend_width(canvas, entry.label) > row.right()) return;
    x = legend_entry(canvas, entry, x, row);
  }
  if (scale_switch(canvas, scale, row, x)) view.curve_log = !view.curve_log;
}

}  // namespace bitloupe
