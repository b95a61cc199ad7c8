// Rows that choose: combo boxes, sliders, check boxes.
#include <algorithm>
#include <cmath>

#include "app/ui/parts.h"
#include "app/ui/widgets.h"

namespace bitloupe::ui {
namespace {

constexpr Color kClear = 0;
constexpr std::size_t kLongList = 12;  // options of a combo box

void down_arrow(Canvas& canvas, Point center, Color color) {
  const float half = theme().px(3);
  const Point chevron[3] = {{center.x - half, center.y - half / 2},
                            {center.x, center.y + half / 2},
                            {center.x + half, center.y - half / 2}};
  canvas.polyline(chevron, color, std::max(1.0f, theme().px(1.5f)));
}

// Above the options that it names; no option itself.
void list_heading(std::string_view text, bool first) {
  const Theme& t = theme();
  const Rect rect = full_width(std::round(t.px(first ? 22 : 28)));
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  if (!first)
    canvas.fill({rect.x, std::round(rect.y + t.px(4)), rect.width, std::max(1.0f, std::round(t.px(1)))},
                t.palette.border);
  const float height = std::round(t.px(20));
  text_left(canvas, {rect.x, rect.bottom() - height, rect.width, height}, text,
            heading_style(t.palette.text_dim));
  finish_item(rect);
}

// The list of an open combo box.
std::optional<int> options_popup(const Row& row, std::span<const Option> options, int current) {
  std::optional<int> chosen;
  for (int i = 0; i < static_cast<int>(options.size()); ++i) {
    const Option& option = options[static_cast<std::size_t>(i)];
    const ScopedId scope(std::to_string(i));
    if (!option.heading.empty()) list_heading(option.heading, i == 0);
    if (ImGui::Selectable(option.label.c_str(), i == current)) chosen = i;
    register_visible(row.part(std::to_string(i)), item_rect(), WidgetKind::Handle);
    entry_tooltip(option.help);
    if (i == current && ImGui::IsWindowAppearing()) ImGui::SetScrollHereY();
  }
  return chosen;
}

// Where Dear ImGui's integer slider puts the middle of its grab.
float grab_center(Rect track, int value, int min, int max) {
  const float padding = 2, range = static_cast<float>(max - min);
  const float length = track.width - 2 * padding;
  const float grab = std::min(std::max(length / (range + 1), ImGui::GetStyle().GrabMinSize), length);
  const float t = range > 0 ? std::clamp(static_cast<float>(value - min) / range, 0.0f, 1.0f) : 0.0f;
  return track.x + padding + grab / 2 + t * (length - grab);
}

void draw_slider(Canvas& canvas, Rect track, float grab) {
  const Theme& t = theme();
  const float height = t.px(4), y = std::round(track.y + (track.height - height) / 2);
  canvas.fill({track.x, y, track.width, height}, t.palette.track, height / 2);
  canvas.fill({track.x, y, grab - track.x, height}, t.palette.accent, height / 2);
  const float grab_width = t.px(8), grab_height = t.px(18);
  canvas.fill({std::round(grab - grab_width / 2), std::round(track.y + (track.height - grab_height) / 2),
               grab_width, grab_height},
              t.dark ? t.palette.text : t.palette.text_dim, t.px(3));
}

}  // namespace

std::optional<int> combo_row(std::string_view id, std::string_view label, std::span<const Option> options,
                             int current, std::string_view help) {
  const Theme& t = theme();
  Row row(id, label, help);
  const Rect box = row.control();
  const bool known = current >= 0 && current < static_cast<int>(options.size());
  const std::string shown = known ? options[static_cast<std::size_t>(current)].label : std::string();
  const float room = box.width - 2 * ImGui::GetStyle().FramePadding.x - t.px(12);
  const std::string preview = elide_end(row.canvas(), shown, body_style(t.palette.text), room);
  std::optional<int> chosen;
  ImGui::SetCursorScreenPos(top_left(box));
  ImGui::SetNextItemWidth(box.width);
  // Long lists get the room that the window has.
  const ImGuiComboFlags room_for_all =
      options.size() > kLongList ? ImGuiComboFlags_HeightLarge : ImGuiComboFlags_None;
  const bool open = ImGui::BeginCombo("##box", preview.c_str(), ImGuiComboFlags_NoArrowButton | room_for_all);
  if (open) {
    chosen = options_popup(row, options, current);
    ImGui::EndCombo();
  }
  if (preview != shown) row.add_help(shown);
  down_arrow(row.canvas(), {box.right() - t.px(13), box.y + box.height / 2}, t.palette.text_dim);
  row.add(box, false);
  if (chosen == current) chosen.reset();
  return chosen;
}

bool slider_row(std::string_view id, std::string_view label, int& value, int min, int max,
                std::string_view help) {
  const Theme& t = theme();
  Row row(id, label, help);
  const Rect all = row.control();
  const float number_width = std::min(t.px(44), all.width / 2);
  const Rect track{all.x, all.y, all.width - number_width, all.height};
  int slid = value;
  {
    const ScopedColor frame(ImGuiCol_FrameBg, kClear), hovered(ImGuiCol_FrameBgHovered, kClear),
        active(ImGuiCol_FrameBgActive, kClear), grab(ImGuiCol_SliderGrab, kClear),
        grabbed(ImGuiCol_SliderGrabActive, kClear), border(ImGuiCol_Border, kClear);
    ImGui::SetCursorScreenPos(top_left(track));
    ImGui::SetNextItemWidth(track.width);
    ImGui::SliderInt("##track", &slid, min, max, "", ImGuiSliderFlags_NoInput | ImGuiSliderFlags_AlwaysClamp);
  }
  draw_slider(row.canvas(), track, grab_center(track, slid, min, max));
  row.add(track, false);
  double typed = slid;
  const Rect number{track.right() + t.px(4), all.y, number_width - t.px(4), all.height};
  number_box(row.part("number"), number, typed,
             {static_cast<double>(min), static_cast<double>(max), 0.1, true}, NumberLook::Plain);
  const int next = std::clamp(static_cast<int>(std::lround(typed)), min, max);
  const bool changed = next != value;
  if (changed) value = next;
  return changed;
}

bool check_row(std::string_view id, std::string_view label, bool& value, std::string_view help) {
  const Theme& t = theme();
  Row row(id, label, help);
  const Rect area = row.control();
  const float side = std::round(t.px(16));
  const Rect box{area.x, std::round(area.y + (area.height - side) / 2), side, side};
  ImGui::SetCursorScreenPos(top_left(area));
  // As high as the row: a box of 16 px is hard to hit.
  const bool clicked = invisible_button("##box", {side * 2, area.height});
  if (clicked) value = !value;
  Canvas& canvas = row.canvas();
  canvas.fill(box, value ? t.palette.accent : t.palette.header, t.px(3));
  if (!value) canvas.stroke(box, t.palette.border, std::max(1.0f, t.px(1)), t.px(3));
  if (value) {
    const Point tick[3] = {{box.x + side * 0.22f, box.y + side * 0.52f},
                           {box.x + side * 0.42f, box.y + side * 0.72f},
                           {box.x + side * 0.78f, box.y + side * 0.30f}};
    canvas.polyline(tick, t.palette.panel, std::max(1.5f, t.px(2)));
  }
  row.add(box, false);
  return clicked;
}

}  // namespace bitloupe::ui
