#include "app/ui/parts.h"

#include <algorithm>
#include <cmath>

#include "app/ui/state.h"
#include "app/ui/widgets.h"

namespace bitloupe::ui {
namespace {

constexpr float kLabelColumn = 104, kHelpColumn = 22;
constexpr float kWidestLabelShare = 0.45f;  // of the row, where the panel is narrow

int resize_text(ImGuiInputTextCallbackData* data) {
  auto& text = *static_cast<std::string*>(data->UserData);
  text.resize(static_cast<std::size_t>(data->BufTextLen));
  data->Buf = text.data();
  return 0;
}

}  // namespace

TextStyle body_style(Color color) { return {TextFace::Sans, theme().px(kBodySize), color}; }
TextStyle small_style(Color color) { return {TextFace::Sans, theme().px(kSmallSize), color}; }
TextStyle mono_style(Color color) { return {TextFace::Mono, theme().px(kMonoSize), color}; }
TextStyle mono_small_style(Color color) { return {TextFace::Mono, theme().px(kMonoSmallSize), color}; }
TextStyle heading_style(Color color) { return {TextFace::SansBold, theme().px(kSmallSize), color}; }

float row_height() { return std::round(theme().px(kRowHeight)); }

Rect full_width(float height) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  return {at.x, at.y, std::max(1.0f, std::floor(ImGui::GetContentRegionAvail().x)), height};
}

bool text_left(Canvas& canvas, Rect rect, std::string_view text, const TextStyle& style) {
  const std::string shown = elide_end(canvas, text, style, rect.width);
  const float height = canvas.measure("x", style).y;
  rich_text(canvas, {rect.x, rect.y + (rect.height - height) / 2}, shown, style);
  return shown == text;
}

bool text_right(Canvas& canvas, Rect rect, std::string_view text, const TextStyle& style) {
  const std::string shown = elide_end(canvas, text, style, rect.width);
  const float height = canvas.measure("x", style).y, width = rich_width(canvas, shown, style);
  rich_text(canvas, {rect.right() - width, rect.y + (rect.height - height) / 2}, shown, style);
  return shown == text;
}

void register_visible(std::string_view id, Rect rect, WidgetKind kind, bool text_clipped) {
  const ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 low = list.GetClipRectMin(), high = list.GetClipRectMax();
  const float x = std::max(rect.x, low.x), y = std::max(rect.y, low.y);
  const float right = std::min(rect.right(), high.x), bottom = std::min(rect.bottom(), high.y);
  if (right > x && bottom > y) register_widget(id, {x, y, right - x, bottom - y}, kind, text_clipped);
}

void outline_keyboard_focus() {
  if (ImGui::IsItemFocused() && ImGui::GetIO().NavVisible) state().focused = item_rect();
}

void finish_item(Rect rect) {
  ImGui::SetCursorScreenPos(top_left(rect));
  ImGui::Dummy({rect.width, rect.height});
}

bool input_text(const char* label, std::string_view hint, std::string& text, ImGuiInputTextFlags flags) {
  const std::string hint_text(hint);
  return ImGui::InputTextWithHint(label, hint_text.c_str(), text.data(), text.capacity() + 1,
                                  flags | ImGuiInputTextFlags_CallbackResize, resize_text, &text);
}

Row::Row(std::string_view id, std::string_view label, std::string_view help)
    : id_(id),
      help_(help),
      scope_(id),
      canvas_(*ImGui::GetWindowDrawList()),
      rect_(full_width(row_height())) {
  const Theme& t = theme();
  const float label_width = std::min(t.px(kLabelColumn), rect_.width * kWidestLabelShare);
  const float mark_width = help.empty() ? 0 : t.px(kHelpColumn);
  control_ = {std::round(rect_.x + label_width), rect_.y,
              std::max(1.0f, std::floor(rect_.width - label_width - mark_width)), rect_.height};
  mark_ = {rect_.right() - mark_width, rect_.y, mark_width, rect_.height};
  label_fits_ = text_left(canvas_, {rect_.x, rect_.y, label_width - t.px(6), rect_.height}, label,
                          body_style(t.palette.text));
  if (!label_fits_) add_help(label);
  if (!help.empty()) text_right(canvas_, mark_, "?", body_style(t.palette.accent));
}

Row::~Row() {
  finish_item(rect_);
  tooltip(help_);
}

void Row::add(Rect rect, bool text_clipped) {
  register_visible(id_, rect, WidgetKind::Control, text_clipped || !label_fits_);
}

void Row::add_help(std::string_view line) { help_ = std::string(line) + (help_.empty() ? "" : "\n" + help_); }

std::string Row::part(std::string_view name) const { return id_ + "/" + std::string(name); }

}  // namespace bitloupe::ui
