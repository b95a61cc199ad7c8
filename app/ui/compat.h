// The one header that includes Dear ImGui: it hides what differs between 1.86 (Debian 12), 1.90 (Debian 13)
// and 1.92, but for the hand-over of input (input.cpp). It knows nothing of the look.
#pragma once

#include <imgui.h>
#include <imgui_freetype.h>

#include <cstdint>
#include <span>

#include "app/plot/canvas.h"

namespace bitloupe::ui {

inline ImVec2 vec(Point p) { return {p.x, p.y}; }
inline ImVec2 top_left(Rect r) { return {r.x, r.y}; }
inline ImVec2 bottom_right(Rect r) { return {r.right(), r.bottom()}; }
inline Point point(ImVec2 v) { return {v.x, v.y}; }
inline Rect rect_between(ImVec2 a, ImVec2 b) { return {a.x, a.y, b.x - a.x, b.y - a.y}; }
inline Rect item_rect() { return rect_between(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()); }

// An OpenGL texture name as Dear ImGui's texture id: a pointer before 1.91.4, an integer after.
inline ImTextureID texture_id(std::uint32_t name) {
  return (ImTextureID) static_cast<std::intptr_t>(name);  // a C cast on purpose: the target type varies
}

// A child without a border that keeps its padding. The arrow keys walk into it and out again.
inline bool begin_child(const char* id, ImVec2 size, ImGuiWindowFlags flags = 0) {
#if IMGUI_VERSION_NUM >= 19090
  return ImGui::BeginChild(id, size, ImGuiChildFlags_AlwaysUseWindowPadding | ImGuiChildFlags_NavFlattened,
                           flags);
#elif IMGUI_VERSION_NUM >= 19000
  return ImGui::BeginChild(id, size, ImGuiChildFlags_AlwaysUseWindowPadding,
                           flags | ImGuiWindowFlags_NavFlattened);
#else
  return ImGui::BeginChild(id, size, false,
                           flags | ImGuiWindowFlags_AlwaysUseWindowPadding | ImGuiWindowFlags_NavFlattened);
#endif
}

#if IMGUI_VERSION_NUM >= 19140
inline constexpr ImGuiCol kKeyboardFocusColor = ImGuiCol_NavCursor;
#else
inline constexpr ImGuiCol kKeyboardFocusColor = ImGuiCol_NavHighlight;
#endif

// 1.92.8 swapped thickness and flags.
inline void add_rect(ImDrawList& list, Rect rect, Color color, float rounding, float thickness) {
#if IMGUI_VERSION_NUM >= 19276
  list.AddRect(top_left(rect), bottom_right(rect), color, rounding, thickness, 0);
#else
  list.AddRect(top_left(rect), bottom_right(rect), color, rounding, 0, thickness);
#endif
}
inline void add_polyline(ImDrawList& list, std::span<const ImVec2> points, Color color, float thickness) {
  const int count = static_cast<int>(points.size());
#if IMGUI_VERSION_NUM >= 19276
  list.AddPolyline(points.data(), count, color, thickness, 0);
#else
  list.AddPolyline(points.data(), count, color, 0, thickness);
#endif
}

// The size that a font was made for, in ImGui's sense (ascender minus descender, not em).
inline float baked_size(const ImFont& font) {
#if IMGUI_VERSION_NUM >= 19200
  return font.LegacySize;
#else
  return font.FontSize;
#endif
}
inline void push_font(ImFont* font) {
#if IMGUI_VERSION_NUM >= 19200
  ImGui::PushFont(font, baked_size(*font));
#else
  ImGui::PushFont(font);
#endif
}

// Vertical hinting only: stems keep their spacing and stay sharp.
inline void set_light_hinting(ImFontAtlas& atlas) {
#if IMGUI_VERSION_NUM >= 19200
  atlas.SetFontLoader(ImGuiFreeType::GetFontLoader());
  atlas.FontLoaderFlags = ImGuiFreeTypeLoaderFlags_LightHinting;
#else
  atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  atlas.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
#endif
}

// Before 1.92 a font has no size until its atlas is built, with all of its glyphs.
inline constexpr bool kGlyphsAsNeeded = IMGUI_VERSION_NUM >= 19200;
inline void build_fonts_at_once([[maybe_unused]] ImFontAtlas& atlas) {
#if IMGUI_VERSION_NUM < 19200
  atlas.Build();
#endif
}
// Since 1.92 the renderer builds glyphs as they are used; without one (tests) all of them are built before a
// frame.
inline void build_fonts_without_renderer([[maybe_unused]] ImFontAtlas& atlas) {
#if IMGUI_VERSION_NUM >= 19200
  const bool renderer = ImGui::GetIO().BackendFlags & ImGuiBackendFlags_RendererHasTextures;
  if (!renderer && !atlas.TexIsBuilt) atlas.Build();
#endif
}

inline bool has_glyph(ImFont& font, ImWchar character) {
#if IMGUI_VERSION_NUM >= 19200
  return font.IsGlyphInFont(character);
#else
  return font.FindGlyphNoFallback(character) != nullptr;
#endif
}

// Since 1.89.7 a tooltip may be refused; then it must not be ended.
inline bool begin_tooltip() {
#if IMGUI_VERSION_NUM >= 18970
  return ImGui::BeginTooltip();
#else
  ImGui::BeginTooltip();
  return true;
#endif
}

// Has an outline drawn around the item just submitted while the keyboard is on it.
void outline_keyboard_focus();

// An invisible item that the keyboard can reach; since 1.91.4 that has to be asked for.
inline bool invisible_button(const char* id, ImVec2 size, ImGuiButtonFlags flags = 0) {
#if IMGUI_VERSION_NUM >= 19140
  flags |= ImGuiButtonFlags_EnableNav;
#endif
  // A window of a few pixels leaves no room; Dear ImGui asserts that there is some.
  const bool pressed = ImGui::InvisibleButton(id, {size.x > 1 ? size.x : 1, size.y > 1 ? size.y : 1}, flags);
  outline_keyboard_focus();
  return pressed;
}

// The system's clipboard for text fields; 1.91.1 moved the two functions.
template <const char* (*Get)(), void (*Set)(const char*)>
void connect_clipboard() {
#if IMGUI_VERSION_NUM >= 19110
  ImGuiPlatformIO& io = ImGui::GetPlatformIO();
  io.Platform_GetClipboardTextFn = [](ImGuiContext*) { return Get(); };
  io.Platform_SetClipboardTextFn = [](ImGuiContext*, const char* text) { Set(text); };
#else
  ImGuiIO& io = ImGui::GetIO();
  io.GetClipboardTextFn = [](void*) { return Get(); };
  io.SetClipboardTextFn = [](void*, const char* text) { Set(text); };
#endif
}

}  // namespace bitloupe::ui
