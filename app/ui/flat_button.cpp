#include "app/ui/flat_button.h"

#include <cmath>

#include "app/ui/parts.h"
#include "app/ui/widgets.h"

namespace bitloupe::ui {
namespace {

constexpr float kPad = 7, kNarrowPad = 2;  // the narrow one where the text stands in the middle

}  // namespace

float flat_width(std::string_view text) {
  const ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  return std::ceil(canvas.measure(text, body_style(0)).x + 2 * theme().px(kPad)) + 1;
}

bool flat_button(std::string_view id, Rect rect, std::string_view text, bool on, std::string_view help,
                 FlatAlign align) {
  const Theme& t = theme();
  const ScopedId scope(id);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  ImGui::SetCursorScreenPos(top_left(rect));
  const bool clicked = invisible_button("##flat", {rect.width, rect.height});
  const bool hovered = ImGui::IsItemHovered();
  if (on || hovered) canvas.fill(rect, on ? t.palette.selection : t.palette.track, t.px(4));
  const TextStyle style = body_style(on || hovered ? t.palette.text : t.palette.text_dim);
  const float pad = t.px(align == FlatAlign::Middle ? kNarrowPad : kPad), room = rect.width - 2 * pad;
  const std::string shown = elide_middle(canvas, text, style, room);
  const Point size = canvas.measure(shown, style);
  const float left = rect.x + pad;
  const float x = align == FlatAlign::Left     ? left
                  : align == FlatAlign::Middle ? left + (room - size.x) / 2
                                               : left + room - size.x;
  canvas.text({x, rect.y + (rect.height - size.y) / 2}, shown, style);
  register_visible(id, rect, WidgetKind::Control);
  if (shown == text)
    tooltip(help);
  else
    tooltip(std::string(text).append(help.empty() ? "" : "\n").append(help));
  return clicked;
}

}  // namespace bitloupe::ui
