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

// The strip between two parts; returns by how many pixels it was dragged.
float splitter(Frame& frame, const char* id, Rect strip, const char* hint, bool& reset) {
  const Theme& look = theme();
  ImGui::SetCursorScreenPos(ui::top_left(strip));
  ui::invisible_button(id, {strip.width, strip.height});
  ui::register_widget(id, strip, ui::WidgetKind::Handle);
  const bool active = ImGui::IsItemActive(), hovered = ImGui::IsItemHovered();
  reset = hovered && ImGui::IsMouseDoubleClicked(0);
  if (!active && !hovered) return 0;
  ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeNS);
  frame.hover.hint = hint;
  const float width = look.px(48);
  ImGuiCanvas(*ImGui::GetWindowDrawList())
      .fill({strip.x + (strip.width - width) / 2, strip.y + strip.height / 2 - look.px(1), width, look.px(2)},
            look.palette.accent, look.px(1));
  return active ? ImGui::GetIO().MouseDelta.y : 0;
}

void reset_shares(ViewState& view) {
  view.histogram_share = ViewState().histogram_share;
  view.curve_share = ViewState().curve_share;
}

// The strips above the histogram (at `first`) and above the curve.
void drag_splitters(Frame& frame, Rect first, Rect second, float room) {
  bool reset = false;
  drag_histogram_top(frame.view,
                     splitter(frame, "splitter.histogram", first,
                              "Drag to share the height between grids and histogram; double-click: as it "
                              "was.",
                              reset),
                     room);
  if (reset) reset_shares(frame.view);
  if (frame.view.curve_folded) return;
  drag_curve_top(frame.view,
                 splitter(frame, "splitter.curve", second,
                          "Drag to share the height between histogram and error curve; double-click: as it "
                          "was.",
                          reset),
                 room);
  if (reset) reset_shares(frame.view);
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
  drag_splitters(frame, first, second, room);
}

}  // namespace bitloupe
