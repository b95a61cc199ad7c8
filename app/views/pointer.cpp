#include "app/views/pointer.h"

#include <algorithm>
#include <cmath>

#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/theme.h"
#include "app/ui/widgets.h"

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

// The values between where the right button was pressed and the pointer; nothing for less than a slack.
std::optional<ValueRange> boxed(const Axis& axis, Rect plot) {
  const auto inside = [&](float x) { return std::clamp(x, plot.x, plot.right()); };
  const float a = inside(ImGui::GetIO().MouseClickedPos[1].x), b = inside(ImGui::GetIO().MousePos.x);
  if (std::abs(a - b) < theme().px(kClickSlack)) return std::nullopt;
  return ValueRange{axis.value(std::min(a, b)), axis.value(std::max(a, b))};
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

AxisGesture axis_gesture(const char* id, Rect plot, const Axis& axis) {
  const ImGuiIO& io = ImGui::GetIO();
  ImGui::SetCursorScreenPos(ui::top_left(plot));
  ui::invisible_button(id, {plot.width, plot.height},
                       ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
  AxisGesture gesture;
  const bool active = ImGui::IsItemActive();
  if (active && ImGui::IsMouseDragging(0)) gesture.range = panned(axis, io.MouseDelta.x);
  if (active && ImGui::IsMouseDown(1) && moved(1)) {
    const auto inside = [&](float x) { return std::clamp(x, plot.x, plot.right()); };
    draw_box({inside(io.MouseClickedPos[1].x), plot.y}, {inside(io.MousePos.x), plot.bottom()});
  }
  if (ImGui::IsItemDeactivated() && ImGui::IsMouseReleased(1) && moved(1)) gesture.range = boxed(axis, plot);
  if (ImGui::IsItemHovered() && io.MouseWheel != 0)
    gesture.range = zoomed(axis, io.MousePos.x, std::pow(kWheelFactor, static_cast<double>(io.MouseWheel)));
  gesture.hovered = ui::hovered_first();
  gesture.fit = gesture.hovered && ImGui::IsMouseDoubleClicked(0);
  return gesture;
}

bool right_clicked(Rect area) {
  const ImGuiIO& io = ImGui::GetIO();
  return ImGui::IsMouseReleased(1) && !moved(1) && area.contains(ui::point(io.MouseClickedPos[1])) &&
         area.contains(ui::point(io.MousePos)) &&
         ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
}

}  // namespace bitloupe
