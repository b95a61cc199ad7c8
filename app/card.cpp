#include "app/card.h"

#include <algorithm>

#include "app/ui/guards.h"
#include "app/ui/input.h"
#include "app/ui/theme.h"

namespace bitloupe {

Card::Card(const char* id, Rect rect, bool walked) {
  const Theme& look = theme();
  const ui::ScopedColor background(ImGuiCol_WindowBg, look.palette.header);
  const ui::ScopedVar padding(ImGuiStyleVar_WindowPadding, ImVec2{look.px(18), look.px(12)});
  const ui::ScopedVar border(ImGuiStyleVar_WindowBorderSize, std::max(1.0f, look.px(1)));
  const ui::ScopedVar rounding(ImGuiStyleVar_WindowRounding, look.px(6));
  ImGui::SetNextWindowPos(ui::top_left(rect));
  ImGui::SetNextWindowSize({rect.width, rect.height});
  ImGui::Begin(id, nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   (walked ? 0 : ImGuiWindowFlags_NoNav));
}

Card::~Card() { ImGui::End(); }

bool Card::left() const {
  if (ui::key_pressed(ui::Key::Escape)) return true;
  // A control of the card that was just pressed must not hide that the pointer is over it.
  constexpr ImGuiHoveredFlags kAnywhere =
      ImGuiHoveredFlags_RootAndChildWindows | ImGuiHoveredFlags_AllowWhenBlockedByActiveItem;
  return ImGui::IsMouseClicked(0) && !ImGui::IsWindowHovered(kAnywhere) && !ImGui::IsWindowAppearing();
}

Rect card_rect(Rect window, float width, float height) {
  const Theme& look = theme();
  width = std::max(std::min(look.px(width), window.width - look.px(24)), 1.0f);
  height = std::max(std::min(look.px(height), window.height - look.px(64)), 1.0f);
  return {window.x + (window.width - width) / 2, window.y + look.px(52), width, height};
}

}  // namespace bitloupe
