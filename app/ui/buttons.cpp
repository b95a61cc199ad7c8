// Things to press and to write into: chips, links, buttons, text fields.
#include <algorithm>
#include <cmath>

#include "app/plot/color_map.h"
#include "app/ui/parts.h"
#include "app/ui/widgets.h"

namespace bitloupe::ui {
namespace {

constexpr float kButtonPadding = 14;

bool chip(Canvas& canvas, std::string_view id, Rect rect, const Option& option, bool active) {
  const Theme& t = theme();
  const ScopedId scope(id);
  ImGui::SetCursorScreenPos(top_left(rect));
  const bool clicked = invisible_button("##chip", {rect.width, rect.height});
  const bool hovered = ImGui::IsItemHovered();
  const float rounding = rect.height / 2;
  canvas.fill(rect, active ? t.palette.selection : hovered ? t.palette.track : t.palette.header, rounding);
  canvas.stroke(rect, active ? t.palette.accent : t.palette.border, std::max(1.0f, t.px(1)), rounding);
  const float pad = t.px(7);
  const bool fits = text_left(canvas, {rect.x + pad, rect.y, rect.width - 2 * pad + 1, rect.height},
                              option.label, small_style(t.palette.text));
  register_visible(id, rect, WidgetKind::Control, !fits);
  tooltip(option.help);
  return clicked;
}

}  // namespace

std::optional<int> chip_row(std::string_view id, std::string_view label, std::span<const Option> chips,
                            int active) {
  const Theme& t = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  Rect rect = full_width(row_height());
  const float gap = t.px(4), line = row_height() + gap, chip_height = std::round(t.px(21));
  const TextStyle label_style = body_style(t.palette.text);
  text_left(canvas, {rect.x, rect.y, rect.width, row_height()}, label, label_style);
  float x = rect.x + (label.empty() ? 0 : rich_width(canvas, label, label_style) + t.px(8)), y = rect.y;
  std::optional<int> clicked;
  for (int i = 0; i < static_cast<int>(chips.size()); ++i) {
    const Option& option = chips[static_cast<std::size_t>(i)];
    const float text = rich_width(canvas, option.label, small_style(t.palette.text));
    const float width = std::min(std::ceil(text + t.px(14)), rect.width);
    if (x + width > rect.right() && x > rect.x) {
      x = rect.x;
      y += line;
    }
    const Rect where{std::round(x), std::round(y + (row_height() - chip_height) / 2), width, chip_height};
    if (chip(canvas, std::string(id) + "/" + std::to_string(i), where, option, i == active)) clicked = i;
    x += width + gap;
  }
  rect.height = y + row_height() - rect.y;
  finish_item(rect);
  register_visible(id, rect, WidgetKind::Control);
  return clicked;
}

bool link(std::string_view id, std::string_view text, std::string_view help) {
  const Theme& t = theme();
  const ScopedId scope(id);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const TextStyle style = body_style(t.palette.accent);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Rect rect{at.x, at.y, std::ceil(rich_width(canvas, text, style)), std::round(t.px(20))};
  const bool clicked = invisible_button("##link", {rect.width, rect.height});
  if (ImGui::IsItemHovered()) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    const float y = std::round(rect.y + rect.height / 2 + t.px(kBodySize) * 0.5f);
    canvas.fill({rect.x, y, rect.width, std::max(1.0f, std::round(t.px(1)))}, t.palette.accent);
  }
  text_left(canvas, {rect.x, rect.y, rect.width + 1, rect.height}, text, style);
  register_visible(id, rect, WidgetKind::Control);
  tooltip(help);
  return clicked;
}

float button_width(std::string_view text) {
  const Theme& t = theme();
  const ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  return std::ceil(rich_width(canvas, text, body_style(t.palette.text)) + 2 * t.px(kButtonPadding));
}

bool button(std::string_view id, std::string_view text, std::string_view help, ButtonLook look, float width) {
  const Theme& t = theme();
  const ScopedId scope(id);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const bool enabled = look != ButtonLook::Disabled, primary = look == ButtonLook::Primary;
  const TextStyle style = body_style(!enabled  ? t.palette.text_faint
                                     : primary ? readable_on(t.palette.accent)
                                               : t.palette.text);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float own = button_width(text), pad = t.px(kButtonPadding);
  const Rect rect{at.x, at.y, width > 0 ? std::round(width) : own, std::round(t.px(27))};
  const bool clicked = invisible_button("##button", {rect.width, rect.height}) && enabled;
  const bool held = enabled && ImGui::IsItemActive(), hovered = enabled && ImGui::IsItemHovered();
  if (primary)
    canvas.fill(rect, t.palette.accent, t.px(4));
  else
    canvas.fill(rect, held ? t.palette.selection : hovered ? t.palette.track : t.palette.header, t.px(4));
  canvas.stroke(rect, primary && (held || hovered) ? t.palette.text : t.palette.border,
                std::max(1.0f, t.px(1)), t.px(4));
  const float left = std::max((rect.width - own) / 2 + pad, t.px(4));
  const bool fits =
      text_left(canvas, {rect.x + left, rect.y, rect.width - 2 * left + 1, rect.height}, text, style);
  register_visible(id, rect, WidgetKind::Control, !fits);
  tooltip(help);
  return clicked;
}

bool text_field(std::string_view id, std::string_view hint, std::string& value) {
  const ScopedId scope(id);
  const Rect rect = full_width(row_height());
  ImGui::SetNextItemWidth(rect.width);
  const bool changed = input_text("##text", hint, value);
  register_visible(id, item_rect(), WidgetKind::Control);
  return changed;
}

}  // namespace bitloupe::ui
