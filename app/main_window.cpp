#include "app/main_window.h"

#include <algorithm>

#include "app/layout.h"
#include "app/lessons/tutor.h"
#include "app/panels/panels.h"
#include "app/tabs.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/widgets.h"
#include "app/views/plot_menu.h"
#include "app/views/views.h"

namespace bitloupe {
namespace {

constexpr float kCenterMargin = 10;

// The one window that fills the program's own; it never comes in front of an overlay.
class MainWindow {
 public:
  MainWindow(float width, float height) {
    const ui::ScopedVar padding(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
    const ui::ScopedVar rounding(ImGuiStyleVar_WindowRounding, 0.0f);
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({width, height});
    ImGui::Begin("bitloupe", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse);
  }
  ~MainWindow() { ImGui::End(); }
  MainWindow(const MainWindow&) = delete;
  MainWindow& operator=(const MainWindow&) = delete;
};

// A strip between two columns; returns by how many logical pixels it was dragged.
float drag_splitter(Frame& frame, const char* id, Rect strip) {
  if (strip.width <= 0 || strip.height <= 0) return 0;
  ImGui::SetCursorScreenPos(ui::top_left(strip));
  ui::invisible_button(id, {strip.width, strip.height});
  ui::register_widget(id, strip, ui::WidgetKind::Handle);
  const bool active = ImGui::IsItemActive();
  if (!active && !ImGui::IsItemHovered()) return 0;
  ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  frame.hover.hint = "Drag to share the width.";
  const Theme& look = theme();
  const float middle = strip.x + strip.width / 2;
  ImGui::GetWindowDrawList()->AddRectFilled({middle - look.px(1), strip.y},
                                            {middle + look.px(1), strip.bottom()}, look.palette.accent);
  return active ? ImGui::GetIO().MouseDelta.x / look.scale : 0;
}

float column_width(float width) { return std::clamp(width, kNarrowestColumn, kWidestColumn); }

// From the width that is shown: a column may be narrower than was chosen where there is no room for it.
float moved_to(const Rect& column, float by) { return column_width(column.width / theme().scale + by); }

void drag_columns(Frame& frame, const Layout& layout) {
  ViewState& view = frame.view;
  if (const float by = drag_splitter(frame, "splitter.left", layout.left_splitter); by != 0)
    view.left_width = moved_to(layout.source, by);
  if (const float by = drag_splitter(frame, "splitter.right", layout.right_splitter); by != 0)
    view.right_width = moved_to(layout.inspector, -by);
}

// After its panel, which fills the strip too.
void drag_lesson(Frame& frame, const Layout& layout) {
  if (const float by = drag_splitter(frame, "splitter.lesson", layout.lesson_splitter); by != 0)
    frame.view.lesson_width = moved_to(layout.lesson, -by);
}

void draw_center(Frame& frame, Rect area) {
  const float margin = theme().px(kCenterMargin);
  const Rect inner{area.x + margin, area.y + margin, std::max(area.width - 2 * margin, 1.0f),
                   std::max(area.height - 2 * margin, 1.0f)};
  const float banners = draw_banners(frame, inner);
  const Rect below{inner.x, inner.y + banners, inner.width, std::max(inner.height - banners, 1.0f)};
  const float readouts = draw_readouts(frame, below);
  for (const View& view : views())
    if (view.key == frame.view.workspace)
      view.draw(frame, {below.x, below.y + readouts, below.width, std::max(below.height - readouts, 1.0f)});
}

void draw_parts(Frame& frame, Rect window) {
  const Layout layout =
      make_layout(window.width, window.height, theme().scale, frame.view, frame.tutor->lesson() != nullptr);
  if (!frame.session.start_page) drag_columns(frame, layout);
  draw_top_bar(frame, layout.top);
  draw_tabs(frame, layout.tabs);
  if (frame.session.start_page) {
    draw_start_page(frame, layout.below_tabs());
    draw_status_bar(frame, layout.status);
    return;
  }
  if (layout.left()) {
    draw_source_panel(frame, layout.source);
    draw_quantizer_panel(frame, layout.quantizer);
  }
  if (layout.right()) draw_inspector(frame, layout.inspector);
  if (layout.lesson.width > 0) {
    draw_lesson_panel(frame, layout.lesson, layout.right());
    drag_lesson(frame, layout);
  }
  draw_center(frame, layout.center);
  plot_chooser(frame, layout.center);
  draw_status_bar(frame, layout.status);
}

}  // namespace

void draw_main_window(Frame& frame, Rect window) {
  const MainWindow main(window.width, window.height);
  draw_parts(frame, window);
}

}  // namespace bitloupe
