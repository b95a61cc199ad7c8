#include "app/views/clip_drag.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/input.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

constexpr float kReach = 5;          // logical pixels on either side of the line
constexpr float kFineDrag = 0.1f;    // Shift
constexpr double kNarrowest = 1e-3;  // of the visible range

struct Handle {
  const char* id;
  ClipEnd end;
  double value;
  Rect tag;
  std::string label;
};

// Keys of what a drag remembers, in the window's storage while it lasts.
ImGuiID memory(const char* what) { return ImGui::GetID(what); }

// The axis stands still during a drag, or the handle would run away from the pointer.
void hold_axis(ViewState& view, const Axis& axis) {
  ImGuiStorage& storage = *ImGui::GetStateStorage();
  storage.SetBool(memory("fit"), view.histogram_range.fit);
  view.histogram_range = {false, axis.lo, axis.hi};
}

void release_axis(ViewState& view) {
  if (ImGui::GetStateStorage()->GetBool(memory("fit"))) view.histogram_range.fit = true;
}

// One of a handle's two items (line and tag); the pointer's way is kept as a pixel of its own, so that a
// clamped handle waits until the pointer is back.
void drag_item(Frame& frame, const Handle& handle, const ClipHandles& handles, const HistogramScene& scene) {
  ImGuiStorage& storage = *ImGui::GetStateStorage();
  if (ImGui::IsItemActivated()) {
    hold_axis(frame.view, scene.axis);
    storage.SetFloat(memory("pixel"),
                     std::clamp(scene.axis.pixel(handle.value), scene.plot.x, scene.plot.right()));
    storage.SetBool(memory("reset"), false);
  }
  if (ImGui::IsItemDeactivated()) release_axis(frame.view);
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(0)) {
    frame.experiment.quant.calibration.method = CalibrationMethod::MinMax;
    storage.SetBool(memory("reset"), true);  // a hand that trembles before it lets go does not drag
  }
  if (storage.GetBool(memory("reset"))) return;
  const float moved = ImGui::GetIO().MouseDelta.x;
  if (!ImGui::IsItemActive() || moved == 0 || !ImGui::IsMouseDown(0)) return;
  const float pixel = storage.GetFloat(memory("pixel")) + moved * (ui::modifiers().shift ? kFineDrag : 1.0f);
  storage.SetFloat(memory("pixel"), pixel);
  move_clip(frame.experiment.quant, handles, handle.end, scene.axis.value(pixel),
            kNarrowest * (scene.axis.hi - scene.axis.lo));
}

// True while the pointer is on the handle or holds it.
bool submit(Frame& frame, const Handle& handle, const ClipHandles& handles, const HistogramScene& scene) {
  const Theme& look = theme();
  const ui::ScopedId scope(handle.id);
  bool hot = false;
  const auto item = [&](const char* id, Rect rect) {
    ImGui::SetCursorScreenPos(ui::top_left(rect));
    ui::invisible_button(id, {rect.width, rect.height});
    hot |= ImGui::IsItemHovered() || ImGui::IsItemActive();
    drag_item(frame, handle, handles, scene);
  };
  item("tag", handle.tag);
  const float x = scene.axis.pixel(handle.value), reach = look.px(kReach);
  const float visible = std::clamp(x, scene.plot.x, scene.plot.right());
  ImGuiStorage& storage = *ImGui::GetStateStorage();
  if (x == visible || storage.GetBool(memory("line held"))) {  // a held line may leave the plot
    item("line", {visible - reach, handle.tag.bottom(), 2 * reach,
                  std::max(scene.plot.bottom() - handle.tag.bottom(), 1.0f)});
    storage.SetBool(memory("line held"), ImGui::IsItemActive());
  }
  ui::register_widget(handle.id, handle.tag, ui::WidgetKind::Handle);
  return hot;
}

}  // namespace

void drag_clip_handles(Frame& frame, const ClipHandles& handles, const HistogramScene& scene) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  Handle lo{"clip.lo", ClipEnd::Lo, handles.lo, {}, ui::signed_number(handles.lo, 3)};
  Handle hi{"clip.hi", ClipEnd::Hi, handles.hi, {}, ui::signed_number(handles.hi, 3)};
  const ClipTags tags = place_tags(canvas, scene, lo.label, hi.label, look);
  lo.tag = tags.lo;
  hi.tag = tags.hi;
  for (const Handle* handle : {&lo, &hi}) {
    const bool hot = submit(frame, *handle, handles, scene);
    if (hot) {
      ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
      frame.hover.hint = handles.cap ? "Drag: cap every group's range · Shift: fine · double-click: min-max"
                                     : "Drag: set the clip range · Shift: fine · double-click: min-max";
    }
    draw_handle(canvas, scene.axis.pixel(handle->value), scene.plot, handle->tag, handle->label, hot, look);
  }
}

}  // namespace bitloupe
