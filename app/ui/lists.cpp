// Rows that show: list entries, names with values, bars, paragraphs, tooltips.
#include <algorithm>
#include <cmath>

#include "app/ui/parts.h"
#include "app/ui/state.h"
#include "app/ui/widgets.h"

namespace bitloupe::ui {
namespace {

constexpr double kTooltipRest = 0.35;  // seconds the pointer rests before a tooltip shows
constexpr float kTooltipWidth = 320, kTooltipPadX = 10, kTooltipPadY = 7;

void lines_of(std::string_view text, const TextStyle& style, float line_height, float spared = 0) {
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  Rect rect = full_width(line_height);
  rect.width = std::max(rect.width - spared, 1.0f);
  const std::vector<std::string> lines = wrap(canvas, text, style, rect.width);
  for (std::size_t i = 0; i < lines.size(); ++i)
    text_left(canvas, {rect.x, rect.y + static_cast<float>(i) * line_height, rect.width + 1, line_height},
              lines[i], style);
  rect.height = line_height * static_cast<float>(lines.size());
  finish_item(rect);
}

// The end of a tensor's name tells it from its neighbours: the beginning keeps a quarter of the room.
std::string shortened_name(const Canvas& canvas, std::string_view name, const TextStyle& style, float room) {
  if (rich_width(canvas, name, style) <= room) return std::string(name);
  std::string head = elide_end(canvas, name, style, room / 4);
  const float rest = room - rich_width(canvas, head, style);
  const auto inside = [&](std::size_t at) { return (static_cast<unsigned char>(name[at]) & 0xC0) == 0x80; };
  std::size_t tail = 0;
  while (tail < name.size() && (inside(tail) || rich_width(canvas, name.substr(tail), style) > rest)) ++tail;
  return head.append(name.substr(tail));
}

// Of the row just finished. Elsewhere a hat is a character of its own.
void offer_copy(std::string_view name, std::string_view value) {
  if (!ImGui::IsItemHovered()) return;
  std::string shown(name);
  for (std::size_t at = shown.find("x^"); at != std::string::npos; at = shown.find("x^", at))
    shown.replace(at, 2, "x\u0302");
  state().copy = shown.append("\t").append(value);
}

// Does the item just drawn show its tooltip now?
bool tooltip_due(std::string_view text) {
  if (text.empty() || !ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return false;
  State& s = state();
  const double left = kTooltipRest - s.rest_seconds;
  if (left > 0) s.tooltip_due_in = left;
  return left <= 0;
}

std::vector<std::string> wrapped_tooltip(std::string_view text) {
  const ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  return wrap(canvas, text, body_style(theme().palette.text), theme().px(kTooltipWidth));
}

void show_tooltip(const std::vector<std::string>& lines) {
  const ScopedVar padding(ImGuiStyleVar_WindowPadding,
                          ImVec2{theme().px(kTooltipPadX), theme().px(kTooltipPadY)});
  if (!begin_tooltip()) return;
  // Dear ImGui hides the first frame of a window that takes its size from its content; where the pointer
  // rests no other frame would come.
  if (ImGui::IsWindowAppearing()) state().tooltip_due_in = 0;
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const TextStyle style = body_style(theme().palette.text);
  const float line = std::round(theme().px(19));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  Rect rect{at.x, at.y, 0, line * static_cast<float>(lines.size())};
  for (std::size_t i = 0; i < lines.size(); ++i)
    rect.width =
        std::max(rect.width, rich_text(canvas, {at.x, at.y + static_cast<float>(i) * line}, lines[i], style));
  finish_item(rect);
  register_widget("tooltip", rect, WidgetKind::Handle);
  ImGui::EndTooltip();
}

}  // namespace

bool list_row(std::string_view id, std::string_view name, std::string_view detail, bool selected,
              bool enabled, std::string_view help) {
  const Theme& t = theme();
  const ScopedId scope(id);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const Rect rect = full_width(row_height());
  const ScopedVar tight(ImGuiStyleVar_ItemSpacing, ImVec2{0, 0});
  const bool clicked = invisible_button("##row", {rect.width, rect.height}) && enabled;
  const bool hovered = enabled && ImGui::IsItemHovered();
  const Rect band{rect.x - t.px(7), rect.y, rect.width + t.px(14), rect.height};
  if (selected || hovered) canvas.fill(band, selected ? t.palette.selection : t.palette.header, t.px(4));
  const Color name_color = !enabled ? t.palette.text_faint : selected ? t.palette.text : t.palette.text_dim;
  const TextStyle detail_style = mono_small_style(enabled ? t.palette.text_dim : t.palette.text_faint);
  const float inset = t.px(2), gap = t.px(8);
  const float detail_room = (rect.width - 2 * inset - gap) * 0.6f;
  const std::string shown_detail = elide_middle(canvas, detail, detail_style, detail_room);
  const float detail_width = rich_width(canvas, shown_detail, detail_style);
  const float name_room = rect.width - 2 * inset - gap - detail_width;
  const TextStyle name_style = body_style(name_color);
  const std::string shown_name = shortened_name(canvas, name, name_style, name_room);
  text_left(canvas, {rect.x + inset, rect.y, name_room + 1, rect.height}, shown_name, name_style);
  text_right(canvas, {rect.x, rect.y, rect.width - inset, rect.height}, shown_detail, detail_style);
  register_visible(id, rect, WidgetKind::Control);
  if (shown_name != name || shown_detail != detail)
    tooltip(std::string(name).append("  ").append(detail).append(help.empty() ? "" : "\n").append(help));
  else
    tooltip(help);
  return clicked;
}

float list_row_height() { return row_height(); }

void value_row(std::string_view id, std::string_view name, std::string_view value, Color color) {
  const Theme& t = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const Rect rect = full_width(std::round(t.px(20)));
  const TextStyle name_style = body_style(t.palette.text), value_style = mono_style(legible(color));
  const float name_width = rich_width(canvas, name, name_style);
  const float gap = t.px(8), room = std::max(0.0f, rect.width - name_width - gap);
  const bool name_fits = text_left(canvas, rect, name, name_style);
  const bool value_fits =
      text_right(canvas, {rect.right() - room, rect.y, room + 1, rect.height}, value, value_style);
  finish_item(rect);
  offer_copy(name, value);
  register_visible(id, rect, WidgetKind::Control, !name_fits || !value_fits);
  if (!value_fits) tooltip(value);
}

void bar_row(std::string_view id, std::string_view name, std::string_view value, double fraction, Color fill,
             bool bright) {
  const Theme& t = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const Rect rect = full_width(row_height());
  const float value_width = std::round(t.px(72)),
              bar_width = std::round(std::min(t.px(64), rect.width * 0.25f));
  const float gap = t.px(6), name_room = rect.width - value_width - bar_width - 2 * gap;
  const bool name_fits = text_left(canvas, {rect.x, rect.y, name_room, rect.height}, name,
                                   body_style(bright ? t.palette.text : t.palette.text_dim));
  const float height = std::round(t.px(8));
  const Rect bar{rect.x + name_room + gap, std::round(rect.y + (rect.height - height) / 2), bar_width,
                 height};
  canvas.fill(bar, t.palette.track, height / 2);
  const float filled =
      bar.width * static_cast<float>(std::isfinite(fraction) ? std::clamp(fraction, 0.0, 1.0) : 1.0);
  if (filled >= 1) canvas.fill({bar.x, bar.y, std::max(filled, height), height}, fill, height / 2);
  const bool value_fits = text_right(canvas, {rect.right() - value_width, rect.y, value_width, rect.height},
                                     value, mono_style(t.palette.text));
  finish_item(rect);
  offer_copy(name, value);
  register_visible(id, rect, WidgetKind::Control, !name_fits || !value_fits);
}

void paragraph(std::string_view text, Color color, float spared) {
  lines_of(text, body_style(color), std::round(theme().px(18)), spared);
}

void mono_line(std::string_view text, Color color) {
  lines_of(text, mono_style(color), std::round(theme().px(19)));
  if (ImGui::IsItemHovered()) state().copy = text;
}

void tooltip(std::string_view text) {
  if (!tooltip_due(text)) return;
  show_tooltip(wrapped_tooltip(text));
}

void entry_tooltip(std::string_view text) {
  if (!tooltip_due(text)) return;
  const std::vector<std::string> lines = wrapped_tooltip(text);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  float width = 2 * theme().px(kTooltipPadX);
  const TextStyle style = body_style(theme().palette.text);
  for (const std::string& line : lines)
    width = std::max(width, rich_width(canvas, line, style) + 2 * theme().px(kTooltipPadX));
  const float gap = theme().px(4), left = ImGui::GetWindowPos().x,
              right = left + ImGui::GetWindowSize().x + gap;
  const float y = item_rect().y - theme().px(kTooltipPadY) / 2;
  if (right + width <= ImGui::GetIO().DisplaySize.x)
    ImGui::SetNextWindowPos({right, y});
  else if (left - gap - width >= 0)
    ImGui::SetNextWindowPos({left - gap - width, y});
  show_tooltip(lines);
}

bool hovered_first() {
  if (!ImGui::IsItemHovered() || state().pointer_claimed) return false;
  state().pointer_claimed = true;
  return true;
}

const std::string& hovered_copy() { return state().copy; }

bool interacting() { return ImGui::IsAnyItemActive() || state().edit.typing; }

}  // namespace bitloupe::ui
