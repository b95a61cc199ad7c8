#include <algorithm>

#include "app/figures/signal_figure.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/views/explore.h"
#include "app/views/plot_controls.h"
#include "app/views/plot_menu.h"
#include "app/views/pointer.h"

namespace bitloupe {
namespace {

void take_columns(ViewState& view, SliceSize size, const Viewport& strip) {
  Viewport all = resolved(view.viewport, size);
  all.column = strip.column;
  all.columns = strip.columns;
  const auto rows = static_cast<double>(size.rows), columns = static_cast<double>(size.columns);
  all.fit = all.rows >= rows && all.columns >= columns;
  view.viewport = all;
}

void follow_pointer(Frame& frame, SignalFigure& figure) {
  const Shape& shape = frame.snapshot->tensor().shape;
  const SliceView slice = normalized(frame.view.slice, shape);
  const PaneGesture gesture = pane_gesture("pane.signal", figure.reach(), figure.strip_size, figure.strip);
  if (gesture.viewport) take_columns(frame.view, slice_size(slice, shape), *gesture.viewport);
  if (gesture.fit) frame.view.viewport.fit = true;
  if (!gesture.hovered) return;
  hover_element(frame, element_index(slice, shape, figure.request.row, gesture.hovered->column),
                gesture.clicked);
  frame.hover.hint = "Click: pin · drag: pan · wheel: zoom · double-click: fit";
  figure.scene.hovered = gesture.hovered->column;
}

}  // namespace

void draw_signal_view(Frame& frame, Rect area) {
  ui::register_widget("pane.signal", area, ui::WidgetKind::Region);
  SignalFigure figure = make_signal(subject_of(frame), area, theme());
  follow_pointer(frame, figure);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  draw(canvas, figure, theme());
  plot_menu(frame, "signal", area);
}

}  // namespace bitloupe
