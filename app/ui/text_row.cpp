// A labelled text that is taken when the hand is done with it: on Enter, or when another control is used.
#include "app/ui/parts.h"
#include "app/ui/state.h"
#include "app/ui/widgets.h"

namespace bitloupe::ui {
namespace {

struct Typed {
  std::string text;
  bool done = false, active = false, cancelled = false;
};

// What a field that is too narrow hides stands in the tooltip, up to a length.
void show_all(Row& row, const std::string& shown) {
  constexpr std::size_t kLongest = 400;
  const float room = row.control().width - 2 * ImGui::GetStyle().FramePadding.x;
  if (rich_width(row.canvas(), shown, mono_style(theme().palette.text)) <= room) return;
  row.add_help(shown.size() <= kLongest ? shown : shown.substr(0, kLongest) + "…");
}

Typed typed_text(Row& row, const std::string& shown, std::string_view hint = {}) {
  const Rect box = row.control();
  Typed typed{shown};
  show_all(row, shown);
  ImGui::SetCursorScreenPos(top_left(box));
  ImGui::SetNextItemWidth(box.width);
  const ScopedFont font(theme().fonts.mono);
  const bool entered = input_text("##text", hint, typed.text, ImGuiInputTextFlags_EnterReturnsTrue);
  typed.done = entered || ImGui::IsItemDeactivatedAfterEdit();
  typed.active = ImGui::IsItemActive();
  typed.cancelled = ImGui::IsItemDeactivated() && key_pressed(Key::Escape);
  row.add(box, false);
  return typed;
}

void mistake_line(RefusedText& refused, std::string_view id, std::string_view mistake) {
  // What lies below may not move under a press of the mouse: the click would hit something else.
  refused.shown |= !ImGui::IsMouseDown(0) && !ImGui::IsMouseReleased(0);
  if (!refused.shown) return;
  paragraph(mistake, theme().palette.error_text);
  register_visible(id, item_rect(), WidgetKind::Control);
}

}  // namespace

bool text_row(std::string_view id, std::string_view label, std::string& value, std::string_view help,
              std::string_view hint) {
  Row row(id, label, help);
  const Typed typed = typed_text(row, value, hint);
  if (!typed.done || typed.text == value) return false;
  value = typed.text;
  return true;
}

bool text_row(std::string_view id, std::string_view label, std::string& value, std::string_view help,
              const Mistake& mistake) {
  const std::string key(id);
  auto& refused = state().refused;
  if (const auto kept = refused.find(key); kept != refused.end() && kept->second.value != value)
    refused.erase(kept);
  const bool was_refused = refused.contains(key);
  Typed typed;
  {
    Row row(id, label, help);
    typed = typed_text(row, was_refused ? refused[key].text : value);
  }
  if (typed.cancelled) {
    refused.erase(key);
    return false;
  }
  const bool changed = typed.text != value;
  // A text that was refused is judged while it is mended, a new one when the hand is done with it.
  const std::string wrong = changed && (typed.done || was_refused) ? mistake(typed.text) : std::string();
  if (!wrong.empty()) {
    RefusedText& kept = refused[key];
    if (typed.done) kept.text = typed.text;
    kept.value = value;
    mistake_line(kept, key + "/mistake", wrong);
  } else if (typed.done) {
    refused.erase(key);
  }
  if (!typed.done || !changed || !wrong.empty()) return false;
  value = typed.text;
  return true;
}

}  // namespace bitloupe::ui
