#include "app/views/explore.h"

#include <algorithm>
#include <cmath>

#include "app/keymap.h"
#include "app/layout.h"
#include "app/open_anyway.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"

namespace bitloupe {
namespace {

constexpr float kBarHeight = 26, kSplitter = 6, kBetween = 12;

// A strip between two parts; returns by how many pixels it was dragged.
float drag_splitter(Frame& frame, const char* id, const char* hint, Rect rect) {
  const Theme& look = theme();
  ImGui::SetCursorScreenPos(ui::top_left(rect));
  ui::invisible_button(id, {rect.width, rect.height});
  ui::register_widget(id, rect, ui::WidgetKind::Handle);
  const bool active = ImGui::IsItemActive(), hovered = ImGui::IsItemHovered();
  if (!active && !hovered) return 0;
  ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeNS);
  frame.hover.hint = hint;
  const float width = look.px(48);
  ImGuiCanvas(*ImGui::GetWindowDrawList())
      .fill({rect.x + (rect.width - width) / 2, rect.y + rect.height / 2 - look.px(1), width, look.px(2)},
            look.palette.accent, look.px(1));
  if (hovered && ImGui::IsMouseDoubleClicked(0)) {
    frame.view.histogram_share = ViewState().histogram_share;
    frame.view.curve_share = ViewState().curve_share;
    return 0;
  }
  return active ? ImGui::GetIO().MouseDelta.y : 0;
}

void drag_splitters(Frame& frame, Rect above_histogram, Rect above_curve, float room, CurvePlace place) {
  if (const float by = drag_splitter(frame, "splitter.histogram",
                                     "Drag to share the height between grids and histogram; double-click: as "
                                     "it was.",
                                     above_histogram);
      by != 0)
    drag_histogram_top(frame.view, by, room, place);
  if (place != CurvePlace::Below) return;
  if (const float by = drag_splitter(frame, "splitter.curve",
                                     "Drag to share the height between histogram and error curve; "
                                     "double-click: as it was.",
                                     above_curve);
      by != 0)
    drag_curve_top(frame.view, by, room);
}

// Before the first result: say what is happening instead of showing empty frames.
void draw_empty(Frame& frame, Rect area) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const bool refused = !frame.source.loading && frame.source.error;
  const TextStyle style{TextFace::Sans, look.px(kBodySize),
                        refused ? look.palette.error_text : look.palette.text_dim};
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
  if (!refused) return;
  ImGui::SetCursorScreenPos(
      {area.x + (area.width - canvas.measure(kOpenAnyway, style).x) / 2, y + look.px(8)});
  open_anyway_link(frame, "explore.lenient");
}

}  // namespace

void draw_explore(Frame& frame, Rect area) {
  const Theme& look = theme();
  if (!frame.snapshot || !frame.snapshot->scales || frame.snapshot->tensor().count() == 0)
    return draw_empty(frame, area);
  const float gap = look.px(kSplitter);
  const float bar = draw_explore_bar(frame, {area.x, area.y, area.width, look.px(kBarHeight)});
  const CurvePlace place = curve_place(area.width, area.height - bar - 2 * gap, look.scale, frame.view);
  const bool beside = place == CurvePlace::Beside;
  const float room = std::max(area.height - bar - (beside ? 1 : 2) * gap, 0.0f);
  const auto curve = beside                       ? std::optional(0.0f)
                     : place == CurvePlace::Title ? std::optional(folded_curve_height())
                                                  : std::nullopt;
  const ExploreHeights heights = explore_heights(room, curve, look.scale, frame.view);
  const Rect above{area.x, area.y + bar, area.width, heights.grids};
  const Rect first{area.x, above.bottom(), area.width, gap};
  const float half = std::floor((area.width - look.px(kBetween)) / 2);
  const Rect histogram{area.x, first.bottom(), beside ? half : area.width, heights.histogram};
  const Rect second{area.x, histogram.bottom(), area.width, gap};
  if (frame.view.grid_mode == GridMode::Signal)
    draw_signal_view(frame, above);
  else
    draw_grids(frame, above);
  draw_histogram_view(frame, histogram);
  draw_curve_view(frame, beside ? Rect{area.right() - half, histogram.y, half, histogram.height}
                                : Rect{area.x, second.bottom(), area.width, heights.curve});
  drag_splitters(frame, first, second, room, place);
}

}  // namespace bitloupe
