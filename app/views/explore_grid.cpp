#include <string>

#include "app/figures/grid_figure.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/views/explore.h"
#include "app/views/plot_controls.h"
#include "app/views/plot_menu.h"
#include "app/views/pointer.h"

namespace bitloupe {
namespace {

// The name in the registry, and the plot that a pane is.
struct PaneNames {
  const char *pane, *plot;
};
PaneNames names_of(GridQuantity quantity) {
  switch (quantity) {
    case GridQuantity::Dequantized:
      return {"pane.dequantized", "grid.dequantized"};
    case GridQuantity::Error:
      return {"pane.error", "grid.error"};
    case GridQuantity::Code:
      return {"pane.code", "grid.codes"};
    case GridQuantity::Original:
      break;
  }
  return {"pane.original", "grid.original"};
}

void follow_pointer(Frame& frame, const char* id, const GridPaneScene& pane, const GridFigure& figure) {
  const PaneGesture gesture = pane_gesture(id, pane.rect, figure.scene.size, figure.scene.viewport);
  ViewState& view = frame.view;
  if (gesture.viewport) view.viewport = *gesture.viewport;
  if (gesture.fit) {
    view.viewport.fit = true;
    view.selected.reset();  // the double-click's first half pinned it
  }
  if (!gesture.hovered) return;
  hover_element(frame,
                element_index(figure.slice, frame.snapshot->tensor().shape, gesture.hovered->row,
                              gesture.hovered->column),
                gesture.clicked);
  frame.hover.hint = "Click: pin · drag: pan · wheel: zoom · right drag: zoom into a box · double-click: fit";
}

}  // namespace

void draw_grids(Frame& frame, Rect area) {
  const GridFigure figure = make_grids(subject_of(frame), area, theme());
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList(), &frame.painter);
  draw(canvas, figure, theme());
  for (std::size_t i = 0; i < figure.scene.panes.size(); ++i) {
    const GridPaneScene& pane = figure.scene.panes[i];
    const PaneNames names = names_of(pane.quantity);
    // The first one stays the first one when it is flipped.
    const char* id = i == 0 ? names_of(GridQuantity::Original).pane : names.pane;
    ui::register_widget(id, pane.rect, ui::WidgetKind::Region);
    follow_pointer(frame, id, pane, figure);
    const Rect area_of_pane{pane.rect.x, pane.title_row.y, pane.rect.width,
                            pane.rect.bottom() - pane.title_row.y};
    plot_menu(frame, names.plot, area_of_pane);
  }
}

}  // namespace bitloupe
