#include "app/tabs.h"

#include <string>

#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/widgets.h"
#include "app/views/views.h"

namespace bitloupe {

void draw_tabs(Frame& frame, Rect area) {
  const Theme& look = theme();
  ui::register_widget("tabs", area, ui::WidgetKind::Region);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  canvas.fill(area, look.palette.header);
  float x = area.x + look.px(12);
  for (const View& view : views()) {
    const bool active = frame.view.workspace == view.key && !frame.session.start_page;
    const TextStyle style{active ? TextFace::SansBold : TextFace::Sans, look.px(kBodySize),
                          active ? look.palette.text : look.palette.text_dim};
    const Point size = canvas.measure(view.label, style);
    const Rect face{x, area.y + look.px(4), size.x + look.px(44), area.height - look.px(4)};
    if (active) {
      canvas.fill(face, look.palette.window, look.px(4));
      canvas.fill({face.x, face.bottom() - look.px(2), face.width, look.px(2)}, look.palette.accent);
    }
    canvas.text({face.x + look.px(22), face.y + (face.height - size.y) / 2}, view.label, style);
    const std::string id = "tab." + std::string(view.key);
    ImGui::SetCursorScreenPos(ui::top_left(face));
    if (ui::invisible_button(id.c_str(), {face.width, face.height})) {
      frame.view.workspace = view.key;
      frame.requests.session.leave_start_page = true;
    }
    ui::register_widget(id, face, ui::WidgetKind::Control);
    ui::tooltip(view.help);
    x = face.right() + look.px(2);
  }
}

}  // namespace bitloupe
