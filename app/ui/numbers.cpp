// Numbers that are dragged and typed.
#include <algorithm>
#include <cmath>
#include <limits>

#include "app/ui/parts.h"
#include "app/ui/state.h"
#include "app/ui/widgets.h"
#include "core/text.h"

namespace bitloupe::ui {
namespace {

constexpr double kLargest = 3.4028234663852886e38;  // FLT_MAX: beyond it a float32 is infinite
constexpr float kDragThreshold = 3;                 // logical pixels before a press becomes a drag
constexpr double kFine = 0.1;                       // Shift

// The shortest text where it is short anyway (99.999), else four digits (0.2099999934).
std::string shown_text(double value, bool integer) {
  if (integer) return std::to_string(std::llround(value));
  const std::string exact = number_text(value);
  return exact.size() <= 7 ? exact : number(value);
}

// 1, 2 or 5 times a power of ten, at most `step`.
double round_step(double step) {
  const double power = std::pow(10.0, std::floor(std::log10(step)));
  const double lead = step / power;
  return power * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1);
}

// The multiple of `step` nearest to `value`, as the double nearest to that decimal.
double snapped(double value, double step) {
  const double multiple = std::round(value / step) * step;
  const std::string text = number(multiple, 9);
  return parse_number(text).value_or(value);
}

bool store(double& value, double wanted, const NumberLimits& limits) {
  if (limits.integer) wanted = std::round(wanted);
  wanted = std::clamp(wanted, limits.min, limits.max);
  if (wanted == value) return false;
  value = wanted;
  return true;
}

void start_typing(std::string_view id, double value, bool integer) {
  state().edit = {std::string(id), integer ? std::to_string(std::llround(value)) : number_text(value), true,
                  true};
}

bool type_into(Rect rect, double& value, const NumberLimits& limits) {
  NumberEdit& edit = state().edit;
  if (edit.take_focus) ImGui::SetKeyboardFocusHere();
  edit.take_focus = false;
  const ScopedFont font(theme().fonts.mono);
  ImGui::SetCursorScreenPos(top_left(rect));
  ImGui::SetNextItemWidth(rect.width);
  const bool entered = input_text("##text", "", edit.text,
                                  ImGuiInputTextFlags_AutoSelectAll | ImGuiInputTextFlags_EnterReturnsTrue);
  const bool left = ImGui::IsItemDeactivated();
  edit.idle_frames = ImGui::IsItemActive() ? 0 : edit.idle_frames + 1;
  if (!entered && !left) {
    // Its panel was hidden while it was open, or another item took the keyboard.
    if (edit.idle_frames > 3) edit = {};
    return false;
  }
  const bool cancelled = key_pressed(Key::Escape);
  std::string_view text = edit.text;
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  const double typed = parse_number(text).value_or(std::numeric_limits<double>::quiet_NaN());
  edit = {};
  return !cancelled && std::abs(typed) <= kLargest && store(value, typed, limits);
}

bool drag(std::string_view id, double& value, const NumberLimits& limits) {
  NumberEdit& edit = state().edit;
  if (ImGui::IsItemActivated()) {
    edit = {};
    edit.id = id;
    edit.value = value;
  }
  if (!ImGui::IsItemActive() || edit.id != id || !ImGui::IsMouseDown(0)) return false;
  if (!edit.moved && !ImGui::IsMouseDragging(0, theme().px(kDragThreshold))) return false;
  edit.moved = true;
  const double step = limits.step * (modifiers().shift ? kFine : 1.0);
  edit.value = std::clamp(edit.value + static_cast<double>(ImGui::GetIO().MouseDelta.x) * step, limits.min,
                          limits.max);
  return store(value, limits.integer ? edit.value : snapped(edit.value, step), limits);
}

double drag_step(double min, double max, double magnitude) {
  const double range = max - min;
  if (range > 0 && range <= 1e6) return round_step(range / 400);
  return magnitude > 0 ? round_step(magnitude / 200) : 0.01;
}

}  // namespace

bool number_box(std::string_view id, Rect rect, double& value, const NumberLimits& limits, NumberLook look) {
  const Theme& t = theme();
  const ScopedId scope(id);
  NumberEdit& edit = state().edit;
  if (edit.typing && edit.id == id) {
    register_visible(id, rect, WidgetKind::Control);
    return type_into(rect, value, limits);
  }
  ImGui::SetCursorScreenPos(top_left(rect));
  const bool pressed = invisible_button("##drag", {rect.width, rect.height});
  const bool hovered = ImGui::IsItemHovered() || ImGui::IsItemActive();
  if (hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  const bool changed = drag(id, value, limits);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  if (look == NumberLook::Framed || hovered) {
    canvas.fill(rect, hovered ? t.palette.track : t.palette.header, t.px(4));
    canvas.stroke(rect, t.palette.border, std::max(1.0f, t.px(1)), t.px(4));
  }
  const float inset = t.px(look == NumberLook::Framed ? 9 : 4), room = rect.width - inset - t.px(2);
  std::string shown = shown_text(value, limits.integer);
  for (int digits = 4; digits > 1 && canvas.measure(shown, mono_style(t.palette.text)).x > room; --digits)
    shown = number(value, digits);
  const bool fits =
      text_right(canvas, {rect.x + t.px(2), rect.y, room, rect.height}, shown, mono_style(t.palette.text));
  register_visible(id, rect, WidgetKind::Control, !fits);
  const bool was_dragged = edit.id == id && edit.moved;
  if (pressed && !was_dragged) start_typing(id, value, limits.integer);
  return changed;
}

bool number_row(std::string_view id, std::string_view label, double& value, double min, double max,
                std::string_view help) {
  Row row(id, label, help);
  const NumberLimits limits{std::max(min, -kLargest), std::min(max, kLargest),
                            drag_step(min, max, std::abs(value))};
  const bool changed = number_box(row.part("number"), row.control(), value, limits, NumberLook::Framed);
  row.add(row.control(), false);
  return changed;
}

bool number_pair_row(std::string_view id, std::string_view label, double& first, double& second,
                     std::string_view help) {
  Row row(id, label, help);
  const Rect all = row.control();
  const float gap = std::round(theme().px(6)), width = std::floor((all.width - gap) / 2);
  const double magnitude = std::max(std::abs(first), std::abs(second));
  const NumberLimits limits{-kLargest, kLargest, drag_step(-kLargest, kLargest, magnitude)};
  const bool a =
      number_box(row.part("first"), {all.x, all.y, width, all.height}, first, limits, NumberLook::Framed);
  const bool b = number_box(row.part("second"), {all.right() - width, all.y, width, all.height}, second,
                            limits, NumberLook::Framed);
  row.add(all, false);
  return a || b;
}

}  // namespace bitloupe::ui
