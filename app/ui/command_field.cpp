#include "app/ui/command_field.h"

#include "app/ui/parts.h"
#include "app/ui/widgets.h"

namespace bitloupe::ui {
namespace {

void replace_text(ImGuiInputTextCallbackData& data, const CommandField& field) {
  data.DeleteChars(0, data.BufTextLen);
  data.InsertChars(0, field.text.data(), field.text.data() + field.text.size());
  data.CursorPos = data.BufTextLen;
  data.SelectionStart = data.SelectionEnd = data.CursorPos;
  if (field.selected < 0 || field.selected > data.BufTextLen) return;
  data.SelectionStart = 0;
  data.SelectionEnd = data.CursorPos = field.selected;
}

struct Work {
  CommandField& field;
  std::string buffer;
  bool at_end = false;
};

int on_event(ImGuiInputTextCallbackData* data) {
  Work& work = *static_cast<Work*>(data->UserData);
  if (data->EventFlag == ImGuiInputTextFlags_CallbackResize) {
    work.buffer.resize(static_cast<std::size_t>(data->BufTextLen));
    data->Buf = work.buffer.data();
  } else if (data->EventFlag == ImGuiInputTextFlags_CallbackCompletion) {
    work.field.tab = true;
  } else {
    if (work.field.replaced) replace_text(*data, work.field);
    work.field.replaced = false;
    work.at_end = data->CursorPos == data->BufTextLen && data->SelectionStart == data->SelectionEnd;
  }
  return 0;
}

}  // namespace

void command_field(std::string_view id, std::string_view hint, CommandField& field) {
  constexpr ImGuiInputTextFlags kFlags = ImGuiInputTextFlags_CallbackResize |
                                         ImGuiInputTextFlags_CallbackCompletion |
                                         ImGuiInputTextFlags_CallbackAlways;
  const ScopedId scope(id);
  const Rect rect = full_width(row_height());
  const std::string hint_text(hint), before = field.text;
  if (field.take_focus) ImGui::SetKeyboardFocusHere();
  field.take_focus = field.tab = false;
  Work work{field, field.text, false};
  ImGui::SetNextItemWidth(rect.width);
  ImGui::InputTextWithHint("##text", hint_text.c_str(), work.buffer.data(), work.buffer.capacity() + 1,
                           kFlags, on_event, &work);
  field.active = ImGui::IsItemActive();
  field.text = std::move(work.buffer);
  field.changed = field.text != before;
  field.at_end = work.at_end;
  register_visible(id, item_rect(), WidgetKind::Control);
}

}  // namespace bitloupe::ui
