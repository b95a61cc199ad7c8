#include <algorithm>
#include <string>
#include <utility>

#include "app/keymap.h"
#include "app/panels/panels.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

// What the mouse does everywhere, and the two keys that tell the rest.
std::string hint_at_rest(const Frame& frame) {
  const bool start = frame.session.start_page;
  std::string text = start ? "" : "Drag: pan or move a handle · wheel: zoom · double-click: fit";
  for (const char* key : {start ? "file.open" : "view.flip", "help.keys", "help.palette"}) {
    const Action& action = *find_action(key);
    if (const std::string keys = frame.keymap.text(action); !keys.empty())
      text += (text.empty() ? "" : " · ") + keys + ": " + std::string(action.label);
  }
  return text;
}

std::string facts(const Frame& frame) {
  std::string text;
  if (frame.snapshot && frame.snapshot->prepared && !frame.session.start_page) {
    text = ui::count(frame.snapshot->tensor().count()) + " values";
    if (frame.snapshot->report)
      text += (frame.snapshot->exact ? " · errors in " : " · errors of a sample in ") +
              ui::milliseconds(frame.snapshot->elapsed_ms);
  }
  if (!frame.kernel.empty()) text += (text.empty() ? "" : " · ") + frame.kernel;
  return text;
}

// A cross that cancels; returns its left end.
float draw_cancel(Frame& frame, Canvas& canvas, float right, Rect area) {
  const Theme& look = theme();
  const Rect face{right - look.px(18), area.y, look.px(18), area.height};
  ImGui::SetCursorScreenPos(ui::top_left(face));
  if (ui::invisible_button("status.cancel", {face.width, face.height})) frame.requests.cancel_jobs = true;
  const Color color = ImGui::IsItemHovered() ? look.palette.text : look.palette.text_dim;
  ui::register_widget("status.cancel", face, ui::WidgetKind::Control);
  ui::tooltip("Stops this. Nothing of an unfinished file is left.");
  const Point middle{face.x + face.width / 2, face.y + face.height / 2};
  const float arm = look.px(3.5f);
  canvas.line({middle.x - arm, middle.y - arm}, {middle.x + arm, middle.y + arm}, color, look.px(1.5f));
  canvas.line({middle.x - arm, middle.y + arm}, {middle.x + arm, middle.y - arm}, color, look.px(1.5f));
  return face.x - look.px(2);
}

// Label and bar from the right end; returns its left end.
float draw_task(Frame& frame, Canvas& canvas, const LaneTask& task, float right, Rect area,
                const TextStyle& style) {
  const Theme& look = theme();
  if (task.is_job) right = draw_cancel(frame, canvas, right, area);
  const float bar = look.px(72), height = look.px(5);
  canvas.fill({right - bar, area.y + (area.height - height) / 2, bar, height}, look.palette.track,
              height / 2);
  const auto done = static_cast<float>(std::clamp(task.progress, 0.0, 1.0));
  canvas.fill({right - bar, area.y + (area.height - height) / 2, std::max(bar * done, height), height},
              look.palette.accent, height / 2);
  const std::string label = ui::elide_middle(canvas, task.label, style, look.px(220));
  const Point size = canvas.measure(label, style);
  const float x = right - bar - look.px(8) - size.x;
  canvas.text({x, area.y + (area.height - size.y) / 2}, label, style);
  return x - look.px(18);
}

}  // namespace

void draw_status_bar(Frame& frame, Rect area) {
  const Theme& look = theme();
  ui::register_widget("status", area, ui::WidgetKind::Region);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  canvas.fill(area, look.palette.header);
  const TextStyle style{TextFace::Sans, look.px(kSmallSize), look.palette.text_dim};
  const std::string right_text = facts(frame);
  const Point right_size = canvas.measure(right_text, style);
  float right = area.right() - look.px(14) - right_size.x;
  canvas.text({right, area.y + (area.height - right_size.y) / 2}, right_text, style);
  right -= look.px(18);
  bool cancels = false;  // one cross is for all jobs
  for (LaneTask task : frame.tasks) {
    if (right <= area.x + area.width * 0.45f) break;
    task.is_job = task.is_job && !std::exchange(cancels, cancels || task.is_job);
    right = draw_task(frame, canvas, task, right, area, style);
  }

  const std::string& hint = !frame.news.empty()          ? frame.news
                            : frame.hovered.hint.empty() ? frame.notice
                                                         : frame.hovered.hint;
  const std::string text = hint.empty() ? hint_at_rest(frame) : hint;
  const float x = area.x + look.px(14), room = right - x;
  const std::string shown = ui::elide_end(canvas, text, style, std::max(room, 0.0f));
  const Color color = hint.empty() ? look.palette.text_dim : look.palette.text;
  ui::rich_text(canvas, {x, area.y + (area.height - right_size.y) / 2}, shown,
                {style.face, style.size, color});
  ImGui::SetCursorScreenPos({x, area.y});
  ImGui::Dummy({std::max(room, 1.0f), area.height});
  if (shown != text) ui::tooltip(text);
}

}  // namespace bitloupe
