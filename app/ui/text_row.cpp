// A labelled text that is taken when the hand is done with it: on Enter, or when another control is used.
#include "app/ui/parts.h"
#include "app/ui/widgets.h"

namespace bitloupe::ui {

bool text_row(std::string_view id, std::string_view label, std::string& value, std::string_view help) {
  Row row(id, label, help);
  const Rect box = row.control();
  std::string typed = value;
  ImGui::SetCursorScreenPos(top_left(box));
  ImGui::SetNextItemWidth(box.width);
  const ScopedFont font(theme().fonts.mono);
  const bool entered = input_text("##text", "", typed, ImGuiInputTextFlags_EnterReturnsTrue);
  const bool done = entered || ImGui::IsItemDeactivatedAfterEdit();
  row.add(box, false);
  if (!done || typed == value) return false;
  value = typed;
  return true;
}

}  // namespace bitloupe::ui
