#include "app/ui/guards.h"

namespace bitloupe::ui {

ScopedChild::ScopedChild(const char* id, Rect rect, Color background, ImVec2 padding,
                         ImGuiWindowFlags flags) {
  const ScopedColor child(ImGuiCol_ChildBg, background);
  const ScopedVar inset(ImGuiStyleVar_WindowPadding, padding);
  ImGui::SetCursorScreenPos(top_left(rect));
  visible_ = begin_child(id, {rect.width, rect.height}, flags);
}

ScopedChild::~ScopedChild() { ImGui::EndChild(); }

}  // namespace bitloupe::ui
