// Guards that pop what they push, so that no early return can leave Dear ImGui's stacks unbalanced (its
// packaged asserts abort).
#pragma once

#include <string_view>

#include "app/ui/compat.h"

namespace bitloupe::ui {

class ScopedId {
 public:
  explicit ScopedId(std::string_view id) { ImGui::PushID(id.data(), id.data() + id.size()); }
  ~ScopedId() { ImGui::PopID(); }
  ScopedId(const ScopedId&) = delete;
  ScopedId& operator=(const ScopedId&) = delete;
};

class ScopedFont {
 public:
  explicit ScopedFont(ImFont* font) { push_font(font); }
  ~ScopedFont() { ImGui::PopFont(); }
  ScopedFont(const ScopedFont&) = delete;
  ScopedFont& operator=(const ScopedFont&) = delete;
};

class ScopedColor {
 public:
  ScopedColor(ImGuiCol which, Color color) { ImGui::PushStyleColor(which, color); }
  ~ScopedColor() { ImGui::PopStyleColor(); }
  ScopedColor(const ScopedColor&) = delete;
  ScopedColor& operator=(const ScopedColor&) = delete;
};

class ScopedVar {
 public:
  ScopedVar(ImGuiStyleVar which, float value) { ImGui::PushStyleVar(which, value); }
  ScopedVar(ImGuiStyleVar which, ImVec2 value) { ImGui::PushStyleVar(which, value); }
  ~ScopedVar() { ImGui::PopStyleVar(); }
  ScopedVar(const ScopedVar&) = delete;
  ScopedVar& operator=(const ScopedVar&) = delete;
};

// Clips what is drawn into the current window, and what can be clicked in it.
class ScopedClip {
 public:
  explicit ScopedClip(Rect rect) { ImGui::PushClipRect(top_left(rect), bottom_right(rect), true); }
  ~ScopedClip() { ImGui::PopClipRect(); }
  ScopedClip(const ScopedClip&) = delete;
  ScopedClip& operator=(const ScopedClip&) = delete;
};

// A child window at a rectangle of the screen, with its own scroll position, background and padding.
class ScopedChild {
 public:
  ScopedChild(const char* id, Rect rect, Color background, ImVec2 padding, ImGuiWindowFlags flags = 0);
  ~ScopedChild();
  ScopedChild(const ScopedChild&) = delete;
  ScopedChild& operator=(const ScopedChild&) = delete;
  bool visible() const { return visible_; }

 private:
  bool visible_;
};

}  // namespace bitloupe::ui
