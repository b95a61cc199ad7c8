#include "app/views/pointer.h"

#include <cmath>

#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/theme.h"

namespace bitloupe {
namespace {

constexpr double kWheelFactor = 0.83;  // share of the cells that stays visible, a notch
constexpr float kClickSlack = 4;       // logical pixels that a click may move

bool moved(int button) {
  const float slack = theme().px(kClickSlack);
  return ImGui::GetIO().MouseDragMaxDistanceSqr[button] >= slack * slack;
}

void draw_box(Point from, Point to) {
  ImGuiCanvas canvas(*ImGui::GetForegroundDrawList());
  const Rect box{std::fmin(from.x, to.x), std::fmin(from.y, to.y), std::fabs(to.x - from.x),
                 std::fabs(to.y - from.y)};
  canvas.stroke(box, theme().palette.accent, theme().px(1.5f));
}

}  // namespace

PaneGesture pane_gesture(const char* id, Rect pane, SliceSize size, const Viewport& viewport) {
  const ImGuiIO& io = ImGui::GetIO();
  const Point mouse = ui::point(io.MousePos);
  ImGui::SetCursorScreenPos(ui::top_left(pane));
  ui::invisible_button(id, {pane.width, pane.height},
                       ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
  PaneGesture gesture;
  if (ImGui::IsItemHovered()) {
    gesture.hovered = cell_at(viewport, size, pane, mouse);
    gesture.fit = ImGui::IsMouseDoubleClicked(0);
    if (io.MouseWheel != 0)
      gesture.viewport =
          zoomed(viewport, size, pane, mouse, std::pow(kWheelFactor, static_cast<double>(io.MouseWheel)));
  }
  if (ImGui::IsItemActive() && ImGui::IsMouseDown(0) && moved(0))
    gesture.viewport = panned(viewport, size, pane, ui::point(io.MouseDelta));
  if (ImGui::IsItemActive() && ImGui::IsMouseDown(1) && moved(1))
    draw_box(ui::point(io.MouseClickedPos[1]), mouse);
  if (ImGui::IsItemDeactivated()) {
    if (ImGui::IsMouseReleased(1) && moved(1))
      gesture.viewport = boxed(viewport, size, pane, ui::point(io.MouseClickedPos[1]), mouse);
    gesture.clicked = ImGui::IsMouseReleased(0) && !moved(0) && io.MouseClickedLastCount[0] == 1;
  }
  return gesture;
}

}  // namespace bitloupe
