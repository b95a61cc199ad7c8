// What stands around rows: headings, headings that fold, marks beside a row.
#include <algorithm>
#include <cctype>
#include <cmath>

#include "app/ui/parts.h"
#include "app/ui/widgets.h"

namespace bitloupe::ui {
namespace {

constexpr float kHeading = 28, kTitle = 22, kRule = 23;  // heights, and where the rule is drawn
constexpr float kMarkWidth = 3, kMarkGap = 6;            // from the mark's left end to the row

std::string capitals(std::string_view title) {
  std::string text(title);
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

void rule_below(Canvas& canvas, Rect heading) {
  const Theme& t = theme();
  const float y = std::round(heading.y + t.px(kRule));
  canvas.fill({heading.x, y, heading.width, std::max(1.0f, std::round(t.px(1)))}, t.palette.border);
}

// Down where the section is open, to the right where it is folded.
void fold_arrow(Canvas& canvas, Point center, bool open, Color color) {
  const float half = theme().px(3.5f), flat = half / 2;
  const Point down[3] = {
      {center.x - half, center.y - flat}, {center.x, center.y + flat}, {center.x + half, center.y - flat}};
  const Point right[3] = {
      {center.x - flat, center.y - half}, {center.x + flat, center.y}, {center.x - flat, center.y + half}};
  canvas.polyline(open ? down : right, color, std::max(1.0f, theme().px(1.5f)));
}

}  // namespace

void section(std::string_view title) {
  const Theme& t = theme();
  const Rect rect = full_width(std::round(t.px(kHeading)));
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  text_left(canvas, {rect.x, rect.y, rect.width, std::round(t.px(kTitle))}, capitals(title),
            heading_style(t.palette.text_dim));
  rule_below(canvas, rect);
  finish_item(rect);
}

bool fold_section(std::string_view id, std::string_view title, bool open, std::string_view note,
                  std::string_view help) {
  const Theme& t = theme();
  const ScopedId scope(id);
  const Rect rect = full_width(std::round(t.px(kHeading)));
  const Rect face{rect.x, rect.y, rect.width, std::round(t.px(kTitle))};
  ImGui::SetCursorScreenPos(top_left(face));
  const bool clicked = invisible_button("##fold", {face.width, face.height});
  if (ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  const Color color = ImGui::IsItemHovered() ? t.palette.text : t.palette.text_dim;
  tooltip(help);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const std::string shown = capitals(title);
  const float width = rich_width(canvas, shown, heading_style(color)), arrow = t.px(18), gap = t.px(8);
  const bool title_fits = text_left(canvas, face, shown, heading_style(color));
  fold_arrow(canvas, {face.x + width + t.px(10), face.y + face.height / 2}, open, color);
  const float room = std::max(face.width - width - arrow - gap, 0.0f);
  const bool note_fits = text_right(canvas, {face.right() - room, face.y, room + 1, face.height}, note,
                                    small_style(t.palette.text_dim));
  rule_below(canvas, rect);
  finish_item(rect);
  register_visible(id, face, WidgetKind::Control, !title_fits || !note_fits);
  return clicked;
}

bool row_mark(std::string_view id, std::string_view help) {
  const Theme& t = theme();
  const ScopedId scope(id);
  const ImVec2 row = ImGui::GetCursorScreenPos();
  // Wider than the bar, which is hard to hit; the panel's edge cuts it.
  const float reach = t.px(10), height = row_height(), inset = std::round(t.px(5));
  ImGui::SetCursorScreenPos({row.x - reach, row.y});
  const bool clicked = invisible_button("##mark", {reach, height});
  if (ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  tooltip(help);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const Rect bar{std::round(row.x - t.px(kMarkGap)), row.y + inset, std::round(t.px(kMarkWidth)),
                 height - 2 * inset};
  canvas.fill(bar, t.palette.accent, bar.width / 2);
  register_visible(id, {row.x - reach, row.y, reach, height}, WidgetKind::Handle);
  ImGui::SetCursorScreenPos(row);
  return clicked;
}

}  // namespace bitloupe::ui
