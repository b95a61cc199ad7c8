#include "app/views/clip_drag.h"

#include <algorithm>
#include <cmath>

#include "app/copy_line.h"
#include "app/ui/guards.h"
#include "app/ui/input.h"
#include "app/ui/registry.h"
#include "app/ui/theme.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

constexpr float kReach = 5;          // logical pixels on either side of the line
constexpr float kFineDrag = 0.1f;    // Shift
constexpr double kNarrowest = 1e-3;  // of the visible range

// Keys of what a drag remembers, in the window's storage while it lasts.
ImGuiID memory(const char* what) { return ImGui::GetID(what); }

void hold_axis(AxisRange& range, const Axis& axis) {
  ImGui::GetStateStorage()->SetBool(memory("fit"), range.fit);
  range = {false, axis.lo, axis.hi};
}

void release_axis(AxisRange& range) {
  if (ImGui::GetStateStorage()->GetBool(memory("fit"))) range.fit = true;
}

// One of a handle's two items (line and tag); the pointer's way is kept as a pixel of its own, so that a
// clamped handle waits until the pointer is back.
void drag_item(PlotHandle& handle, const Axis& axis, Rect plot, AxisRange& range, LineDrag& drag) {
  ImGuiStorage& storage = *ImGui::GetStateStorage();
  const bool hovered = ui::hovered_first();
  handle.hot |= hovered || ImGui::IsItemActive();
  if (ImGui::IsItemActivated()) {
    hold_axis(range, axis);
    storage.SetFloat(memory("pixel"), std::clamp(axis.pixel(handle.value), plot.x, plot.right()));
    storage.SetBool(memory("reset"), false);
  }
  if (ImGui::IsItemDeactivated()) release_axis(range);
  if (hovered && ImGui::IsMouseDoubleClicked(0)) {
    drag.reset = true;
    storage.SetBool(memory("reset"), true);  // a hand that trembles before it lets go does not drag
  }
  if (storage.GetBool(memory("reset"))) return;
  const float moved = ImGui::GetIO().MouseDelta.x;
  if (!ImGui::IsItemActive() || moved == 0 || !ImGui::IsMouseDown(0)) return;
  const float pixel = storage.GetFloat(memory("pixel")) + moved * (ui::modifiers().shift ? kFineDrag : 1.0f);
  storage.SetFloat(memory("pixel"), pixel);
  drag.moved = axis.value(pixel);
}

}  // namespace

LineDrag drag_line(const char* id, PlotHandle& handle, const Axis& axis, Rect plot, AxisRange& range) {
  const Theme& look = theme();
  const ui::ScopedId scope(id);
  LineDrag drag;
  const auto item = [&](const char* part, Rect rect) {
    ImGui::SetCursorScreenPos(ui::top_left(rect));
    ui::invisible_button(part, {rect.width, rect.height});
    drag_item(handle, axis, plot, range, drag);
  };
  item("tag", handle.tag);
  const float x = axis.pixel(handle.value), reach = look.px(kReach);
  const float visible = std::clamp(x, plot.x, plot.right());
  ImGuiStorage& storage = *ImGui::GetStateStorage();
  if (x == visible || storage.GetBool(memory("line held"))) {  // a held line may leave the plot
    item("line", {visible - reach, handle.tag.bottom(), 2 * reach,
                  std::max(plot.bottom() - handle.tag.bottom(), 1.0f)});
    storage.SetBool(memory("line held"), ImGui::IsItemActive());
  }
  ui::register_widget(id, handle.tag, ui::WidgetKind::Handle);
  if (handle.hot) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  return drag;
}

void drag_clip_handles(Frame& frame, HistogramFigure& figure) {
  const HistogramScene& scene = figure.scene;
  const ClipHandles clip = *figure.clip;
  const double narrowest = kNarrowest * (scene.axis.hi - scene.axis.lo);
  for (const ClipEnd end : {ClipEnd::Lo, ClipEnd::Hi}) {
    PlotHandle& handle = end == ClipEnd::Lo ? figure.handles.lo : figure.handles.hi;
    const LineDrag drag = drag_line(end == ClipEnd::Lo ? "clip.lo" : "clip.hi", handle, scene.axis,
                                    scene.plot, frame.view.histogram_range);
    if (drag.reset) frame.experiment.quant.calibration.method = CalibrationMethod::MinMax;
    if (drag.moved) move_clip(frame.experiment.quant, clip, end, *drag.moved, narrowest);
    if (!handle.hot) continue;
    frame.hover.hint = clip.cap ? "Drag: cap every group's range · Shift: fine · double-click: min-max"
                                : "Drag: set the clip range · Shift: fine · double-click: min-max";
    add_copy(frame.hover.copy, "clip min", clip.lo);
    add_copy(frame.hover.copy, "clip max", clip.hi);
  }
}

}  // namespace bitloupe
