#include "app/views/explore.h"

#include <algorithm>
#include <cmath>

#include "app/keymap.h"
#include "app/layout.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"

namespace bitloupe {
namespace {

constexpr float kBarHeight = 26, kSplitter = 6;

struct Strip {
  const char *id, *hint;
  void (*drag)(ViewState& view, float pixels, float room);
};
constexpr Strip kAboveHistogram = {
    "splitter.histogram", "Drag to share the height between grids and histogram; double-click: as it was.",
    drag_histogram_top};
constexpr Strip kAboveCurve = {
    "splitter.curve", "Drag to share the height between histogram and error curve; double-click: as it was.",
    drag_curve_top};

// A strip between two parts, which share `room`.
void drag_splitter(Frame& frame, const Strip& strip, Rect rect, float room) {
  const Theme& look = theme();
  ImGui::SetCursorScreenPos(ui::top_left(rect));
  ui::invisible_button(strip.id, {rect.width, rect.height});
  ui::register_widget(strip.id, rect, ui::WidgetKind::Handle);
  const bool active = ImGui::IsItemActive(), hovered = ImGui::IsItemHovered();
  if (!active && !hovered) return;
  ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeNS);
  frame.hover.hint = strip.hint;
  const float width = look.px(48);
  ImGuiCanvas(*ImGui::GetWindowDrawList())
      .fill({rect.x + (rect.width - width) / 2, rect.y + rect.height / 2 - look.px(1), width, look.px(2)},
            look.palette.accent, look.px(1));
  if (active) strip.drag(frame.view, ImGui::GetIO().MouseDelta.y, room);
  if (!hovered || !ImGui::IsMouseDoubleClicked(0)) return;
  frame.view.histogram_share = ViewState().histogram_share;
  frame.view.curve_share = ViewState().curve_share;
}

// Before the first result: say what is happening instead of showing empty frames.
void draw_empty(const Frame& frame, Rect area) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const TextStyle style{TextFace::Sans, look.px(kBodySize), look.palette.text_dim};
  std::string text =
      frame.keymap.with_keys("Open a file, drop one here, or choose a synthetic source.", "file.open");
  if (frame.source.loading)
    text = "Loading " + frame.source.tensor + "…";
  else if (frame.source.error)
    text = frame.source.error->message;
  else if (frame.snapshot && frame.snapshot->prepared && frame.snapshot->tensor().count() == 0)
    text = "This tensor has no values: its shape is " + to_text(frame.snapshot->tensor().shape) + ".";
  else if (frame.snapshot && frame.snapshot->error)
    text = frame.snapshot->error->message;
  const std::vector<std::string> lines =
      ui::wrap(canvas, text, style, std::max(area.width - look.px(80), 40.0f));
  float y = area.y + area.height * 0.4f;
  for (const std::string& line : lines) {
    canvas.text({area.x + (area.width - canvas.measure(line, style).x) / 2, y}, line, style);
    y += look.px(20);
  }
}

}  // namespace

void draw_explore(Frame& frame, Rect area) {
  const Theme& look = theme();
  if (!frame.snapshot || !frame.snapshot->scales || frame.snapshot->tensor().count() == 0)
    return draw_empty(frame, area);
  const float gap = look.px(kSplitter);
  const float bar = draw_explore_bar(frame, {area.x, area.y, area.width, look.px(kBarHeight)});
  const float room = std::max(area.height - bar - 2 * gap, 0.0f);
  const ExploreHeights heights = explore_heights(room, folded_curve_height(), look.scale, frame.view);
  const Rect above{area.x, area.y + bar, area.width, heights.grids};
  const Rect first{area.x, above.bottom(), area.width, gap};
  const Rect histogram{area.x, first.bottom(), area.width, heights.histogram};
  const Rect second{area.x, histogram.bottom(), area.width, gap};
  if (frame.view.grid_mode == GridMode::Signal)
    draw_signal_view(frame, above);
  else
    draw_grids(frame, above);
  draw_histogram_view(frame, histogram);
  draw_curve_view(frame, {area.x, second.bottom(), area.width, heights.curve});
  drag_splitter(frame, kAboveHistogram, first, room);
  if (!frame.view.curve_folded) drag_splitter(frame, kAboveCurve, second, room);
}

}  // namespace bitloupe
