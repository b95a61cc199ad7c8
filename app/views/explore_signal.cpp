#include <algorithm>
#include <cmath>
#include <string>

#include "app/plot/imgui_canvas.h"
#include "app/plot/signal_plot.h"
#include "app/plot/viewport.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/views/explore.h"
#include "app/views/pointer.h"

namespace bitloupe {
namespace {

constexpr float kTitleHeight = 24, kLabelWidth = 62, kAxisHeight = 20, kErrorShare = 0.32f;

struct Layout {
  Rect title, values, error_title, errors, axis;
};

Layout placed(Rect area) {
  const Theme& look = theme();
  const float title = look.px(kTitleHeight), left = look.px(kLabelWidth), axis = look.px(kAxisHeight);
  const float room = std::max(area.height - 2 * title - axis, 2.0f);
  const float errors = std::round(room * kErrorShare), values = room - errors;
  const float x = area.x + left, width = std::max(area.width - left - look.px(8), 1.0f);
  Layout layout;
  layout.title = {area.x, area.y, area.width, title};
  layout.values = {x, area.y + title, width, values};
  layout.error_title = {area.x, layout.values.bottom(), area.width, title};
  layout.errors = {x, layout.error_title.bottom(), width, errors};
  layout.axis = {x, layout.errors.bottom(), width, axis};
  return layout;
}

// The columns of the shared viewport, as a slice of one row.
Viewport columns_of(const Viewport& viewport, SliceSize size) {
  const Viewport all = resolved(viewport, size);
  return resolved({false, 0, all.column, 1, all.columns}, {1, size.columns});
}

void take_columns(ViewState& view, SliceSize size, const Viewport& strip) {
  Viewport all = resolved(view.viewport, size);
  all.column = strip.column;
  all.columns = strip.columns;
  const auto rows = static_cast<double>(size.rows), columns = static_cast<double>(size.columns);
  all.fit = all.rows >= rows && all.columns >= columns;
  view.viewport = all;
}

void titles(Canvas& canvas, const Layout& layout, const WindowRequest& request, bool single) {
  const Theme& look = theme();
  const TextStyle bold{TextFace::SansBold, look.px(kBodySize), legible(look.palette.original)};
  float x = layout.title.x + look.px(2);
  const float y = layout.title.y + look.px(4);
  x += ui::rich_text(canvas, {x, y}, "Original x", bold) + look.px(20);
  x += ui::rich_text(canvas, {x, y}, "Dequantized x^",
                     {bold.face, bold.size, legible(look.palette.quantized)}) +
       look.px(20);
  if (!single)
    canvas.text({x, y}, "row " + std::to_string(request.row),
                {TextFace::Sans, bold.size, look.palette.text_dim});
  ui::rich_text(canvas, {layout.error_title.x + look.px(2), layout.error_title.y + look.px(4)},
                "Error x − x^", {bold.face, bold.size, legible(look.palette.rounding)});
}

}  // namespace

void draw_signal_view(Frame& frame, Rect area) {
  const Theme& look = theme();
  ui::register_widget("pane.signal", area, ui::WidgetKind::Region);
  const Shape& shape = frame.snapshot->tensor().shape;
  const SliceView slice = normalized(frame.view.slice, shape);
  const SliceSize size = slice_size(slice, shape), strip_size{1, size.columns};
  const Layout layout = placed(area);
  const Viewport strip = columns_of(frame.view.viewport, size);
  WindowRequest request = window_request(slice, strip_size, strip, layout.values);
  request.row = std::min(frame.view.signal_row, size.rows - 1);
  const auto window = frame.probes.window("signal", request);

  SignalScene scene;
  scene.values = layout.values;
  scene.errors = layout.errors;
  scene.columns = {strip.column, strip.column + strip.columns, layout.values.x, layout.values.width};
  scene.window = window.get();
  scene.first = request.column;
  scene.step = request.column_step;
  scene.original = frame.view.show_original;
  scene.dequantized = frame.view.show_dequantized;

  const Rect reach{layout.values.x, layout.values.y, layout.values.width,
                   layout.errors.bottom() - layout.values.y};
  const PaneGesture gesture = pane_gesture("pane.signal", reach, strip_size, strip);
  if (gesture.viewport) take_columns(frame.view, size, *gesture.viewport);
  if (gesture.fit) frame.view.viewport.fit = true;
  if (gesture.hovered) {
    frame.hover.element = element_index(slice, shape, request.row, gesture.hovered->column);
    frame.hover.hint = "Click: pin · drag: pan · wheel: zoom · double-click: fit";
    if (gesture.clicked)
      frame.view.selected = frame.view.selected == frame.hover.element ? std::nullopt : frame.hover.element;
    scene.hovered = gesture.hovered->column;
  }

  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  titles(canvas, layout, request, size.rows < 2);
  canvas.fill(layout.values, look.palette.card);
  canvas.fill(layout.errors, look.palette.card);
  draw_signal(canvas, scene, look);
  draw_tick_labels(canvas, scene.columns, layout.axis.y + look.px(4),
                   {TextFace::Mono, look.px(kMonoSmallSize), look.palette.text_dim});
}

}  // namespace bitloupe
